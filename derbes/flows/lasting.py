"""What must outlast a restore is noted outside of the database: whom was destroyed, archived, blocked, unblocked.

Noted within the step, on disk before the step is committed, and confirmed once it is: a crash in between leaves a
note without its confirmation, which the worker and a restore tell apart (docs/backup.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from derbes.outside import tombstones
from derbes.outside.tombstones import Kind

__all__ = ["Kind", "note", "note_many"]


def note(kind: Kind, subject: UUID, *, at: datetime) -> None:
    """Note the fact, as the last thing of the caller's step."""
    note_many({kind: [subject.bytes]}, at=at)


def note_many(facts: Mapping[Kind, Sequence[bytes]], *, at: datetime) -> None:
    """Note what is done to many people in the caller's step, as the last thing of it: by one write, and one more after it."""
    numbers = tombstones.note_many(facts.items(), at)
    # The deed is done by then: a file that cannot be written just now must not tell of a failure. The worker confirms it.
    transaction.on_commit(lambda: tombstones.confirm(*numbers), robust=True)
