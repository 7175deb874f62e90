"""`manage.py publish FOLDER`: an edition is checked against the law and published for ever (§6.5)."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from derbes.faces.jobs.spoken import Spoken, moment
from derbes.flows import drafting, publication
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind


class Command(Spoken):
    help = "Shows what publishing a policy folder would mean; with --yes publishes it, at once or --effective at a moment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="with policy.toml and the texts (policy/README.md)")
        parser.add_argument("--effective", type=moment, help="such as 2026-12-01T00:00+05:00")
        parser.add_argument("--yes", action="store_true", help="publish; an edition is for ever")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = drafting.load(options["folder"])
            self._show(publication.preview(files, at=timezone.now()))
            if options["yes"]:
                name = self._publish(files, options["effective"])
                self.stdout.write(self.style.SUCCESS(f"Published: {name}"))
            else:
                self.stdout.write("Nothing was published. Say it again with --yes.")
        except publication.PolicyError as failure:
            raise CommandError(str(failure)) from None
        except publication.NotPublishable:
            raise CommandError("Not published: see what stands in the way above.") from None

    def _publish(self, files: dict[str, str], effective: datetime | None) -> str:
        console = Actor(kind=ActorKind.SYSTEM, code="console")
        return publication.publish(files, actor=console, effective=effective, at=timezone.now())

    def _show(self, preview: publication.Preview) -> None:
        self.stdout.write(f"Edition {preview.name}")
        for problem in preview.problems:
            self.stdout.write(
                f"  {problem.severity}: {problem.sentence} ({problem.where}; §{problem.clause or '—'}; {problem.norm or '—'})"
            )
        for consequence in preview.consequences:
            self.stdout.write(f"  for people: {consequence.sentence}")
        for language, changes in preview.changes.items():
            changed = [change.number for change in changes if change.kind != "same"]
            self.stdout.write(f"  {language}: {', '.join(changed) or 'no clause'} changed")
