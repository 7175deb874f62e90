"""People's keys are wrapped anew under the current epoch, chunk by chunk, while readers and writers go on.

What always holds: a key is opened only in memory and written back wrapped; a person whose row a step holds
is passed over and met again in the next round; an epoch is ended only while nobody can be wrapped under it,
and from then on the database refuses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models

from derbes.core.vault.approach import Ring, _context
from derbes.core.vault.models import EndedEpoch, PersonKey
from derbes.crypto import envelope

_FIRST = UUID(int=0)
_UPDATE = {
    "postgresql": "UPDATE vault_personkey SET wrapped = new.wrapped, epoch = %s "
    "FROM unnest(%s::uuid[], %s::bytea[]) AS new(subject, wrapped) "
    "WHERE vault_personkey.subject = new.subject",
    "sqlite": "UPDATE vault_personkey SET epoch = %s, wrapped = %s WHERE subject = %s",
}


class StillNamed(Exception):
    """Somebody is still wrapped under the epoch: it cannot end yet."""


class Chunk(NamedTuple):
    """How many keys were wrapped anew, and the subject to go on after; None when there is nobody further on."""

    done: int
    last: UUID | None


def rewrap(old: Sequence[str], *, ring: Ring, after: UUID | None, most: int, wait: bool) -> Chunk:
    """Wrap the keys of up to `most` people beyond `after`, wrapped under the epochs `old`, under the current one.

    Without `wait` people whose rows are held at the moment are passed over; with it they are waited for.
    """
    epoch, epoch_key = ring.current_epoch()
    rows = PersonKey.objects.filter(subject__gt=after or _FIRST, epoch__in=old).order_by("subject")
    held = _held(rows.values_list("subject", "epoch", "wrapped")[:most], wait=wait)
    olds = {old: ring.epoch(old) for old in {old for _, old, _ in held}}
    keys = [
        (subject, envelope.open(olds[old], bytes(wrapped), context=_context(subject, old)))
        for subject, old, wrapped in held
    ]
    anew = envelope.seal_all(epoch_key, [(key, _context(subject, epoch)) for subject, key in keys])
    _write(epoch, [(subject, wrapped) for (subject, _), wrapped in zip(keys, anew, strict=True)])
    return Chunk(len(held), held[-1][0] if held else None)


def left(old: Sequence[str]) -> int:
    """Return how many people are wrapped under one of the epochs `old`."""
    return PersonKey.objects.filter(epoch__in=old).count()


def end(epoch: str, *, at: datetime) -> None:
    """Let nobody be wrapped under `epoch` from now on; raise `StillNamed` when somebody is.

    Every writer that came before has ended when this looks, and every one that comes after is refused. On
    PostgreSQL it waits for them at most a second, then raises `django.db.OperationalError`: try again later.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            cursor.execute("LOCK TABLE vault_personkey IN SHARE MODE")
    if PersonKey.objects.filter(epoch=epoch).exists():
        raise StillNamed
    EndedEpoch.objects.get_or_create(epoch=epoch, defaults={"at": at})


def ended(failure: BaseException) -> bool:
    """Whether this is the database's refusal to wrap a key under an epoch that has ended (migration 0002)."""
    return str(failure).startswith("this epoch has ended")


def _held(rows: models.QuerySet[PersonKey, Any], *, wait: bool) -> Sequence[tuple[UUID, str, bytes]]:
    """The rows, locked until the transaction ends. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=not wait)
    return list(rows)


def _write(epoch: str, wrapped: Sequence[tuple[UUID, bytes]]) -> None:
    if not wrapped:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_UPDATE["postgresql"], [epoch, *map(list, zip(*wrapped, strict=True))])
        else:
            rows = [(epoch, key, subject.hex) for subject, key in wrapped]
            cursor.executemany(_UPDATE["sqlite"], rows)
