"""May this installation serve? Not between a restore and the replay of what was destroyed and blocked since.

A restored database carries a mark from its first moment on (derbes/outside/databases). Every process looks
for it, at most once in a second; a restore leaves that second between the mark and the data.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection

from derbes.outside.databases import PENDING

MOMENT = 1.0  # seconds for which an answer is remembered

_FOUND = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s",
    "postgresql": "SELECT 1 WHERE to_regclass(%s) IS NOT NULL",
}


class Restored(Exception):
    """A backup was restored here and what was destroyed and blocked since was not replayed: nothing is served."""


@dataclass(slots=True)
class _Memory:
    until: float = 0.0
    pending: bool = False


_memory = _Memory()


def pending() -> bool:
    """Whether this installation must not serve yet."""
    now = time.monotonic()
    if _memory.until <= now:
        _memory.pending, _memory.until = said() is not None, now + MOMENT
    return _memory.pending


def check() -> None:
    """Raise `Restored` while nothing may be served."""
    if pending():
        raise Restored


def said() -> str | None:
    """Return what the mark says, read from the database; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND[connection.vendor], [PENDING])
        if cursor.fetchone() is None:
            return None
        cursor.execute(f"SELECT said FROM {PENDING}")  # noqa: S608  a constant
        row = cursor.fetchone()
        return str(row[0]) if row else ""


def open_again() -> None:
    """Remove the mark, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {PENDING}")
    _memory.until = 0.0
