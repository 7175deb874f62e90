"""`manage.py rotate`: a new epoch, the living wrapped anew under it, the old epoch's key destroyed (docs/keys.md)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import OperationalError
from django.utils import timezone

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import rotation


class Command(Spoken):
    help = (
        "Begins an epoch and wraps everybody's key anew; finishes what an earlier rotation left. "
        "The old epoch's key is destroyed when the overlap is over, with --now at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", action="store_true", help="do not wait for the overlap to end")
        parser.add_argument("--yes", action="store_true", help="with --now: backups made before now may die")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["now"] and not options["yes"]:
            raise CommandError(
                "With --now no backup made before this moment opens anybody's data any more: make one right "
                "after. Nothing was done. Say it again with --yes."
            )
        try:
            done = rotation.rotate(at=timezone.now(), now=options["now"])
        except (rotation.Unfinished, OperationalError):
            raise CommandError(
                "Somebody was at work all the time; nothing was destroyed. Run it again."
            ) from None
        self.stdout.write(f"begun: {done.begun or '—'}")
        self.stdout.write(f"wrapped anew: {done.rewrapped}")
        self.stdout.write(f"destroyed: {', '.join(done.destroyed) or '—'}")
        self.stdout.write(f"kept until the overlap ends: {', '.join(done.kept) or '—'}")
        self.stdout.write("Replace the copy of the key folder that you keep elsewhere, and make a backup.")
