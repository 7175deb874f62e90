"""Append: one entry for one thing done to one person, in the transaction that does the thing.

No lock is shared by writers. What always holds: entry and deed are kept or undone together, and the number
among a person's own entries was taken while the person's row was held, so the numbers have no gap.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, groupby, repeat
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from derbes.core import rows
from derbes.core.journal.models import Entry
from derbes.crypto import canonical, leaf
from derbes.crypto.ids import many
from derbes.law.moments import stamp

_COLUMNS = ("id", "at", "actor_kind", "actor_code", "operation", "tag", "salt", "body", "position")
_TYPES = ("uuid", "timestamptz", "varchar", "varchar", "varchar", "bytea", "bytea", "text", "int8")
_FEW = 32  # up to here with the other rows of the step; above, what PostgreSQL has for masses
_ENTRIES = rows.Table(Entry)
_COPY = f"COPY journal_entry ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT BINARY)"


_Head = tuple[datetime, str | None, str | None, str]


class Row(NamedTuple):
    """An entry as it is written, column by column."""

    id: UUID
    at: datetime
    actor_kind: str | None
    actor_code: str | None
    operation: str
    tag: bytes | None
    salt: bytes
    body: str
    position: int | None


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
    return [row.id for row in write(list(entries))]


def write(entries: Sequence[Addressed], *, first: int | None = None) -> Iterator[Row]:
    """Write entries, and give each one's row as it is written: the database works while the caller does.

    `first` is the position in the tree of the first of them, when they have their places already.
    """
    rows = _rows(entries, first)
    if len(entries) <= _FEW or connection.vendor != "postgresql":
        for row in rows:
            _ENTRIES.add(**row._asdict())
            yield row
        return
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for row in rows:
            copy.write_row(row)
            yield row


def _rows(entries: Sequence[Addressed], first: int | None) -> Iterator[Row]:
    places = repeat(None) if first is None else count(first)
    size = leaf.SALT_SIZE
    for _, run in groupby(entries, key=lambda one: id(one.record)):
        alike = list(run)
        record, salts = alike[0].record, os.urandom(size * len(alike))
        head, body = _same(record)
        for n, (identifier, one) in enumerate(zip(many(record.at, len(alike)), alike, strict=True)):
            tag, salt = _tag(one), salts[size * n : size * (n + 1)]
            yield Row(identifier, *head, tag, salt, body, next(places))


def _tag(one: Addressed) -> bytes | None:
    if one.secret is not None and one.n is not None:
        return leaf.tag(one.secret, one.n)
    if one.secret is None and one.n is None:
        return None
    raise ValueError("a person's entry has a secret and a number; any other has neither")


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


def _same(record: Record) -> tuple[_Head, str]:
    """What all rows of one record have in common: its columns, and its body."""
    at = record.at.replace(microsecond=record.at.microsecond // 1000 * 1000)
    head = (at, record.actor["kind"], record.actor.get("code"), record.operation)
    return head, body_of(record)
