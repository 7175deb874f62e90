"""A whole database is copied out at one moment, while it is in use, and brought into an empty place.

SQLite is copied by its online backup, PostgreSQL by pg_dump under the snapshot in which rows are counted and
questions answered: copy, counts and answers are of the same moment. What is brought back carries a mark from
its first moment on: the table `restore_pending`, by which every process sees that it must not serve yet.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from derbes.outside.databases import postgresql, sqlite
from derbes.outside.databases.copy import PENDING, Copy, NotCopied, NotEmpty

__all__ = ["PENDING", "Copy", "NotCopied", "NotEmpty", "bring_back", "copy_out", "count", "is_empty", "kind"]

#: Seconds between the mark and the data: longer than any process remembers that there was no mark.
MOMENT = 1.5

_DRIVERS = {"django.db.backends.sqlite3": sqlite, "derbes.postgresql": postgresql}


def copy_out(
    database: Mapping[str, Any], to: Path, *, questions: Mapping[str, str], without: Iterable[str]
) -> Copy:
    """Copy `database` (an entry of Django's DATABASES) into the file `to`; return counts and answers.

    `questions` are SELECTs by name; of the tables `without` only the shape is copied. Raises `NotCopied`.
    """
    copied: Copy = _driver(database).copy_out(database, to, questions=questions, without=frozenset(without))
    return copied


def bring_back(database: Mapping[str, Any], source: Path, *, pending: str) -> None:
    """Bring the copy `source` into `database`, marked with `pending`. Raises `NotEmpty`, `NotCopied`."""
    if not is_empty(database):
        raise NotEmpty("The database has tables. Restore into an empty one.")
    driver = _driver(database)
    driver.mark(database, pending)
    time.sleep(MOMENT)
    driver.bring_back(database, source, pending=pending)


def count(database: Mapping[str, Any], *, without: Iterable[str]) -> dict[str, int]:
    """Return how many rows each table has."""
    counted: dict[str, int] = _driver(database).count(database, without=frozenset(without))
    return counted


def is_empty(database: Mapping[str, Any]) -> bool:
    """Say whether the database has no table yet, but for the mark of a restore that failed."""
    return not count(database, without=[])


def kind(database: Mapping[str, Any]) -> str:
    """Return "sqlite" or "postgresql": a copy of one is not brought into the other."""
    return _driver(database).__name__.rpartition(".")[2]


def _driver(database: Mapping[str, Any]) -> ModuleType:
    return _DRIVERS[database["ENGINE"]]
