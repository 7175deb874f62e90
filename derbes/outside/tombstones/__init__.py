"""What must stay gone: a small file outside of the database that names whom was destroyed or blocked, and when.

A backup knows nothing of what was done after it was made; this file does, and a restored installation serves
nobody before it was read. One line a fact about one person or many, in JSON, only ever added, each chained to the line before by SHA-256.
What always holds: `note` is on disk when it returns, so call it in the step, before its commit; `confirm` after
it. A fact that was noted and never confirmed is told apart: the machine died in between.

It holds no personal data but the number of a person. It belongs on another disk than the database, and its
copy on another machine.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

from django.conf import settings as django_settings

_LONGEST_LINE = 64 * 1024
_IN_A_LINE = 1500  # people: so that no line is longer


class Kind(StrEnum):
    """What must be done again after a restore."""

    DESTROYED = "destroyed"  # depersonalised too: nothing of the person is left
    ARCHIVED = "archived"  # all was destroyed but what a law orders to keep
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


class Damaged(Exception):
    """A line of the file was changed, removed or added: it cannot be relied on."""


class Head(NamedTuple):
    """How many lines there are, and the chain over all of them."""

    n: int
    chain: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One fact. `confirmed` says that the transaction that did it is known to have been committed."""

    n: int
    kind: Kind
    subject: UUID
    at: datetime
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """A whole file, its chain checked."""

    tombstones: tuple[Tombstone, ...]
    heads: tuple[str, ...]

    @property
    def head(self) -> Head:
        """Where it ends."""
        return Head(len(self.heads), self.heads[-1] if self.heads else "")

    def goes_on_from(self, head: Head) -> bool:
        """Whether this file once ended at `head`."""
        return head.n == 0 or (head.n <= len(self.heads) and self.heads[head.n - 1] == head.chain)

    def since(self, at: datetime) -> list[Tombstone]:
        """Return the facts from `at` on, in the order in which they were noted."""
        return [one for one in self.tombstones if one.at >= at]


def note(kind: Kind | str, subject: UUID, at: datetime) -> int:
    """Note that this is about to be committed; return its number, for `confirm`. On disk when it returns."""
    return note_many([(Kind(kind), [subject.bytes])], at)[0]


def note_many(facts: Iterable[tuple[Kind, Sequence[bytes]]], at: datetime) -> list[int]:
    """Note what is about to be committed of many people, each by the bytes of their number; return its numbers, for
    `confirm`.

    All of it is on disk when it returns, by one write.
    """
    moment = at.astimezone(UTC).isoformat()
    return _append(
        [
            {"kind": kind.value, "subjects": [one.hex() for one in people[start : start + _IN_A_LINE]]}
            | {"at": moment}
            for kind, people in facts
            for start in range(0, len(people), _IN_A_LINE)
        ]
    )


def confirm(*numbers: int) -> None:
    """Say that what was noted under `numbers` has been committed."""
    _append([{"done": number} for number in numbers])


def undo(*numbers: int) -> None:
    """Say that what was noted under `numbers` never happened: its transaction was not committed."""
    _append([{"undone": number} for number in numbers])


def since(at: datetime) -> list[Tombstone]:
    """Return what was noted from `at` on in this installation's file. Raises `Damaged`."""
    return ledger().since(at)


def unconfirmed() -> list[Tombstone]:
    """Return what was noted and neither confirmed nor undone. Raises `Damaged`."""
    return [one for one in ledger().tombstones if not one.confirmed]


def ledger(path: Path | None = None) -> Ledger:
    """Return a file, this installation's own by default; an absent one is empty. Raises `Damaged`."""
    path = path or place()
    if not path.exists():
        return Ledger((), ())
    lines, heads = list[dict[str, Any]](), list[str]()
    with path.open("rb") as file:
        for raw in file:
            if not raw.endswith(b"\n"):
                break  # torn by a crash: its `note` never returned, nothing was committed on it
            line = _parsed(raw, len(heads) + 1)
            chain = line.pop("chain")
            if chain != _chain(heads[-1] if heads else "", line):
                raise Damaged(f"line {len(heads) + 1} is not what was written")
            lines.append(line)
            heads.append(chain)
    try:
        return Ledger(tuple(_tombstones(lines)), tuple(heads))
    except (LookupError, TypeError, ValueError):
        raise Damaged("a line says what this version does not know") from None


def place() -> Path:
    """Return where this installation's file is, as `settings.TOMBSTONES` says."""
    return Path(django_settings.TOMBSTONES["path"])


def _tombstones(lines: list[dict[str, Any]]) -> Iterator[Tombstone]:
    done = {line["done"] for line in lines if "done" in line}
    undone = {line["undone"] for line in lines if "undone" in line}
    for n, line in enumerate(lines, 1):
        if "kind" in line and n not in undone:
            kind, at = Kind(line["kind"]), datetime.fromisoformat(line["at"])
            yield from (Tombstone(n, kind, UUID(subject), at, n in done) for subject in line["subjects"])


def _append(lines: Sequence[dict[str, Any]]) -> list[int]:
    """Write the lines behind the last one and onto the disk; return their numbers."""
    if not lines:
        return []
    with _alone() as file:
        first, chain = _last(file)
        for n, line in enumerate(lines, first + 1):
            whole = {"n": n, **line}
            chain = _chain(chain, whole)
            file.write(_written({**whole, "chain": chain}) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return list(range(first + 1, first + 1 + len(lines)))


@contextmanager
def _alone() -> Iterator[BinaryIO]:
    """The file, for one writer at a time, at its end."""
    path = place()
    fresh = not path.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if fresh:
            _sync_folder(path.parent)
        yield file


def _last(file: BinaryIO) -> Head:
    """The last whole line; what a crash left torn behind it is cut off."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - 2 * _LONGEST_LINE))
    tail = file.read()
    whole, _, torn = tail.rpartition(b"\n")
    file.seek(end - len(torn))
    file.truncate()
    if not whole:
        return Head(0, "")
    last = json.loads(whole.rpartition(b"\n")[2])
    return Head(last["n"], last["chain"])


def _parsed(raw: bytes, n: int) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        line = None
    if not isinstance(line, dict) or line.get("n") != n or "chain" not in line:
        raise Damaged(f"line {n} is not what was written")
    return line


def _chain(before: str, line: dict[str, Any]) -> str:
    return sha256(before.encode() + b"\n" + _written(line)).hexdigest()


def _written(line: dict[str, Any]) -> bytes:
    return json.dumps(line, sort_keys=True, separators=(",", ":")).encode()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
