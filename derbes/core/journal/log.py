"""Append: one entry for one thing done to one person, in the transaction that does the thing.

No lock is shared by writers. What always holds: entry and deed are kept or undone together, and the number
among a person's own entries was taken while the person's row was held, so the numbers have no gap.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from derbes.core import rows
from derbes.core.journal.models import Entry
from derbes.crypto import canonical, leaf
from derbes.crypto.ids import many, uuid7
from derbes.law.moments import stamp

_ENTRIES = rows.Table(Entry)
_Head = tuple[datetime, str | None, str | None, str]


class Record(NamedTuple):
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
    detail: Mapping[str, Any] = MappingProxyType({})


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
    head, body = _same(record)
    identifier = uuid7(record.at)
    _leave(identifier, head, _tag(secret, n), body)
    return identifier


def append_many(entries: Iterable[Addressed]) -> list[UUID]:
    """Leave several entries; return their ids in the same order. For masses alike there is `alike.append`.

    The same `Record` may stand for several people one after another: it is written out once.
    """
    ids = list[UUID]()
    for _, run in groupby(entries, key=lambda one: id(one.record)):
        some = list(run)
        head, body = _same(some[0].record)
        ids += (new := many(some[0].record.at, len(some)))
        for identifier, one in zip(new, some, strict=True):
            _leave(identifier, head, _tag(one.secret, one.n), body)
    return ids


def _leave(identifier: UUID, head: _Head, tag: bytes | None, body: str) -> None:
    at, kind, code, operation = head
    _ENTRIES.add(
        id=identifier,
        at=at,
        actor_kind=kind,
        actor_code=code,
        operation=operation,
        tag=tag,
        salt=os.urandom(leaf.SALT_SIZE),
        body=body,
    )


def _tag(secret: bytes | None, n: int | None) -> bytes | None:
    if secret is not None and n is not None:
        return leaf.tag(secret, n)
    if secret is None and n is None:
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
