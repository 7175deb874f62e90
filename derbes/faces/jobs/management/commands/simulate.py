"""`manage.py simulate`: years of many people pass in minutes, on an empty installation of its own (§5.3)."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from derbes.faces.jobs import simulation
from derbes.faces.jobs.simulation import CONSOLE, Simulation
from derbes.faces.jobs.spoken import Spoken, some
from derbes.flows import drafting, installation, publication, retention

MONTH = 30


class Command(Spoken):
    help = "Lets years of many simulated people pass; says how many were kept too long or destroyed early: both must be zero."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=some, default=1000, help="how many (1000)")
        parser.add_argument("--years", type=some, default=10, help="how many (10)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same lives")
        parser.add_argument("--report", type=Path, help="write the report to this file as well")

    def handle(self, *args: Any, **options: Any) -> None:
        start = simulation.beginning()
        self._empty(start)
        began = time.monotonic()
        run = Simulation(options["people"], start=start, years=options["years"], seed=options["seed"])
        for day, counts in run.run():
            if day % MONTH == 0:
                seconds = time.monotonic() - began
                self.stderr.write(f"day {day} of {run.days}: {counts.total()} events, {seconds:.0f} s")
        report = _report(run, options, time.monotonic() - began)
        self.stdout.write(report)
        if options["report"]:
            options["report"].write_text(report)
        if run.kept_too_long or run.destroyed_early:
            raise CommandError("somebody was kept too long or destroyed early")

    def _empty(self, start: Any) -> None:
        """Refuse where there is anything: simulated people do not mix with others."""
        if settings.PRODUCTION:
            raise CommandError("A simulation has no place in production.")
        installation.prepare(at=start)
        try:
            publication.in_force(start)
        except publication.NothingPublished:
            files = drafting.load(max(drafting.folders()))
            publication.publish(files, actor=CONSOLE, effective=None, at=start)
            return
        raise CommandError("This installation is in use. Give the simulation one of its own: DERBES_STATE=…")


def _report(run: Simulation, options: dict[str, Any], seconds: float) -> str:
    rest = simulation.remaining(run)
    lines = [
        "# Ten years of people, simulated" if options["years"] == 10 else "# Years of people, simulated",  # noqa: PLR2004
        "",
        "Made by:",
        "",
        "```",
        "export DERBES_STATE=$(mktemp -d)",
        (
            "manage.py migrate && manage.py simulate "
            f"--people {options['people']} --years {options['years']} --seed {options['seed']} --report docs/simulation.md"
        ),
        "```",
        "",
        (
            f"It took {seconds / 60:.0f} minutes, {time.process_time() / 60:.0f} of them on the processor. Everything is done by the flows that the faces use, on "
            f"{settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}; each night the dry run is approved and carried"
        ),
        "out. What is expected comes from plain dates (derbes/faces/jobs/simulated.py), not from the code that decides.",
        "",
        "| | |",
        "|---|---:|",
        f"| people | {options['people']} |",
        f"| days | {run.days} |",
        f"| **kept too long** | **{run.kept_too_long}** |",
        f"| **destroyed early** | **{run.destroyed_early}** |",
        *(f"| {what} | {number} |" for what, number in rest.items()),
        *(f"| {what} | {number} |" for what, number in sorted(run.counts.items())),
        f"| groups that remain of the depersonalised | {len(retention.remains())} |",
        "",
    ]
    return "\n".join(lines)
