"""Prove: that an entry is in the tree, that a person's entries are all there, that nothing was rewritten.

Proofs are made from stored tiles against the newest checkpoint that the database holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from derbes.core import rows
from derbes.core.journal.leaves import leaf_of
from derbes.core.journal.models import Checkpoint, Entry
from derbes.crypto import armour, leaf, tiles, tree

#: An entry, the newest checkpoint, and of each level of tiles what its proof needs: of the full tile that the way to
#: the root leads through the eight hashes beside the way, and the unfinished tile at the edge whole.
_ATTACHED = """
SELECT {array}({hex}tag{xeh}, {hex}salt{xeh}, body, position, size, note, {array}({beside}), {array}({edge})){text} FROM (
  SELECT tag, salt, body, position, head.size, head.note FROM journal_entry
  LEFT JOIN (SELECT size, note FROM journal_checkpoint ORDER BY size DESC LIMIT 1) AS head ON 1 = 1
  WHERE id = %(entry)s LIMIT 1) AS entry"""
_BESIDE = """(
  SELECT {hashes} FROM (
    SELECT CAST((position >> {low}) & 255 AS integer) AS at, substr(nodes, 1) AS nodes FROM journal_tile
    WHERE level = {level} AND number = position >> {high} AND number < size >> {high} LIMIT 1) AS way)"""
_SIBLING = "{hex}substr(nodes, {first} + 32 * ((at >> {height}) + 1 - 2 * (at >> {height} & 1)), 32){xeh}"
_EDGE = """(SELECT {hex}nodes{xeh} FROM journal_tile WHERE level = {level} AND number = size >> {high})"""
_LEVELS = 5  # of tiles: enough for 2^40 entries

#: How many numbers past the last must be absent for a history to count as complete (docs/journal.md).
BEYOND = 64


class Unplaced(LookupError):
    """The entry waits for its place in the tree. Integrate, then ask again."""


class Own(NamedTuple):
    """One of a person's own entries: which of theirs, when placed where, what it says."""

    n: int
    position: int | None
    body: str


def attachment(entry: UUID) -> dict[str, Any]:
    """Return what makes a signed document about `entry` provable: its `inclusion` and its `opening`.

    Raises `Unplaced` while the entry waits, `LookupError` when there is none.
    """
    answer = rows.ask(_attached(), {"entry": entry})
    if answer is None:
        raise LookupError("no such entry in the journal")
    tag, salt, body, position, size, note, beside, edge = json.loads(answer)
    if position is None or size is None or position >= size:
        raise Unplaced
    read = tiles.beside(position, size, _unhexed(beside), _unhexed(edge))
    opening = bytes.fromhex(salt)
    return {
        "inclusion": {
            "index": position,
            "leaf": armour.encode(leaf_of(bytes.fromhex(tag) if tag else None, opening, body)),
            "proof": [armour.encode(node) for node in tree.inclusion(read, position, size)],
            "checkpoint": note,
        },
        "opening": {"salt": armour.encode(opening), "body": body},
    }


def inclusion(entry: UUID) -> dict[str, Any]:
    """Return index, leaf, proof and checkpoint: that `entry` is in the tree, for whoever has its opening."""
    found: dict[str, Any] = attachment(entry)["inclusion"]
    return found


def entry_of(secret: bytes, n: int) -> UUID:
    """Return the id of a person's n-th entry; raise `LookupError` when there is none."""
    found = Entry.objects.filter(tag=leaf.tag(secret, n)).values_list("id", flat=True).first()
    if found is None:
        raise LookupError("the person has no such entry")
    return found


def entries_of(secret: bytes, numbers: Iterable[int]) -> list[Own]:
    """Return a person's own entries of these `numbers`, in the order of the numbers; those that are not there, not."""
    tags = {leaf.tag(secret, n): n for n in numbers}
    rows: Iterable[tuple[Any, ...]] = Entry.objects.filter(tag__in=list(tags)).values_list(
        "tag", "position", "body"
    )
    return sorted(Own(tags[bytes(tag)], position, body) for tag, position, body in rows)


