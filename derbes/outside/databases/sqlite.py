"""SQLite: its online backup, which takes one consistent state and keeps no writer waiting (WAL)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from derbes.outside.databases.copy import PENDING, Copy, NotCopied

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> ?"


def copy_out(
    database: Mapping[str, Any], to: Path, *, questions: Mapping[str, str], without: frozenset[str]
) -> Copy:
    """Copy the file; empty the tables `without` in the copy; count and ask in the copy."""
    with _open(Path(database["NAME"])) as live, _open(to) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("PRAGMA secure_delete = ON")
        with copy:
            for table in without & set(_tables(copy)):
                copy.execute(f'DELETE FROM "{table}"')  # noqa: S608  names of our own tables
        answers = {name: copy.execute(question).fetchall() for name, question in questions.items()}
        return Copy(_counts(copy, without), answers)


def mark(database: Mapping[str, Any], pending: str) -> None:
    """Mark the database as not to be served."""
    with _open(Path(database["NAME"])) as live:
        _mark(live, pending)


def bring_back(database: Mapping[str, Any], source: Path, *, pending: str) -> None:
    """Mark the copy too, then write it over the empty database in one transaction."""
    with _open(source) as copy, _open(Path(database["NAME"])) as live:
        _mark(copy, pending)
        copy.backup(live)
        live.execute("PRAGMA journal_mode = WAL")


def _mark(connection: sqlite3.Connection, pending: str) -> None:
    with connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {PENDING} (said TEXT NOT NULL)")
        connection.execute(f"DELETE FROM {PENDING}")  # noqa: S608  a constant
        connection.execute(f"INSERT INTO {PENDING} VALUES (?)", [pending])  # noqa: S608  a constant


def count(database: Mapping[str, Any], *, without: frozenset[str]) -> dict[str, int]:
    """Count the rows of each table."""
    with _open(Path(database["NAME"])) as live:
        return _counts(live, without)


def _counts(connection: sqlite3.Connection, without: frozenset[str]) -> dict[str, int]:
    names = sorted(set(_tables(connection)) - without)
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


def _tables(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute(_TABLES, [PENDING])]


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=20)
    try:
        yield connection
    except sqlite3.Error as failure:
        raise NotCopied(f"SQLite refused: {failure}") from None
    finally:
        connection.close()
