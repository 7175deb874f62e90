"""`manage.py employ CODE`: an account of the staff, usually that of the first administrator; the others come in the office."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import staff
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind


class Command(Spoken):
    help = "Makes an account of the staff and prints its one-time password. The journal keeps that it was made here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="such as g-01: it stands in the journal; no name")
        parser.add_argument("--unit", required=True)
        parser.add_argument("--role", required=True, help="one of the policy's, such as administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Actor(kind=ActorKind.SYSTEM, code="console")
        unit, role = options["unit"], options["role"]
        try:
            _, password = staff.employ(console, options["code"], unit=unit, role=role, at=timezone.now())
        except staff.Taken:
            raise CommandError("This code was given before. Codes are given once: choose another.") from None
        except ValueError as why:
            raise CommandError(f"{role}: {why}.") from None
        self.stdout.write(f"One-time password of {options['code']}: {password}")
        self.stdout.write("It is asked for once, at /office/; a new one and a second factor are set there.")
