"""The same thing was done to very many people: an entry for each, written at once.

What always holds: each is the entry that `log.append` would have left.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

from derbes.core.journal import copying
from derbes.core.journal.leaves import hashes_alike
from derbes.core.journal.log import Record, body_of
from derbes.core.journal.models import Entry
from derbes.crypto import leaf
from derbes.crypto.ids import packed


class Mass(NamedTuple):
    """What was done to many people: the record that is left with each, and the tag of each person's next entry."""

    record: Record
    tags: Sequence[bytes]


#: What leaves masses, as `integrate.append` does with its signer.
Append = Callable[[Sequence[Mass]], None]


def append(mass: Mass, *, first: int | None = None) -> bytes:
    """Leave the entries of a mass, which wait, or have places from `first` on; return the leaf hashes of those, joined."""
    record, tags = mass
    count, size = len(tags), leaf.SALT_SIZE
    chance, body, hashes = os.urandom(size * count), body_of(record), list[bytes]()
    salts = [chance[start : start + size] for start in range(0, size * count, size)]

    def to_hashes(start: int, end: int) -> None:
        hashes.append(hashes_alike(tags[start:end], salts[start:end], body))

    copying.insert(
        Entry,
        beside=None if first is None else to_hashes,
        id=packed(record.at, count),
        at=record.at.replace(microsecond=record.at.microsecond // 1000 * 1000),
        actor_kind=record.actor["kind"],
        actor_code=record.actor.get("code"),
        operation=record.operation,
        tag=list(tags),
        salt=salts,
        body=body,
        position=None if first is None else list(range(first, first + count)),
    )
    return b"".join(hashes)
