"""`manage.py retention [--run] [--approve]`: what is due by its term is shown, approved, carried out."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from derbes.flows import blocking, retention
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind

CONSOLE = Actor(kind=ActorKind.SYSTEM, code="console")


class Command(BaseCommand):
    help = "Shows what is due by its term and what waits (dry run); with --run carries it out, as the worker does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", action="store_true", help="carry out what is due and approved")
        parser.add_argument(
            "--approve", metavar="DIGEST", help="approve exactly the dry run with this digest"
        )
        parser.add_argument(
            "--search",
            type=int,
            metavar="PEOPLE",
            default=retention.SEARCHED,
            help="for how many people, the first to end, to look in all that is kept for what may be left of them",
        )
        parser.add_argument("--list", action="store_true", help="name each person by number")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["approve"]:
            self._approve(options["approve"])
        if options["run"]:
            blocking.sweep(at=now)
            parts = retention.sweep(CONSOLE, at=now, search=options["search"])
        else:
            parts = retention.dry_runs(CONSOLE, at=now)
        done, waits, approvable = (
            Counter[tuple[str, str]](),
            Counter[tuple[str, str]](),
            list[retention.Item](),
        )
        for part in parts:  # any number of people may be due: of those who are done nothing is kept here
            done.update((item.end, item.ground) for item in part.done)
            waits.update((item.waits, item.ground) for item in part.waiting)
            approvable += [item for item in part.waiting if item.waits == "approval"]
            for item in (*part.done, *part.waiting) if options["list"] else ():
                self.stdout.write(
                    f"  {item.subject} {item.waits or item.end}: {', '.join(sorted(item.goes))}"
                )
        self._tell("done" if options["run"] else "would be done", done)
        self._tell("waits", waits)
        self.stdout.write(f"to approve: {retention.to_approve(retention.Run(now, (), tuple(approvable)))}")

    def _approve(self, digest: str) -> None:
        now = timezone.now()
        run = retention.dry_run(CONSOLE, at=now)
        if digest != retention.to_approve(run):
            raise CommandError("What is due has changed since: look at the dry run again.")
        waiting = [item for item in run.waiting if item.waits == "approval"]
        self.stdout.write(f"approved: {retention.approve(CONSOLE, waiting, at=now)}")

    def _tell(self, what: str, counts: Counter[tuple[str, str]]) -> None:
        for (end, ground), number in sorted(counts.items()):
            self.stdout.write(f"{what}: {number} {end} ({ground})")
        if not counts:
            self.stdout.write(f"{what}: nothing")
