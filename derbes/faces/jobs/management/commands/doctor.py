"""`manage.py doctor`: what is wrong with this installation, in words, and what to do (docs/operation.md)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import installation
from derbes.flows.installation import Finding, State

_MARKS = {State.WELL: "  well   ", State.REMARK: "! look   ", State.WRONG: "✗ wrong  "}
_REMARKS, _WRONG = 1, 2


class Command(Spoken):
    help = (
        "Looks at every part of the installation and says what is wrong and what to do. Nobody's data, no secret is shown. "
        "Exit code: 0 all is well, 1 something should be looked at, 2 something is wrong."
    )
    requires_system_checks = ()  # they are one of the parts

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="for programs: a list of part, state, said, cure"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = list[Finding]()
        for one in installation.examine(at=timezone.now()):
            found.append(one)
            if not options["json"]:
                self._say(one)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
        count = Counter(one.state for one in found)
        if count[State.WRONG] or count[State.REMARK]:
            raise CommandError(
                f"{count[State.WRONG]} wrong, {count[State.REMARK]} to be looked at, {count[State.WELL]} well.",
                returncode=_WRONG if count[State.WRONG] else _REMARKS,
            )
        if not options["json"]:
            self.stdout.write(self.style.SUCCESS("All is well."))

    def _say(self, one: Finding) -> None:
        style = {State.WRONG: self.style.ERROR, State.REMARK: self.style.WARNING}.get(one.state, str)
        self.stdout.write(style(f"{_MARKS[one.state]} {one.part:<11} {one.said}"))
        if one.cure:
            self.stdout.write(f"{'':22} → {one.cure}")
        self.stdout.flush()
