"""Portfolios for tests: files of rows as a clerk would have them."""

import csv
import itertools
from pathlib import Path
from typing import Any

from derbes.faces.jobs import portfolio, rejections
from derbes.flows import enrolment
from derbes.flows.enrolment import Progress
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind
from tests.conftest import ALIYA, NOON

CONSOLE = Actor(kind=ActorKind.SYSTEM, code="console")
ROW = {
    "basis": "consent",
    "reference": "box 12, sheet 40",
    "consent.given": "23.11.2026",
    "consent.language": "kk",
    **ALIYA,
}


def written(path: Path, *rows: dict[str, str], **dialect: Any) -> Path:
    """A file with these rows, all columns that any of them has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding=dialect.pop("encoding", "utf-8")) as file:
        writer = csv.DictWriter(file, columns, restval="", **dialect)
        writer.writeheader()
        writer.writerows(rows)
    return path


def of_people(path: Path, people: int) -> Path:
    """A file of people who do not exist, each of them fit."""
    return written(
        path,
        *(dict(zip(portfolio.COLUMNS, row, strict=True)) for row in portfolio.rows(people, at=NOON)),
    )


def taken(path: Path, *, at=NOON, most: int = 3, by: str = "d-01") -> Progress:
    """Import a file to its end."""
    steps = enrolment.run(CONSOLE, path, by=by, say=rejections.sentence, clock=lambda: at, most=most)
    return list(steps)[-1]


def foreseen(path: Path, *, at=NOON, most: int = 3) -> Progress:
    """What a dry run says at its end."""
    return list(enrolment.dry_run(CONSOLE, path, clock=lambda: at, most=most))[-1]


def iins(count: int) -> list[str]:
    return list(itertools.islice(portfolio.iins(), count))
