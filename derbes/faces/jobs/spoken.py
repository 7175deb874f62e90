"""What the commands of manage.py share: what stands in their way is told in a sentence that says what to do.

A trace is for mistakes of ours; `--traceback` shows it for everything.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from derbes.flows import publication, rotation


class Spoken(BaseCommand):
    """A command whose surroundings may be missing: keys, an edition, the database, a file."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; raise `CommandError` for what those who run it can mend."""
        try:
            return super().execute(*args, **options)
        except publication.NothingPublished as why:
            raise CommandError(
                "No edition of the policy is in force. Publish one first: manage.py publish FOLDER --yes."
            ) from why
        except rotation.KeysRefused as why:
            raise CommandError(str(why)) from why
        except OSError as why:
            raise CommandError(": ".join(filter(None, (why.filename, why.strerror or str(why))))) from why
        except (OperationalError, ProgrammingError) as why:
            said = str(why).strip().split("\n")[0]
            raise CommandError(f"The database: {said}. If it is new, prepare it: manage.py migrate.") from why


def some(text: str) -> int:
    """Read a number of things from the command line: 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("a whole number is wanted, 1 or more")
    return int(text)


def moment(text: str) -> datetime:
    """Read a moment from the command line."""
    with suppress(ValueError):
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at
    raise ArgumentTypeError("a moment with its time zone is wanted, such as 2026-12-01T00:00+05:00")
