"""A small journal for tests: Aliya's and Bauyrzhan's own entries, and the operator's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import connection

from derbes.core.journal import integrate, log
from derbes.core.journal.models import Checkpoint
from derbes.crypto import leaf
from tests.crypto.pen import Pen

AT = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)
ORIGIN = "derbes.example/journal"
PEN = Pen(bytes(range(32)))
ALIYA = leaf.secret_of(b"a" * 32)
ERLAN = leaf.secret_of(b"e" * 32)
STAFF = {"kind": "staff", "code": "s-17", "unit": "registry", "role": "registrar"}
SYSTEM = {"kind": "system", "code": None, "unit": None, "role": None}
TABLES = ("journal_entry", "journal_tile", "journal_checkpoint")


#: The body of the entry that `reading()` leaves, member by member.
SAID = {
    "v": 1,
    "at": "2026-11-22T09:30:00.123Z",
    "actor": {"kind": "staff", "code": "s-17", "unit": "registry", "role": "registrar"},
    "operation": "use",
    "event": "reading.read",
    "purpose": "verification",
    "basis": "consent",
    "clause": "2.2.2",
    "norm": "94-V art. 7",
    "fields": ["iin", "name"],
    "edition": "2026-11-22",
    "recipient": None,
    "request": None,
    "outcome": "done",
    "detail": {},
}


def reading(minute: int = 0, **changes: object) -> log.Record:
    """Bauyrzhan reads Aliya's name and IIN for the verification."""
    said: dict = {
        "at": AT + timedelta(minutes=minute),
        "actor": STAFF,
        "operation": "use",
        "event": "reading.read",
        "purpose": "verification",
        "basis": "consent",
        "clause": "2.2.2",
        "norm": "94-V art. 7",
        "fields": ("name", "iin"),
        "edition": "2026-11-22",
    }
    return log.Record(**(said | changes))


def publication(sha256: str = "ab" * 32) -> log.Record:
    """The operator publishes an edition."""
    return log.Record(
        at=AT,
        actor=SYSTEM,
        operation="publish",
        event="publication.publish",
        edition="2026-11-22",
        detail={"sha256": sha256},
    )


def write(count: int, secret: bytes | None = ALIYA, first: int = 1) -> list:
    """Append `count` entries of one person, numbered from `first`, or of nobody."""
    return log.append_many(
        log.Addressed(reading(first + i), secret, None if secret is None else first + i) for i in range(count)
    )


def place(batch: int = 4096, patience: float = 0) -> Checkpoint | None:
    """Let the sequencer work once."""
    return integrate.integrate(signer=PEN, origin=ORIGIN, at=AT, batch=batch, patience=patience)


@contextmanager
def unguarded() -> Iterator:
    """Give a cursor to one who owns the database and has lifted its triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield cursor
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal%%'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield cursor
        for _, sql in triggers:
            cursor.execute(sql)
