"""What a copy of a database is, and why one is not made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: The table by which a restored database says that it must not serve yet. Its one column is `said`.
PENDING = "restore_pending"


class NotCopied(Exception):
    """The database was not copied or not brought back; the sentence says why."""


class NotEmpty(NotCopied):
    """There is something where a copy should be brought."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Rows by table, and the answers to the questions: of the moment of the copy."""

    counts: Mapping[str, int]
    answers: Mapping[str, list[tuple[Any, ...]]]
