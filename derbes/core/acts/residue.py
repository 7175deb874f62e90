"""Is anything left? After a destruction the database, its log and its free pages are searched for what was destroyed.

What always holds: the search reads bytes, not through the code that wrote them; what it looked through and what
it could not look through are both said; what it looked for is in memory alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from django.db import connection

CHUNK = 4 * 1024 * 1024
SHORTEST = 6  # bytes: below that a word is found everywhere
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
            found[name.partition("/")[0]] = found.get(name.partition("/")[0], frozenset()) | _spellings(value)
    found["ciphertext"] = frozenset(text[:_SLICE] for text in sealed)
    found["index"] = frozenset(digests)
    return found, frozenset(untold)


def search(wanted: Needles, files: Iterable[Path]) -> Found:
    """Look for `wanted` in everything that the database keeps, and in `files`."""
    found = Found()
    places = _sqlite(found) if connection.vendor == "sqlite" else _postgresql(found)
    for place, chunks in [*places, *((path.name, _read(path)) for path in files)]:
        _look(place, chunks, _as_kept(wanted, place), found)
    return found


def _spellings(value: str) -> frozenset[bytes]:
    """The value as text, as JSON escapes it, and as an address has it."""
    escaped = json.dumps(value)[1:-1]
    return frozenset(text.encode() for text in (value, value.casefold(), escaped, quote(value)))


def _look(place: str, chunks: Iterable[bytes], wanted: Needles, found: Found) -> None:
    longest = max((len(one) for spellings in wanted.values() for one in spellings), default=1)
    size, tail = 0, b""
    for chunk in chunks:
        window = tail + chunk
        for what, spellings in wanted.items():
            if any(spelling in window for spelling in spellings):
                found.residue.add(f"{what}: {place}")
        size += len(chunk)
        tail = window[-longest:]
    found.searched[place] = found.searched.get(place, 0) + size


def _as_kept(wanted: Needles, place: str) -> Needles:
    """PostgreSQL writes bytes out in hex and doubles a backslash: each spelling is looked for there."""
    if not place.startswith("table "):
        return wanted
    written = {
        what: {one.hex().encode() for one in spellings} | {one.replace(b"\\", b"\\\\") for one in spellings}
        for what, spellings in wanted.items()
    }
    return {what: spellings | written[what] for what, spellings in wanted.items()}


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
        for block in copy:
            yield bytes(block)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
