"""People of a portfolio enrolled in bulk, against COPY of the very same rows into the same tables with the same indexes."""

import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from derbes.core.accounts.models import User
from derbes.faces.jobs import portfolio
from derbes.flows import enrolment
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind

CONSOLE = Actor(kind=ActorKind.SYSTEM, code="console")
#: Where the rows of an enrolment go.
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


def prepare(people: int, folder: Path, *, of: int = 0) -> Path:
    """Write a portfolio of fictional people; `of` tells one apart from another, so that nobody comes twice."""
    file = folder / f"portfolio-{of}.csv"
    if not User.objects.filter(code="bench").exists():
        User.employ("bench", unit="bench", role="registrar", password="x" * 20, at=timezone.now())
    with file.open("w") as out:
        out.write(";".join(portfolio.COLUMNS) + "\n")
        rows = portfolio.rows(people * (of + 1), at=timezone.now())
        for number, row in enumerate(rows):
            if number >= people * of:
                out.write(";".join(row) + "\n")
    return file


def enrol(file: Path) -> float:
    """Enrol everybody of `file`; return how many people a second."""
    began = perf_counter()
    done = list(enrolment.run(CONSOLE, file, by="bench", say=str, clock=timezone.now))[-1]
    seconds = perf_counter() - began
    assert not done.reasons, done.reasons  # noqa: S101  a figure of work not done is worth nothing
    return done.taken / seconds


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
    rows = f"SELECT * FROM {table} WHERE {key} >= '{low}'"  # noqa: S608  names and numbers of ours
    with cursor.copy(f"COPY ({rows}) TO STDOUT (FORMAT BINARY)") as copy:
        whole = b"".join(bytes(piece) for piece in copy)
    return [whole[start : start + 2**20] for start in range(0, len(whole), 2**20)]


def measure(people: int, rounds: int = 3) -> None:
    """Print the rates and their ratio, round by round."""
    with tempfile.TemporaryDirectory(prefix="derbes-bench.") as folder:
        for number in range(rounds):
            file = prepare(people, Path(folder), of=number)
            ours, base = enrol(file), floor(people)
            print(f"{ours:,.0f} people/s, COPY of the same bytes {base:,.0f} people/s: {ours / base:.2f}")
