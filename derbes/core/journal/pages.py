"""The journal as the staff look through it: page by page, the latest first. Nobody can tell here whose an entry is."""

from __future__ import annotations

from datetime import datetime

from derbes.core.journal.models import Entry


def page(*, before: int | None, code: str, most: int) -> list[tuple[int, str]]:
    """Return up to `most` (position, body) of placed entries below position `before`, of one actor's `code` or all."""
    rows = Entry.objects.placed().reverse()
    rows = rows.filter(position__lt=before) if before is not None else rows
    rows = rows.filter(actor_code=code) if code else rows
    return [
        (position, body)
        for position, body in rows.values_list("position", "body")[:most]
        if position is not None
    ]


def waiting_since() -> datetime | None:
    """Return the moment of the oldest entry that has no place in the tree yet; None when all have theirs."""
    return Entry.objects.waiting().values_list("at", flat=True).first()