def history(secret: bytes, count: int) -> dict[str, Any]:
    """Return `count`, `entries` with openings and proofs, and the `checkpoint` they are proved against.

    Later entries that the checkpoint already covers are counted in, so that the number after the last is
    absent from the tree. Raises `Unplaced` while one of the first `count` waits.
    """
    head = _head()
    tags = {leaf.tag(secret, n): n for n in range(1, count + BEYOND + 1)}
    rows: Iterable[tuple[Any, ...]] = Entry.objects.filter(
        tag__in=list(tags), position__lt=head.size
    ).values_list("tag", "salt", "body", "position")
    found = sorted((tags[bytes(tag)], bytes(tag), *rest) for tag, *rest in rows)
    if len(found) < count or [n for n, *_ in found] != list(range(1, len(found) + 1)):
        raise Unplaced
    read = _reader([position for *_, position in found], head.size)
    proofs = tree.inclusions(read, [position for *_, position in found], head.size)
    entries = [
        {
            "n": n,
            "salt": armour.encode(bytes(salt)),
            "body": body,
            "index": position,
            "leaf": armour.encode(leaf_of(tag, salt, body)),
            "proof": [armour.encode(node) for node in proof],
        }
        for (n, tag, salt, body, position), proof in zip(found, proofs, strict=True)
    ]
    return {"count": len(entries), "entries": entries, "checkpoint": head.note}


def consistency(old: int) -> dict[str, Any]:
    """Return size, proof and checkpoint: that the tree of `old` entries is the beginning of the newest."""
    head = _head()
    sizes = (old, head.size)
    read = _reader([size - 1 for size in sizes if size], head.size)
    return {
        "size": old,
        "proof": [armour.encode(node) for node in tree.consistency(read, *sizes)],
        "checkpoint": head.note,
    }


@cache
def _attached() -> str:
    """The statement, with what is wanted of each level of tiles written out."""
    levels = [
        {"{level}": str(level), "{low}": str(tiles.HEIGHT * level), "{high}": str(tiles.HEIGHT * (level + 1))}
        for level in range(_LEVELS)
    ]
    hashes = " || ".join(
        _SIBLING.replace("{height}", str(height)).replace("{first}", str(tiles.row_of(height) + 1))
        for height in range(tiles.HEIGHT)
    )
    beside = ", ".join(_filled(_BESIDE.replace("{hashes}", hashes), words) for words in levels)
    edge = ", ".join(_filled(_EDGE, words) for words in levels)
    return _filled(_ATTACHED, {"{beside}": beside, "{edge}": edge})


def _filled(sql: str, words: Mapping[str, str]) -> str:
    for word, said in words.items():
        sql = sql.replace(word, said)
    return sql


def _unhexed(texts: Sequence[str | None]) -> list[bytes]:
    return [bytes.fromhex(text or "") for text in texts]


def _head() -> Checkpoint:
    newest = Checkpoint.objects.newest()
    if newest is None:
        raise Unplaced
    return newest


def _reader(positions: Sequence[int], size: int) -> tree.Read:
    """Return a reader over the tiles on the way from `positions` to the root, fetched by one statement."""
    wanted, values = [], list[int]()
    for level in range(tiles.tiers(size)):
        edge = tiles.unfinished(size, level)[0]
        numbers = {position >> tiles.HEIGHT * (level + 1) for position in positions} | {edge}
        wanted.append(f"level = {level} AND number IN ({', '.join(['%s'] * len(numbers))})")
        values += numbers
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT level, number, nodes FROM journal_tile WHERE {' OR '.join(wanted)}", values)  # noqa: S608
        held = {(level, number): bytes(nodes) for level, number, nodes in cursor.fetchall()}
    return tiles.reader(lambda level, number: held[level, number])
