"""B4: people of a portfolio imported, against COPY of the very same rows into the same tables with the same indexes."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from time import perf_counter, sleep
from typing import Any, NamedTuple
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


class Spent(NamedTuple):
    """What something took of one person: time by the clock, and of processors in Python and in PostgreSQL; in seconds."""

    clock: float
    here: float
    there: float

    def since(self, before: Spent, people: int) -> Spent:
        """Return what was spent between two moments."""
        return Spent(*((now - then) / people for now, then in zip(self, before, strict=True)))

    def told(self) -> str:
        """The processor time in words."""
        return f"{self.here * 1e6:.0f} µs of processor + {self.there * 1e6:.0f} in PostgreSQL"


def importing(people: world.Portfolio, folder: Path, count: int) -> tuple[Figure, int]:
    """B4: the whole command, its start and the reading of the file included; and the most memory that one of its processes had."""
    path = people.file(folder, count)
    before = _spent()
    most = world.imported(path)
    took = perf_counter() - before.clock
    sleep(0.5)  # until PostgreSQL has seen that its process has ended
    ours = _spent().since(before, count)._replace(clock=took / count)
    path.unlink()
    base = floor(min(count, MOST))
    note = f"{ours.told()} against {base.told()}"
    return Figure("B4", count, base.clock / ours.clock, 1 / ours.clock, 1 / base.clock, note), most


def _spent() -> Spent:
    """Now, and what was spent until now: by this process and those it waited for, by the server's for this one and those that ended."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = _stat(cursor.fetchone()[0])
    ticks = sum(map(int, mine[11:13])) + sum(map(int, _stat(int(mine[1]))[13:15]))
    here = sum(one.ru_utime + one.ru_stime for one in usage)
    return Spent(perf_counter(), here, ticks / os.sysconf("SC_CLK_TCK"))


def _stat(process: int) -> list[str]:
    """What Linux says of a process, from its state on (proc(5))."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def floor(people: int) -> Spent:
    """Copy the rows of the last `people` anew, by one process, in COPY's binary; return what it took of one person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject FROM subjects_subject ORDER BY subject DESC OFFSET %s LIMIT 1", [people - 1]
        )
        (first,) = cursor.fetchone()
        for table in TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS floor_{table}")
            cursor.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING ALL)")
        rows = {table: _rows(cursor, table, first) for table in TABLES}
    before = _spent()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for table, pieces in rows.items():
            with cursor.copy(f"COPY floor_{table} FROM STDIN (FORMAT BINARY)") as copy:
                for piece in pieces:
                    copy.write(piece)
        cursor.execute("COMMIT")
    return _spent().since(before, people)


def _rows(cursor: Any, table: str, first: UUID) -> list[bytes]:
    """The rows as COPY has them, in pieces of a megabyte."""
    key = "id" if table == "journal_entry" else "subject"
    low = f"{str(first)[:13]}-0000-0000-000000000000"
    with cursor.copy(
        f"COPY (SELECT * FROM {table} WHERE {key} >= '{low}') TO STDOUT (FORMAT BINARY)"
    ) as copy:
        whole = b"".join(bytes(piece) for piece in copy)
    return [whole[start : start + 2**20] for start in range(0, len(whole), 2**20)]
