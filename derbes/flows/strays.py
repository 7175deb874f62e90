"""Files in storage that belong to nobody are removed: what a death left between storage and database.

A file is written before its row is committed and removed after its row has gone, so that no row is without its
file; whoever dies in between leaves a file without a row. What always holds: no file is taken for a stray before it
is older than any step that may still commit its row; only storage is changed, never a row.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from derbes.core.appeals.attachments import Attachment
from derbes.core.documents.models import Document
from derbes.flows import serving
from derbes.outside import storage

AGE = timedelta(hours=1)  # by then every step has ended one way or the other
PARTS = "0123456789abcdef"  # names are looked through by their last digit: a sixteenth is in memory
HOUR = 3600


def sweep(*, at: datetime) -> int:
    """Look through the sixteenth of storage whose hour it is; return how many files were removed. For the worker."""
    return remove(PARTS[int(at.timestamp()) // HOUR % len(PARTS)], at=at)


def remove(ending: str, *, at: datetime) -> int:
    """Remove stored files whose name ends so and that no row has, and what was never finished; return how many.

    Raises `Restored` while a restore waits for its replay: files come before rows then.
    """
    serving.check()
    box, before = storage.store(), at - AGE
    unfinished = box.sweep(before=before)
    stored = set(box.names(ending=ending, before=before))
    strays = sorted(stored - _named(ending)) if stored else []
    for name in strays:
        box.remove(name)
    return unfinished + len(strays)


def _named(ending: str) -> set[str]:
    """The names that rows have: of every file that is somebody's."""
    return {
        str(name)
        for rows in (Document.objects, Attachment.objects)
        for column in ("id", "preview")
        for name in rows.filter(**{f"{column}__endswith": ending}).values_list(column, flat=True).iterator()
    }
