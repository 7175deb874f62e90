"""What anybody may fetch of the journal: checkpoint, tiles, and bundles of leaves, as C2SP tlog-tiles serves them.

Beside them what outsiders said of it: `anchors` lists the sizes of the last checkpoints that they spoke of and ends, when
there are earlier ones, in the name of the page before; `anchor/<size>` is one with the witnesses' lines, `anchor/<size>.tst`
the time-stamp over it.
Nothing here can be linked to a person. What never changes once it is there is said to be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from derbes.core.journal import anchors
from derbes.core.journal.leaves import leaf_of
from derbes.core.journal.models import Checkpoint, Entry, Tile
from derbes.crypto import tiles
from derbes.crypto.tree import HASH_SIZE

PAGE = 1000  # sizes on a page of `anchors`

_LISTED = re.compile(r"anchors(?:\.([1-9][0-9]{0,18}))?")
_ANCHOR = re.compile(r"anchor/(0|[1-9][0-9]{0,18})(\.tst)?")
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Resource:
    """Bytes to serve, of what type, and whether a cache may keep them forever."""

    body: bytes
    content_type: str
    immutable: bool


def resource(path: str) -> Resource | None:
    """Return what stands at `path` below the journal's address (`checkpoint`, `tile/0/000`), or None."""
    if path == "checkpoint":
        note = checkpoint()
        return None if note is None else Resource(note.encode(), _TEXT, immutable=False)
    if listed := _LISTED.fullmatch(path):
        return Resource(_page(int(listed[1]) if listed[1] else None).encode(), _TEXT, immutable=False)
    if anchor := _ANCHOR.fullmatch(path):
        return _said(int(anchor[1]), stamped=anchor[2] is not None)
    asked = tiles.parse_path(path)
    if asked is None:
        return None
    if asked.level is None:
        body = bundle(asked.index, asked.width)
    else:
        body = tile(asked.level, asked.index, asked.width)
    return None if body is None else Resource(body, "application/octet-stream", immutable=True)


def _page(below: int | None) -> str:
    sizes = anchors.page(below=below, most=PAGE + 1)
    lines = [str(size) for size in sizes[-PAGE:]]
    return "".join(f"{line}\n" for line in [*lines, *([f"anchors.{lines[0]}"] if len(sizes) > PAGE else [])])


def _said(size: int, *, stamped: bool) -> Resource | None:
    """Return what outsiders said of the checkpoint of `size`; a witness's line may still come."""
    if stamped:
        token = anchors.token(size)
        return None if token is None else Resource(token, "application/timestamp-token", immutable=True)
    note = anchors.cosigned(size)
    return None if note is None else Resource(note.encode(), _TEXT, immutable=False)


def checkpoint() -> str | None:
    """Return the newest signed checkpoint; None while the journal is empty."""
    newest = Checkpoint.objects.newest()
    return None if newest is None else newest.note


def tile(level: int, number: int, width: int = tiles.WIDTH) -> bytes | None:
    """Return the first `width` hashes of a tile, or None when there are fewer."""
    nodes = Tile.objects.filter(level=level, number=number).values_list("nodes", flat=True).first()
    size = width * HASH_SIZE
    return None if nodes is None or len(nodes) < size else bytes(nodes)[:size]


def bundle(number: int, width: int = tiles.WIDTH) -> bytes | None:
    """Return the leaves of the first `width` entries of a bundle, or None when there are fewer."""
    start = number * tiles.WIDTH
    rows = (
        Entry.objects.placed()
        .filter(position__gte=start, position__lt=start + width)
        .values_list("tag", "salt", "body")
    )
    leaves = [leaf_of(*row) for row in rows]
    return tiles.encode_bundle(leaves) if len(leaves) == width else None


def paths() -> Iterator[str]:
    """Yield the path of everything there is now, the checkpoint last: a copy made so can be checked by itself."""
    newest = Checkpoint.objects.newest()
    if newest is None:
        return
    for level in range(tiles.tiers(newest.size)):
        full, width = tiles.unfinished(newest.size, level)
        for number, held in [
            *((number, tiles.WIDTH) for number in range(full)),
            *([(full, width)] if width else []),
        ]:
            yield tiles.tile_path(level, number, held)
            if level == 0:
                yield tiles.entries_path(number, held)
    spoken_of = anchors.sizes()
    for size in spoken_of:
        yield f"anchor/{size}"
        if anchors.token(size) is not None:
            yield f"anchor/{size}.tst"
    for first in spoken_of[-PAGE:0:-PAGE]:
        yield f"anchors.{first}"
    if spoken_of:
        yield "anchors"
    yield "checkpoint"
