"""Append: one entry for one thing done to one person, in the transaction that does the thing.

No lock is shared by writers. What always holds: entry and deed are kept or undone together, and the number
among a person's own entries was taken while the person's row was held, so the numbers have no gap.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from derbes.core import rows
from derbes.core.journal.models import Entry
from derbes.crypto import canonical, leaf
from derbes.crypto.ids import uuid7
from derbes.law.moments import stamp

_COLUMNS = ("id", "at", "actor_kind", "actor_code", "operation", "tag", "salt", "body")
_TYPES = ("uuid", "timestamptz", "varchar", "varchar", "varchar", "bytea", "bytea", "text")
_FEW = 32  # up to here with the other rows of the step; above, what PostgreSQL has for masses
_ENTRIES = rows.Table(Entry)
_COPY = f"COPY journal_entry ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT BINARY)"


Row = tuple[UUID, datetime, str | None, str | None, str, bytes | None, bytes, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is to be remembered. Codes only: no value of anybody's data, no name, no address.

    `actor` has kind, code, unit and role; `detail` holds small codes and counts. Times keep milliseconds.
    """

    at: datetime
    actor: Mapping[str, str | None]
    operation: str
    event: str
    purpose: str | None = None
    basis: str | None = None
    clause: str | None = None
    norm: str | None = None
    fields: tuple[str, ...] = ()
    edition: str | None = None
    recipient: str | None = None
    request: str | None = None
    outcome: str = "done"
    detail: Mapping[str, Any] = field(default_factory=dict)


class Addressed(NamedTuple):
    """A record and whose it is: the person's journal secret and the number among their own, or neither."""

    record: Record
    secret: bytes | None
    n: int | None


def append(record: Record, *, secret: bytes | None, n: int | None) -> UUID:
    """Leave one entry in the caller's transaction; return its id.

    `secret` and `n` are the person's journal secret and the number taken for this entry; both None for what
    is about no person.
    """
    return append_many([Addressed(record, secret, n)])[0]


def append_many(entries: Iterable[Addressed]) -> list[UUID]:
    """Leave many entries at once, by COPY when they are a mass; return their ids in the same order.

    The same `Record` may stand for many people one after another: it is written out once.
    """
    left = _rows(entries)
    if len(left) > _FEW and connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.set_types(_TYPES)
            for row in left:
                copy.write_row(row)
    else:
        _ENTRIES.add_all(dict(zip(_COLUMNS, row, strict=True)) for row in left)
    return [row[0] for row in left]


def body_of(record: Record) -> str:
    """Return the entry as it is committed to: canonical JSON (docs/journal.md)."""
    return canonical.dumps(
        {
            "v": 1,
            "at": stamp(record.at),
            "actor": {name: record.actor.get(name) for name in ("kind", "code", "unit", "role")},
            "operation": record.operation,
            "event": record.event,
            "purpose": record.purpose,
            "basis": record.basis,
            "clause": record.clause,
            "norm": record.norm,
            "fields": sorted(record.fields),
            "edition": record.edition,
            "recipient": record.recipient,
            "request": record.request,
            "outcome": record.outcome,
            "detail": dict(record.detail),
        }
    ).decode()


def _rows(entries: Iterable[Addressed]) -> list[Row]:
    left, last, body = list[Row](), None, ""
    for record, secret, n in entries:
        if record is not last:
            last, body = record, body_of(record)
        left.append(_row(record, body, secret, n))
    return left


def _row(record: Record, body: str, secret: bytes | None, n: int | None) -> Row:
    if (secret is None) != (n is None):
        raise ValueError("a person's entry has a secret and a number; any other has neither")
    at = record.at.replace(microsecond=record.at.microsecond // 1000 * 1000)
    return (
        uuid7(record.at),
        at,
        record.actor["kind"],
        record.actor.get("code"),
        record.operation,
        None if secret is None or n is None else leaf.tag(secret, n),
        os.urandom(leaf.SALT_SIZE),
        body,
    )
