"""`manage.py import FILE.csv --by CODE`: people of a portfolio are registered in bulk (docs/import.md)."""

from __future__ import annotations

import csv
import io
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone, translation

from derbes.faces.jobs import portfolio
from derbes.faces.jobs.rejections import sentence, unreadable
from derbes.faces.jobs.spoken import Spoken, some
from derbes.flows import enrolment
from derbes.flows.enrolment import Progress
from derbes.law.permission import Actor
from derbes.law.vocabulary import LANGUAGES, ActorKind

CONSOLE = Actor(kind=ActorKind.SYSTEM, code="console")


class Command(Spoken):
    requires_system_checks = ()  # they load every page, and it serves none
    help = (
        "Registers the people of a CSV file, with the basis of each; rejected rows go to FILE.rejected.csv."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="docs/import.md says what stands in it")
        parser.add_argument("--by", metavar="CODE", help="the member of staff who answers for it")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--language", choices=LANGUAGES, default="kk", help="of the reasons in the list")
        parser.add_argument("--template", action="store_true", help="print the columns that a file may have")
        parser.add_argument(
            "--example", type=some, metavar="N", help="print a portfolio of N people who do not exist"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["template"]:
            self.stdout.write(_line(enrolment.template(at=timezone.now())))
        elif options["example"] is not None:
            self._example(options["example"])
        elif not options["file"]:
            raise CommandError("Name the file, or say --template or --example.")
        else:
            with translation.override(options["language"]):
                self._import(options["file"], by=options["by"], dry=options["dry_run"])

    def _example(self, people: int) -> None:
        self.stdout.write(_line(portfolio.COLUMNS))
        for row in portfolio.rows(people, at=timezone.now()):
            self.stdout.write(_line(row))

    def _import(self, file: Path, *, by: str | None, dry: bool) -> None:
        if not by and not dry:
            raise CommandError("Say who answers for it: --by CODE, a member of staff.")
        done, bar = Progress(), _Bar(self)
        try:
            steps = (
                enrolment.dry_run(CONSOLE, file, clock=timezone.now)
                if dry
                else enrolment.run(CONSOLE, file, by=by or "", say=sentence, clock=timezone.now)
            )
            for done in steps:
                bar.show(done)
        except enrolment.Unreadable as why:
            raise CommandError(unreadable(why)) from None
        bar.end()
        self._tell(file, done, dry=dry)

    def _tell(self, file: Path, done: Progress, *, dry: bool) -> None:
        if done.ended:
            self.stdout.write(
                f"This file was taken already, to its end, on {done.ended:%Y-%m-%d %H:%M} UTC. Nothing was done."
            )
        self.stdout.write(f"rows: {done.rows}")
        self.stdout.write(f"{'would be taken' if dry else 'taken'}: {done.taken}")
        self.stdout.write(f"{'would be rejected' if dry else 'rejected'}: {sum(done.reasons.values())}")
        for code, number in sorted(done.reasons.items()):
            rows = ", ".join(map(str, done.examples.get(code, [])))
            self.stdout.write(f"  {number} {code}" + (f" (rows {rows})" if rows else ""))
        if done.reasons and not dry:
            self.stdout.write(
                f"The rejected rows are in {enrolment.place_of(file)}. It holds personal data: delete it when you are done."
            )


class _Bar:
    """On a terminal: rows done, rows a second, time left. It names nobody."""

    def __init__(self, command: Spoken) -> None:
        self._out = command.stderr
        self._shown = bool(getattr(self._out, "isatty", lambda: False)())
        self._began, self._first = time.monotonic(), Progress()

    def show(self, done: Progress) -> None:
        """Show how far it is, in place of what was shown before."""
        if not self._first.size:
            self._first = done
        seconds = time.monotonic() - self._began
        bytes_done = done.reached - self._first.reached
        if not self._shown or not bytes_done:
            return
        left = seconds * (done.size - done.reached) / bytes_done
        rate = (done.rows - self._first.rows) / seconds
        share = 100 * done.reached // done.size
        self._out.write(f"\r{share:3d}%  {done.rows} rows  {rate:.0f}/s  {_clock(left)} left   ", ending="")

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            self._out.write("")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _line(cells: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
