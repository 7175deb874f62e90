"""The sequencer: gives waiting entries their places in the tree and signs a checkpoint.

One at a time. What always holds: places are given without gap, once; an entry that commits late is simply
among the next, because waiting means having no place; a checkpoint is stored with the tiles it speaks of.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter

from django.db import connection

from derbes.core.journal.leaves import Row, hashes_of
from derbes.core.journal.models import Checkpoint, Tile
from derbes.crypto import checkpoint, tiles
from derbes.crypto.checkpoint import Head
from derbes.crypto.signer import Signer

_LOCK = int.from_bytes(b"journal", "big")

_PLACE = """
UPDATE journal_entry SET position = %s + next.place - 1
FROM (
  SELECT id, row_number() OVER (ORDER BY id) AS place FROM journal_entry
  WHERE position IS NULL ORDER BY id LIMIT %s
) AS next
WHERE journal_entry.id = next.id
RETURNING journal_entry.position, journal_entry.tag, journal_entry.salt, journal_entry.body"""


def integrate(*, signer: Signer, origin: str, at: datetime, batch: int = 4096) -> Checkpoint | None:
    """Place up to `batch` waiting entries and sign one checkpoint over the tree that they complete.

    Returns None when nothing waits or another sequencer is at work. Runs in the caller's transaction;
    raises `RuntimeError` when there is none.
    """
    if not _alone():
        return None
    edge = _edge()
    placed = _place(edge.size, batch)
    if not placed:
        return None
    _store(edge.extend(hashes_of(placed)))
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


def _place(start: int, batch: int) -> list[Row]:
    """Give waiting entries, the oldest first, the places from `start` on; return them in their new order."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [start, batch])
        return [row[1:] for row in sorted(cursor.fetchall(), key=itemgetter(0))]


def _store(changed: Mapping[tuple[int, int], bytes]) -> None:
    Tile.objects.bulk_create(
        [Tile(level=level, number=number, nodes=nodes) for (level, number), nodes in changed.items()],
        update_conflicts=True,
        unique_fields=["level", "number"],
        update_fields=["nodes"],
    )
