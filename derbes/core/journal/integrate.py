"""The sequencer: gives waiting entries their places in the tree and signs a checkpoint.

One at a time. What always holds: places are given without gap, once; an entry that commits late is simply
among the next, because waiting means having no place; a checkpoint is stored with the tiles it speaks of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from derbes.core.journal.leaves import hashes_of
from derbes.core.journal.models import Checkpoint, Entry, Tile
from derbes.crypto import checkpoint, tiles
from derbes.crypto.checkpoint import Head
from derbes.crypto.signer import Signer

_LOCK = int.from_bytes(b"journal", "big")

_PLACE = {
    "postgresql": """
        UPDATE journal_entry SET position = %s + given.place - 1
        FROM unnest(%s::uuid[]) WITH ORDINALITY AS given (id, place) WHERE journal_entry.id = given.id""",
    "sqlite": """
        UPDATE journal_entry SET position = %s + given.key
        FROM json_each(%s) AS given WHERE journal_entry.id = given.value""",
}


def integrate(*, signer: Signer, origin: str, at: datetime, batch: int = 4096) -> Checkpoint | None:
    """Place up to `batch` waiting entries and sign one checkpoint over the tree that they complete.

    Returns None when nothing waits or another sequencer is at work. Runs in the caller's transaction;
    raises `RuntimeError` when there is none.
    """
    if not _alone():
        return None
    waiting = list(Entry.objects.waiting().values_list("id", "tag", "salt", "body")[:batch])
    if not waiting:
        return None
    edge = _edge()
    _place([entry for entry, *_ in waiting], start=edge.size)
    _store(edge.extend(hashes_of((tag, salt, body) for _, tag, salt, body in waiting)))
    root = edge.root()
    note = checkpoint.sign(Head(origin, edge.size, root), signer)
    return Checkpoint.objects.create(size=edge.size, root=root, note=note, at=at)


def _alone() -> bool:
    """Whether no other sequencer is at work. SQLite has one writer anyway, from the beginning of its transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("the sequencer works within a transaction")
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _edge() -> tiles.Edge:
    newest = Checkpoint.objects.newest()
    if newest is None:
        return tiles.Edge()
    numbers = {level: tiles.unfinished(newest.size, level)[0] for level in range(tiles.tiers(newest.size))}
    found = Tile.objects.filter(pk__in=list(numbers.items())).values_list("level", "nodes")
    return tiles.Edge(newest.size, {level: bytes(nodes) for level, nodes in found})


def _place(entries: Sequence[UUID], *, start: int) -> None:
    native = connection.vendor == "postgresql"
    given = list(entries) if native else json.dumps([entry.hex for entry in entries])
    with connection.cursor() as cursor:
        cursor.execute(_PLACE[connection.vendor], [start, given])


def _store(changed: Mapping[tuple[int, int], bytes]) -> None:
    Tile.objects.bulk_create(
        [Tile(level=level, number=number, nodes=nodes) for (level, number), nodes in changed.items()],
        update_conflicts=True,
        unique_fields=["level", "number"],
        update_fields=["nodes"],
    )
