"""B4: people of a portfolio imported, against COPY of the very same rows into the same tables with the same indexes."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from django.db import connection

from bench import world
from bench.budgets import Figure

MOST = 200_000  # rows of so many people are copied for the floor at the most: they are held in memory
#: Where the rows of an import go.
TABLES = (
    "subjects_subject",
    "vault_personkey",
    "vault_sealed",
    "vault_found",
    "journal_entry",
    "consents_consent",
    "agreements_agreement",
    "enrolments_origin",
)


def importing(people: world.Portfolio, folder: Path, count: int) -> tuple[Figure, int]:
    """B4: the whole command, its start and the reading of the file included; and the most memory that it had."""
    path = people.file(folder, count)
    began = perf_counter()
    most = world.imported(path)
    ours = count / (perf_counter() - began)
    path.unlink()
    base = floor(min(count, MOST))
    return Figure("B4", count, ours / base, ours, base), most


def floor(people: int) -> float:
    """Copy the rows of the last `people` anew, by one process, in COPY's binary; return how many people a second."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject FROM subjects_subject ORDER BY subject DESC OFFSET %s LIMIT 1", [people - 1]
        )
        (first,) = cursor.fetchone()
        for table in TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS floor_{table}")
            cursor.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING ALL)")
        rows = {table: _rows(cursor, table, first) for table in TABLES}
    began = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for table, pieces in rows.items():
            with cursor.copy(f"COPY floor_{table} FROM STDIN (FORMAT BINARY)") as copy:
                for piece in pieces:
                    copy.write(piece)
        cursor.execute("COMMIT")
    return people / (perf_counter() - began)


def _rows(cursor: Any, table: str, first: UUID) -> list[bytes]:
    """The rows as COPY has them, in pieces of a megabyte."""
    key = "id" if table == "journal_entry" else "subject"
    low = f"{str(first)[:13]}-0000-0000-000000000000"
    with cursor.copy(
        f"COPY (SELECT * FROM {table} WHERE {key} >= '{low}') TO STDOUT (FORMAT BINARY)"
    ) as copy:
        whole = b"".join(bytes(piece) for piece in copy)
    return [whole[start : start + 2**20] for start in range(0, len(whole), 2**20)]
