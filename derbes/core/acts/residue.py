"""Is anything left? After a destruction the database, its log and its free pages are searched for what was destroyed.

What always holds: the search reads bytes, not through the code that wrote them; what it looked through and what
it could not look through are both said; what it looked for is in memory alone.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from django.db import connection

CHUNK = 4 * 1024 * 1024
SHORTEST = 6  # bytes: below that a word is found everywhere
_WORD = 8  # bytes that are compared at once
_FEW = 64  # spellings: up to here each is looked for by itself
_SLICE = 40  # bytes of a ciphertext that are looked for: no two are alike


@dataclass(slots=True)
class Found:
    """What a search came to: bytes looked through by place, what was found where, what could not be searched."""

    searched: dict[str, int] = field(default_factory=dict)
    residue: set[str] = field(default_factory=set)
    unsearched: set[str] = field(default_factory=set)


Needles = Mapping[str, frozenset[bytes]]  # what it is (a field, ciphertext, index) → its spellings


def needles(
    values: Mapping[str, str], sealed: Iterable[bytes], digests: Iterable[bytes], *, public: bytes
) -> tuple[Needles, frozenset[str]]:
    """Return what to look for, and the fields that cannot be told from `public` texts or are too short."""
    found: dict[str, frozenset[bytes]] = {}
    untold = set()
    for name, value in values.items():
        if len(value.encode()) < SHORTEST or value.encode() in public:
            untold.add(name.partition("/")[0])
        else:
            told = frozenset(one for one in _spellings(value) if one not in public)
            found[name.partition("/")[0]] = found.get(name.partition("/")[0], frozenset()) | told
    found["ciphertext"] = frozenset(text[:_SLICE] for text in sealed)
    found["index"] = frozenset(digests)
    return found, frozenset(untold)


def search(wanted: Sequence[Needles], files: Iterable[Path]) -> list[Found]:
    """Look for what is `wanted` of each of many people in everything that the database keeps, and in `files`.

    In one pass: what it costs hangs on how much is kept, hardly on how many people it is looked for.
    """
    whole = Found()
    places = _sqlite(whole) if connection.vendor == "sqlite" else _postgresql(whole)
    hunt, written = Hunt(wanted, as_written=False), Hunt(wanted, as_written=True)
    found = [Found(whole.searched, set(), set(whole.unsearched)) for _ in wanted]
    for place, chunks in [*places, *((path.name, _read(path)) for path in files)]:
        for what, who in _look(place, chunks, written if place.startswith("table ") else hunt, whole):
            found[who].residue.add(f"{what}: {place}")
    return found


class Hunt:
    """Spellings of many people's needles, so kept that a text is gone through once for all of them."""

    def __init__(self, wanted: Iterable[Needles], *, as_written: bool) -> None:
        self.owners = defaultdict[bytes, list[tuple[str, int]]](list)
        for who, needles in enumerate(wanted):
            for what, spellings in needles.items():
                for one in _written(spellings) if as_written else spellings:
                    self.owners[one].append((what, who))
        self.longest = max(map(len, self.owners), default=1)
        many = len(self.owners) > _FEW
        self.plain = [one for one in self.owners if not many or len(one) < _WORD]
        self.ends = [
            (_number(one[:_WORD]), _number(one[-_WORD:]), one)
            for one in self.owners
            if many and len(one) >= _WORD
        ]
        self.marks = frozenset(mark for first, last, _ in self.ends for mark in (first, last))

    def within(self, text: bytes) -> list[bytes]:
        """Return the spellings that occur in `text`."""
        found = [one for one in self.plain if one in text]
        if self.ends:
            seen = self._seen(text)
            found += [one for first, last, one in self.ends if first in seen and last in seen and one in text]
        return found

    def _seen(self, text: bytes) -> set[int]:
        """Which first or last eight bytes of some spelling occur in `text`: read as numbers, from each of eight starts."""
        seen, view = set[int](), memoryview(text)
        for start in range(min(_WORD, len(text))):
            end = start + (len(text) - start) // _WORD * _WORD
            seen |= self.marks.intersection(view[start:end].cast("Q"))
        return seen


def _number(word: bytes) -> int:
    return int.from_bytes(word, sys.byteorder)


def _spellings(value: str) -> frozenset[bytes]:
    """The value as text, as JSON escapes it, and as an address has it."""
    escaped = json.dumps(value)[1:-1]
    return frozenset(text.encode() for text in (value, value.casefold(), escaped, quote(value)))


def _look(place: str, chunks: Iterable[bytes], hunt: Hunt, found: Found) -> set[tuple[str, int]]:
    """Which needles of whom occur in the chunks, also across where one ends and the next begins."""
    size, tail, seen = 0, b"", set[tuple[str, int]]()
    for chunk in chunks:
        window = tail + chunk
        for spelling in hunt.within(window):
            seen.update(hunt.owners[spelling])
        size += len(chunk)
        tail = window[-hunt.longest :]
    found.searched[place] = found.searched.get(place, 0) + size
    return seen


def _written(spellings: frozenset[bytes]) -> frozenset[bytes]:
    """PostgreSQL writes bytes out in hex and doubles a backslash: each spelling is looked for as it is there, too."""
    return (
        spellings
        | {one.hex().encode() for one in spellings}
        | {one.replace(b"\\", b"\\\\") for one in spellings}
    )


def _sqlite(found: Found) -> list[tuple[str, Iterator[bytes]]]:
    """The database file with its free pages, and its log, which is emptied first."""
    name = str(connection.settings_dict["NAME"])
    if connection.in_atomic_block:
        found.unsearched.add("write-ahead log: a transaction is open")
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if cursor.fetchone()[0]:
                found.unsearched.add("write-ahead log: somebody is reading")
    paths = [(kind, Path(name + tail)) for kind, tail in (("database", ""), ("log", "-wal"))]
    return [(kind, _read(path)) for kind, path in paths if path.exists()]


def _postgresql(found: Found) -> list[tuple[str, Iterator[bytes]]]:
    """Every table, row by row. What lies in dead rows, the log and copies is closed by the epoch keys (docs/keys.md)."""
    tables = sorted(connection.introspection.table_names())
    if connection.in_atomic_block:
        found.unsearched.add("dead rows: a transaction is open")
    else:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM vault_personkey, vault_sealed, vault_found")
    found.unsearched.add("write-ahead log and copies: closed with the epoch key")
    return [(f"table {table}", _rows(table)) for table in tables]


def _rows(table: str) -> Iterator[bytes]:
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor, cursor.copy(f"COPY {name} TO STDOUT") as copy:
        gathered, size = list[bytes](), 0
        for block in copy:  # a row each: too little to be looked through by itself
            gathered.append(bytes(block))
            size += len(block)
            if size >= CHUNK:
                yield b"".join(gathered)
                gathered, size = [], 0
        yield b"".join(gathered)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
