"""Walk over all entries beside the tiles that were signed, a few bundles in memory at a time.

What always holds: the tiles were checked first, so where an entry and its hash differ, the entry is at fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from django.db import connection

from derbes.core.journal.faults import Broken, Fault
from derbes.core.journal.leaves import hashes_of
from derbes.core.journal.models import Entry, Tile
from derbes.crypto.ids import beginning
from derbes.crypto.tiles import TILE_SIZE, WIDTH
from derbes.crypto.tree import HASH_SIZE

_AT_ONCE = 16  # bundles of 256
#: An entry as plain bytes and texts: of its id the milliseconds, its time to the microsecond.
_ROWS = """
SELECT position, tag, salt, body, {id}, {at}, actor_kind, actor_code, operation FROM journal_entry
WHERE position >= %s AND position < %s ORDER BY position"""
_PLAIN = {
    "postgresql": {
        "{id}": "left(id::text, 13)",
        "{at}": "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
    },
    "sqlite": {
        "{id}": "substr(id, 1, 8) || '-' || substr(id, 9, 4)",
        "{at}": "substr(at || '.000000', 1, 26)",
    },
}

Row = tuple[int, bytes | None, bytes, str, str, str, str, str | None, str]


def stored_tiles(size: int) -> Iterator[tuple[int, bytes]]:
    """Yield number and nodes of the stored tiles of leaf hashes; nothing of a tile that is gone."""
    count = -(-size // WIDTH)
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, count))
        rows = Tile.objects.filter(level=0, number__in=numbers).order_by("number")
        for number, nodes in rows.values_list("number", "nodes"):
            yield number, bytes(nodes)


def entry_hashes(size: int) -> Iterator[bytes]:
    """Yield the leaf hashes of all placed entries as they are now, in their order, joined by bundles."""
    for rows in _bundles(size):
        yield hashes_of(row[1:4] for row in rows)


def entries(size: int) -> None:
    """Compare each entry with its hash in the tree, and its columns with its body; raise `Broken` at the first."""
    signed = (nodes[:TILE_SIZE] for _, nodes in stored_tiles(size))
    for number, (rows, hashes) in enumerate(zip(_bundles(size), signed, strict=True)):
        start = number * WIDTH
        there = [row[0] for row in rows] == list(range(start, min(start + WIDTH, size)))
        if not there or hashes_of(row[1:4] for row in rows) != hashes:
            _name_first(start, rows, hashes)
        for row in rows:
            if row[4:] != _columns(row[3]):
                raise Broken(Fault.ALTERED, row[0])


def _bundles(size: int) -> Iterator[list[Row]]:
    """Yield the entries of one bundle after another; a bundle without entries is an empty list."""
    step = _AT_ONCE * WIDTH
    for start in range(0, size, step):
        stop = min(start + step, size)
        found = _rows(start, stop)
        at = 0
        for end in range(start + WIDTH, stop + WIDTH, WIDTH):
            begin = at
            while at < len(found) and found[at][0] < end:
                at += 1
            yield found[begin:at]


def _rows(start: int, stop: int) -> list[Row]:
    sql = _ROWS
    for word, said in _PLAIN[connection.vendor].items():
        sql = sql.replace(word, said)
    with connection.cursor() as cursor:
        cursor.execute(sql, [start, stop])
        found: list[Row] = cursor.fetchall()
    return found


def _name_first(start: int, rows: list[Row], signed: bytes) -> None:
    now = {row[0]: hashes_of([row[1:4]]) for row in rows}
    for place in range(len(signed) // HASH_SIZE):
        wanted = signed[place * HASH_SIZE : (place + 1) * HASH_SIZE]
        here = now.get(start + place)
        if here != wanted:
            raise Broken(_what_happened(here, wanted), start + place)


def _what_happened(here: bytes | None, wanted: bytes) -> Fault:
    """Say what was done to the entry whose hash should be `wanted` and whose place holds `here`."""
    kept = any(wanted in _hashes(joined) for joined in _all_entry_hashes())
    if here is None:
        return Fault.REORDERED if kept else Fault.REMOVED
    if _was_signed(here):
        return Fault.REORDERED if kept else Fault.REMOVED
    return Fault.ADDED if kept else Fault.ALTERED


def _was_signed(hash_: bytes) -> bool:
    tiles = Tile.objects.filter(level=0).order_by("number").values_list("nodes", flat=True)
    return any(hash_ in _hashes(bytes(nodes)[:TILE_SIZE]) for nodes in tiles.iterator(chunk_size=_AT_ONCE))


def _all_entry_hashes() -> Iterator[bytes]:
    rows = Entry.objects.placed().values_list("tag", "salt", "body")
    for row in rows.iterator(chunk_size=_AT_ONCE * WIDTH):
        yield hashes_of([row])


def _hashes(joined: bytes) -> list[bytes]:
    return [joined[at : at + HASH_SIZE] for at in range(0, len(joined), HASH_SIZE)]


@lru_cache(maxsize=256)
def _columns(body: str) -> tuple[str, str, str, str | None, str] | None:
    """Return the columns for lists, from the id on, that go with a body; None when it is none. Alike ones are read once."""
    try:
        said = json.loads(body)
        actor, at = said["actor"], datetime.fromisoformat(said["at"])
        return beginning(at), f"{at:%Y-%m-%d %H:%M:%S.%f}", actor["kind"], actor["code"], said["operation"]
    except (ValueError, LookupError, TypeError):
        return None
