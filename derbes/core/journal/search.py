"""The journal is searched for what somebody did in a time. Whose entries these are, the journal cannot tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from derbes.core.journal.models import Entry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def tags(*, since: datetime, until: datetime, actor: str = "", operation: str = "") -> frozenset[bytes]:
    """Return the tags of people's entries from `since` to before `until`: of one actor's code, of one operation.

    What was refused is left out: nothing was done then. Held in memory, some 80 bytes each.
    """
    rows = Entry.objects.filter(id__gte=_first(since), id__lt=_first(until), tag__isnull=False)
    rows = rows.filter(body__contains='"outcome":"done"')
    if actor:
        rows = rows.filter(actor_code=actor)
    if operation:
        rows = rows.filter(operation=operation)
    return frozenset(
        bytes(tag) for tag in rows.values_list("tag", flat=True).iterator(chunk_size=5000) if tag
    )


def _first(at: datetime) -> UUID:
    """The least id of an entry of this millisecond: ids are in the order of time (crypto/ids)."""
    return UUID(int=((at - _EPOCH) // _MILLISECOND) << 80)
