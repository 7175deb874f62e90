"""`manage.py retention [--run [--jobs 2]] [--approve]`: what is due by its term is shown, approved, carried out."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from multiprocessing import get_context
from typing import Any, NamedTuple

import django
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import blocking, retention
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind

CONSOLE = Actor(kind=ActorKind.SYSTEM, code="console")


class Told(NamedTuple):
    """What is told of a run: how many were done, how many wait, and for what approval is waited."""

    done: Counter[tuple[str, str]]
    waits: Counter[tuple[str, str]]
    approvable: list[retention.Item]


def share(now: datetime, search: int, which: tuple[int, int]) -> Told:
    """Carry out one process's share of a run."""
    return _tell(retention.sweep(CONSOLE, at=now, search=search, share=which), None)


def _tell(parts: Iterable[retention.Run], listed: Callable[[retention.Item], None] | None) -> Told:
    """Count what is done. Any number of people may be due: of those who are done nothing is kept here."""
    told = Told(Counter(), Counter(), [])
    for part in parts:
        told.done.update((item.end, item.ground) for item in part.done)
        told.waits.update((item.waits, item.ground) for item in part.waiting)
        told.approvable.extend(item for item in part.waiting if item.waits == "approval")
        if listed:
            for item in (*part.done, *part.waiting):
                listed(item)
    return told


class Command(Spoken):
    requires_system_checks = ()  # they load every page, and it serves none
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
        parser.add_argument(
            "--jobs",
            type=int,
            metavar="PROCESSES",
            default=1,
            choices=range(1, 17),
            help="how many processes divide the people of --run among them (PostgreSQL)",
        )
        parser.add_argument("--list", action="store_true", help="name each person by number")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["approve"]:
            self._approve(options["approve"])
        if options["run"]:
            while blocking.sweep(at=now):
                pass
            told = self._run(now, options)
        else:
            told = _tell(retention.dry_runs(CONSOLE, at=now), self._listed if options["list"] else None)
        self._told("done" if options["run"] else "would be done", told.done)
        self._told("waits", told.waits)
        self.stdout.write(
            f"to approve: {retention.to_approve(retention.Run(now, (), tuple(told.approvable)))}"
        )

    def _run(self, now: datetime, options: Mapping[str, Any]) -> Told:
        jobs, search = options["jobs"], options["search"]
        if jobs == 1:
            parts = retention.sweep(CONSOLE, at=now, search=search)
            return _tell(parts, self._listed if options["list"] else None)
        if options["list"] or connection.vendor != "postgresql":
            raise CommandError("Several processes need PostgreSQL, and do not go with --list.")
        with get_context("spawn").Pool(jobs - 1, initializer=django.setup) as pool:
            others = pool.starmap_async(share, [(now, 0, (mine, jobs)) for mine in range(1, jobs)])
            told = share(now, search, (0, jobs))
            for other in others.get():
                told.done.update(other.done)
                told.waits.update(other.waits)
                told.approvable.extend(other.approvable)
        return told

    def _listed(self, item: retention.Item) -> None:
        self.stdout.write(f"  {item.subject} {item.waits or item.end}: {', '.join(sorted(item.goes))}")

    def _approve(self, digest: str) -> None:
        now = timezone.now()
        run = retention.dry_run(CONSOLE, at=now)
        if digest != retention.to_approve(run):
            raise CommandError("What is due has changed since: look at the dry run again.")
        waiting = [item for item in run.waiting if item.waits == "approval"]
        self.stdout.write(f"approved: {retention.approve(CONSOLE, waiting, at=now)}")

    def _told(self, what: str, counts: Counter[tuple[str, str]]) -> None:
        for (end, ground), number in sorted(counts.items()):
            self.stdout.write(f"{what}: {number} {end} ({ground})")
        if not counts:
            self.stdout.write(f"{what}: nothing")
