"""Under which digests a dry run has met people: what a real run would find in the index by then.

They lie in a temporary file of SQLite's, which has no name and is gone when it is closed; so memory stays flat.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from types import TracebackType
from typing import Self


class Seen:
    """Digests, each once."""

    def __enter__(self) -> Self:
        self._rows = sqlite3.connect("")
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY) WITHOUT ROWID")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rows.close()

    def before(self, digests: Iterable[bytes]) -> set[bytes]:
        """Return those of `digests` that were added before."""
        asked = "SELECT digest FROM seen WHERE digest = ?"
        return {digest for digest in digests if self._rows.execute(asked, (digest,)).fetchone()}

    def add(self, digests: Iterable[bytes]) -> None:
        """Add `digests`."""
        self._rows.executemany("INSERT OR IGNORE INTO seen VALUES (?)", ((digest,) for digest in digests))
