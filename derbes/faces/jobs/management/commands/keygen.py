"""`manage.py keygen --to FILE`: an age identity, with which backups are opened."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import backup


class Command(Spoken):
    help = "Makes an age identity in a new file and prints its recipient, for `backup --recipient`."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, required=True, help="keep this file away from this machine")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(backup.keygen(options["to"]))
        except backup.NotOpened as refusal:
            raise CommandError(str(refusal)) from None
