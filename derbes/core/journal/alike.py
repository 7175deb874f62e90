"""The same thing was done to very many people: an entry for each, written at once.

What always holds: each is the entry that `log.append` would have left.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from derbes.core.journal import copying
from derbes.core.journal.log import Record, body_of
from derbes.core.journal.models import Entry
from derbes.crypto import leaf
from derbes.crypto.ids import packed


def append(record: Record, tags: Sequence[bytes]) -> None:
    """Leave `record` with each person, of whose next entry these are the `tags` (`leaf.tag`)."""
    count, size = len(tags), leaf.SALT_SIZE
    salts = os.urandom(size * count)
    copying.insert(
        Entry,
        id=packed(record.at, count),
        at=record.at.replace(microsecond=record.at.microsecond // 1000 * 1000),
        actor_kind=record.actor["kind"],
        actor_code=record.actor.get("code"),
        operation=record.operation,
        tag=list(tags),
        salt=[salts[start : start + size] for start in range(0, size * count, size)],
        body=body_of(record),
        position=None,
    )
