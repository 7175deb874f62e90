"""The sequencer: gives entries their places in the tree and signs a checkpoint.

One at a time, until its transaction ends. What always holds: places are given without gap, once; what waits comes
before what comes; an entry that commits late is simply among the next, because waiting means having no place; a
checkpoint is stored with the tiles it speaks of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from time import monotonic, sleep

from django.db import connection

from derbes.core import rows
from derbes.core.journal import alike
from derbes.core.journal.alike import Mass
from derbes.core.journal.leaves import Row, hashes_of
from derbes.core.journal.models import Checkpoint, Tile
from derbes.crypto import checkpoint, tiles
from derbes.crypto.checkpoint import Head
from derbes.crypto.signer import Signer

#: Entries that wait are placed by so many at once.
BATCH = 4096

_TILES = rows.Table(Tile, replaces=("nodes",))
_PAUSE = 0.05  # seconds

_LOCK = int.from_bytes(b"journal", "big")

_PLACE = """
UPDATE journal_entry SET position = %s + next.place - 1
FROM (
  SELECT id, row_number() OVER (ORDER BY id) AS place FROM journal_entry
  WHERE position IS NULL ORDER BY id LIMIT %s
) AS next
WHERE journal_entry.id = next.id
RETURNING journal_entry.position, journal_entry.tag, journal_entry.salt, journal_entry.body"""


def integrate(
    *, signer: Signer, origin: str, at: datetime, batch: int = BATCH, patience: float = 0
) -> Checkpoint | None:
    """Place up to `batch` waiting entries and sign one checkpoint over the tree that they complete.

    Returns None when nothing waits, or when another sequencer is still at work after `patience` seconds. Runs in the
    caller's transaction; raises `RuntimeError` when there is none.
    """
    if not _alone(patience):
        return None
    edge = _edge()
    placed = _place(edge.size, batch)
    return _sign(edge, hashes_of(placed), signer=signer, origin=origin, at=at) if placed else None


def append(
    masses: Sequence[Mass], *, signer: Signer, origin: str, at: datetime, batch: int = BATCH
) -> Checkpoint | None:
    """Leave masses of entries, each with its place at once, behind what waits, under one checkpoint.

    They wait as any other entry, and None is returned, when another sequencer is at work; they wait too when as much
    as `batch` waits before them. No other sequencer works until the caller's transaction ends, so this is what it does
    last. Raises as `integrate`.
    """
    if not _alone():
        for mass in masses:
            alike.append(mass)
        return None
    edge = _edge()
    before = _place(edge.size, batch)
    hashes, size = [hashes_of(before)], edge.size + len(before)
    for mass in masses:
        hashes.append(alike.append(mass, first=size if len(before) < batch else None))
        size += len(mass.tags)
    return _sign(edge, b"".join(hashes), signer=signer, origin=origin, at=at) if any(hashes) else None


def _sign(edge: tiles.Edge, hashes: bytes, *, signer: Signer, origin: str, at: datetime) -> Checkpoint:
    _store(edge.extend(hashes))
    root = edge.root()
    note = checkpoint.sign(Head(origin, edge.size, root), signer)
    return Checkpoint.objects.create(size=edge.size, root=root, note=note, at=at)


def _alone(patience: float = 0) -> bool:
    """Whether no other sequencer is at work. SQLite has one writer anyway, from the beginning of its transaction.

    It is asked again and again, not waited for: whoever waits in the database cannot give up without undoing all.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the sequencer works within a transaction")
    if connection.vendor != "postgresql":
        return True
    until = monotonic() + patience
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if cursor.fetchone()[0]:
                return True
            if monotonic() >= until:
                return False
            sleep(_PAUSE)


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
    for (level, number), nodes in changed.items():
        _TILES.add(level=level, number=number, nodes=nodes)
