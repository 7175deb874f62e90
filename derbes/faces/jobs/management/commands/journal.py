"""`manage.py journal verify|integrate|key`: the journal is checked, brought up to date, and its key shown."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import journal


class Command(Spoken):
    help = "Checks every entry of the journal against the signed tree (verify), places what waits (integrate), shows the key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify", "integrate", "key"], help="what to do")
        parser.add_argument(
            "--earlier", type=Path, help="a checkpoint that was kept: the journal must go on from it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "key":
            self.stdout.write(journal.key())
        elif options["action"] == "integrate":
            self.stdout.write(f"{journal.integrate(at=timezone.now())} checkpoints signed")
        else:
            self._verify(options["earlier"])

    def _verify(self, earlier: Path | None) -> None:
        try:
            finding = journal.verify(earlier=earlier.read_text() if earlier else None)
        except (journal.Unsigned, UnicodeDecodeError) as why:
            raise CommandError(f"{earlier} is no checkpoint of a journal: {why}") from why
        if not finding.sound:
            raise CommandError(f"The journal is not what was signed: {finding}")
        self.stdout.write(
            self.style.SUCCESS(
                f"{finding.size} entries, all as signed; {finding.waiting} wait for their place"
            )
        )
