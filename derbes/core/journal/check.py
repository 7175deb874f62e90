"""Check the whole journal from the inside, in flat memory.

First the tree against its signatures, then every entry against the tree. Finds the first entry that was altered, removed, added or moved, and names its place. What it cannot find is
named in docs/journal.md: what never came into the journal, and a tail that was cut off together with all
checkpoints over it, unless an earlier checkpoint is at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge

from django.db.models import Min, Q

from derbes.core.journal import walk
from derbes.core.journal.faults import Broken, Fault, Found
from derbes.core.journal.models import Checkpoint, Entry, Tile
from derbes.crypto import checkpoint, tiles
from derbes.crypto.checkpoint import Head, Unsigned, Vkey
from derbes.crypto.tiles import EXPANDED_SIZE, HEIGHT, TILE_SIZE
from derbes.crypto.tree import HASH_SIZE


@dataclass(frozen=True, slots=True)
class Finding:
    """How many entries the newest checkpoint covers, how many wait for it, and the first fault, if any."""

    size: int
    waiting: int
    found: Found | None

    @property
    def sound(self) -> bool:
        """Whether everything is as it was signed."""
        return self.found is None


def verify(*, public_key: bytes, origin: str, earlier: str | None = None) -> Finding:
    """Walk the whole journal and return what is found.

    `earlier` is a checkpoint that somebody kept: the journal must go on from it. Raises `Unsigned` when
    it is none of this journal's.
    """
    key = checkpoint.vkey(origin, public_key)
    past = None if earlier is None else checkpoint.verify(earlier, key)
    newest = Checkpoint.objects.newest()
    size = 0 if newest is None else newest.size
    found = None
    try:
        _tail(past, size)
        _tree(key, past, size)
        walk.entries(size)
        _strays(size)
    except Broken as broken:
        found = broken.found
    return Finding(size, Entry.objects.waiting().count(), found)


def _tail(past: Head | None, size: int) -> None:
    if past is not None and past.size > size:
        raise Broken(Fault.ROLLED_BACK, size, past.size - 1)


def _strays(size: int) -> None:
    beyond = Entry.objects.filter(Q(position__lt=0) | Q(position__gte=size)).aggregate(first=Min("position"))
    if beyond["first"] is not None:
        raise Broken(Fault.ADDED, beyond["first"])


def _tree(key: Vkey, past: Head | None, size: int) -> None:
    """Check stored tiles against all checkpoints; when they differ, say whether it is the tiles or the entries."""
    growth = _Growth(_heads(key, past))
    try:
        for number, nodes in walk.stored_tiles(size):
            growth.feed(nodes[:TILE_SIZE])
            growth.compare(number, nodes)
        growth.end()
    except Broken as broken:
        if broken.found.fault not in {Fault.ALTERED, Fault.TILE}:
            raise
        entries = _Growth(_heads(key, past))
        for hashes in walk.entry_hashes(size):
            entries.feed(hashes)
        entries.end(compare=False)
        raise Broken(Fault.TILE, broken.found.position, broken.found.last) from None


def _heads(key: Vkey, past: Head | None) -> Iterator[tuple[Head, bool]]:
    """Yield what each checkpoint says, by size, and whether it is the one that came from outside."""
    stored = ((head, False) for head in _stored_heads(key))
    return merge(stored, () if past is None else [(past, True)], key=lambda each: each[0].size)


def _stored_heads(key: Vkey) -> Iterator[Head]:
    for row in Checkpoint.objects.oldest_first().iterator():
        try:
            head = checkpoint.verify(row.note, key)
        except Unsigned:
            raise Broken(Fault.FORGED, row.size) from None
        if (head.size, head.root) != (row.size, bytes(row.root)):
            raise Broken(Fault.FORGED, row.size)
        yield head


class _Growth:
    """The tree grown anew from its leaf hashes, compared with every checkpoint that it passes."""

    def __init__(self, heads: Iterator[tuple[Head, bool]]) -> None:
        self._edge = tiles.Edge()
        self._heads = heads
        self._next = next(heads, None)
        self._good = 0
        self._made: dict[tuple[int, int], bytes] = {}

    def feed(self, hashes: bytes) -> None:
        """Go on by leaf hashes, joined."""
        while self._next is not None and self._next[0].size * HASH_SIZE <= self._length(hashes):
            cut = self._next[0].size * HASH_SIZE - self._length(b"")
            self._extend(hashes[:cut])
            hashes = hashes[cut:]
            self._pass(*self._next)
            self._next = next(self._heads, None)
        self._extend(hashes)

    def compare(self, number: int, nodes: bytes) -> None:
        """Compare the tiles just completed with the stored ones; `nodes` is that of level 0."""
        for (level, index), made in list(self._made.items()):
            if level == 0 and nodes != made:
                raise Broken(Fault.TILE, number * tiles.WIDTH)
            if level == 0 or len(made) == EXPANDED_SIZE:
                self._compare_upper(level, index)

    def end(self, *, compare: bool = True) -> None:
        """Raise `Broken` when a checkpoint was not reached, or an unfinished tile differs."""
        if self._next is not None:
            raise Broken(Fault.ALTERED, self._good, self._next[0].size - 1)
        for level, index in list(self._made) if compare else ():
            self._compare_upper(level, index)

    def _compare_upper(self, level: int, index: int) -> None:
        made = self._made.pop((level, index))
        if level:
            stored = Tile.objects.filter(level=level, number=index).values_list("nodes", flat=True).first()
            if stored is None or bytes(stored) != made:
                raise Broken(Fault.TILE, index << HEIGHT * (level + 1))

    def _extend(self, hashes: bytes) -> None:
        self._made |= self._edge.extend(hashes)

    def _length(self, more: bytes) -> int:
        return self._edge.size * HASH_SIZE + len(more)

    def _pass(self, head: Head, from_outside: bool) -> None:  # noqa: FBT001 - a pair from the merge
        if self._edge.root() != head.root:
            if from_outside:
                raise Broken(Fault.REWRITTEN, 0, head.size - 1)
            raise Broken(Fault.ALTERED, self._good, head.size - 1)
        self._good = head.size
