"""`manage.py backup --to FILE --recipient age1…`: everything but the keys, of one moment, sealed (docs/backup.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import backup, serving


class Command(Spoken):
    help = "Makes a backup while everything goes on: database, sealed files, journal. The keys are not in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, required=True, help="a new file")
        parser.add_argument("--recipient", action="append", required=True, help="age1…; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            taken = backup.make(options["to"].absolute(), options["recipient"], at=timezone.now())
        except serving.Restored:
            raise CommandError(
                "This installation is being restored: replay first (restore --replay)."
            ) from None
        except (backup.NotOpened, backup.NotCopied) as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"{sum(taken.counts.values())} rows, {taken.files} files; journal {taken.size} {taken.root}"
        )
        self.stdout.write(f"To open it, keep the identity, and the keys of: {', '.join(taken.epochs) or '—'}")
