"""The tree cut into tiles, as C2SP tlog-tiles publishes it: 256 hashes of 32 bytes side by side.

A tile of level 0 holds leaf hashes; a hash in a tile of level n is the root over a full tile of level n - 1.
What always holds: a tile only grows, to 256 hashes, then never changes; so caches may keep full ones forever.
(https://c2sp.org/tlog-tiles)
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from derbes.crypto.tree import HASH_SIZE, Read, fold

WIDTH = 256
HEIGHT = 8
TILE_SIZE = WIDTH * HASH_SIZE
EXPANDED_SIZE = (2 * WIDTH - 1) * HASH_SIZE

Tile = Callable[[int, int], bytes]

_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])"
    r"/(?P<index>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
)


@dataclass(frozen=True)
class Asked:
    """What a path asks for; `level` None is a bundle of entries."""

    level: int | None
    index: int
    width: int


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Return the path of a tile below the journal's address: `tile/0/x001/234`, partial: `….p/17`."""
    return _path(str(level), index, width)


def entries_path(index: int, width: int = WIDTH) -> str:
    """Return the path of a bundle of entries below the journal's address."""
    return _path("entries", index, width)


def parse_path(path: str) -> Asked | None:
    """Return what `path` asks for, or None when it is no path of a tile in its one right form."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level = None if match["level"] == "entries" else int(match["level"])
    index = int(match["index"].replace("x", "").replace("/", ""))
    width = int(match["width"] or WIDTH)
    asked = Asked(level, index, width)
    return asked if _path(match["level"], index, width) == path else None


def _path(level: str, index: int, width: int) -> str:
    digits = [f"{index % 1000:03}"]
    while index := index // 1000:
        digits.append(f"x{index % 1000:03}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(digits))}{partial}"


def encode_bundle(leaves: Iterable[bytes]) -> bytes:
    """Return leaves one after another, each behind its length (two bytes, big-endian)."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def decode_bundle(data: bytes) -> list[bytes]:
    """Return the leaves of a bundle; raise `ValueError` when it is cut short."""
    leaves = []
    at, end = 0, len(data)
    while at < end:
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if at > end:
            raise ValueError("a bundle of entries is cut short")
        leaves.append(data[start:at])
    return leaves


def levels(hashes: bytes) -> list[bytes]:
    """Return all perfect subtrees within a tile: its hashes, their parents, and so on, each level joined."""
    result = [hashes]
    row = hashes
    pair = 2 * HASH_SIZE
    while len(row) >= pair:
        starts = range(0, len(row) - HASH_SIZE, pair)  # a last one without its other waits
        row = b"".join([sha256(b"\x01" + row[i : i + pair]).digest() for i in starts])
        result.append(row)
    return result


def reader(tile: Tile) -> Read:
    """Return the reader of nodes that proofs are made from.

    `tile(level, index)` gives a tile as `Edge.extend` did: its hashes, and when full all subtrees over them.
    """

    def read(level: int, index: int) -> bytes:
        tier, height = divmod(level, HEIGHT)
        number, at = divmod(index << height, WIDTH)
        nodes = tile(tier, number)
        if len(nodes) == EXPANDED_SIZE:
            start = row_of(height) + (at >> height) * HASH_SIZE
            return nodes[start : start + HASH_SIZE]
        start = (at >> height) * HASH_SIZE
        return _rows_of_unfinished(nodes)[height][start : start + HASH_SIZE]

    return read


def row_of(height: int) -> int:
    """Return where in a full tile the subtrees of this height begin, in bytes."""
    return (2 * WIDTH - (2 * WIDTH >> height)) * HASH_SIZE


def beside(index: int, size: int, siblings: Sequence[bytes], edge: Sequence[bytes]) -> Read:
    """Return a reader of just the nodes that the proof of leaf `index` in a tree of `size` is made from.

    `siblings` are, level of tiles by level, the eight subtrees beside the way through a full tile, the smallest first;
    `edge` the hashes of the unfinished tile. Empty where there is no such tile.
    """

    def read(level: int, at: int) -> bytes:
        tier, height = divmod(level, HEIGHT)
        if at << height >> HEIGHT == size >> level - height + HEIGHT:
            start = (at << height) % WIDTH * HASH_SIZE >> height
            return _rows_of_unfinished(edge[tier])[height][start : start + HASH_SIZE]
        if at != index >> level ^ 1:
            raise IndexError(f"node {at} of level {level} is not beside the way from {index}")
        return siblings[tier][height * HASH_SIZE : (height + 1) * HASH_SIZE]

    return read


@lru_cache(maxsize=32)
def _rows_of_unfinished(hashes: bytes) -> list[bytes]:
    """The subtrees within the few tiles at the edge, which every proof passes."""
    return levels(hashes)


class Edge:
    """The right edge of a growing tree: its unfinished tiles, all that is needed to go on and to know the root.

    `tiles` are the hashes of the unfinished tile of each level (absent or empty where the last one is full).
    """

    def __init__(self, size: int = 0, tiles: Mapping[int, bytes] | None = None) -> None:
        self.size = size
        self._open = [bytes((tiles or {}).get(level, b"")) for level in range(tiers(size))]
        for level, hashes in enumerate(self._open):
            if len(hashes) != unfinished(size, level)[1] * HASH_SIZE:
                raise ValueError(f"the unfinished tile of level {level} does not fit a tree of {size}")

    def extend(self, hashes: bytes) -> dict[tuple[int, int], bytes]:
        """Add leaf hashes (joined); return every tile that changed, by level and index.

        A tile is its hashes joined; a full one is followed by all perfect subtrees over them, level by level
        up to its root, so that no proof has to hash it again.
        """
        changed: dict[tuple[int, int], bytes] = {}
        level, start = 0, self.size
        self.size += len(hashes) // HASH_SIZE
        while hashes:
            if level == len(self._open):
                self._open.append(b"")
            index = start // WIDTH
            row = self._open[level] + hashes
            full, roots = len(row) // TILE_SIZE, []
            for number in range(full):
                nodes = b"".join(levels(row[number * TILE_SIZE : (number + 1) * TILE_SIZE]))
                changed[level, index + number] = nodes
                roots.append(nodes[-HASH_SIZE:])
            self._open[level] = row[full * TILE_SIZE :]
            if self._open[level]:
                changed[level, index + full] = self._open[level]
            level, start, hashes = level + 1, start // WIDTH, b"".join(roots)
        return changed

    def root(self) -> bytes:
        """Return the root of the tree so far."""
        peaks = []
        for hashes in reversed(self._open):
            width = len(hashes) // HASH_SIZE
            rows = levels(hashes)
            heights = (height for height in reversed(range(HEIGHT)) if width >> height & 1)
            peaks += [rows[height][-HASH_SIZE:] for height in heights]
        return fold(peaks)


def tiers(size: int) -> int:
    """Return how many levels of tiles a tree of `size` leaves has."""
    count = 0
    while size:
        count, size = count + 1, size >> HEIGHT
    return count


def unfinished(size: int, level: int) -> tuple[int, int]:
    """Return index and width of the unfinished tile of a level; width 0 when there is none."""
    return divmod(size >> HEIGHT * level, WIDTH)
