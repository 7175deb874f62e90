"""What outsiders said of the journal's checkpoints, kept beside them: witnesses' lines and time-stamps.

What always holds: rows are only added; one source speaks once of one checkpoint; the first word stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max

from derbes.core.journal.models import Anchor, Checkpoint

TIMESTAMP = Anchor.TIMESTAMP


class Said(NamedTuple):
    """The last that one source said: of how large a journal, and when."""

    size: int
    at: datetime


def add(size: int, source: str, proof: bytes, *, at: datetime) -> None:
    """Keep what `source` said of the checkpoint of `size`; a second word of the same changes nothing."""
    Anchor.objects.bulk_create([Anchor(size=size, source=source, proof=proof, at=at)], ignore_conflicts=True)


def last(sources: Iterable[str]) -> Mapping[str, Said]:
    """Return the last that each of these sources said; a source that never spoke is absent."""
    newest = Anchor.objects.filter(source__in=list(sources)).values("source").annotate(newest=Max("size"))
    found = {}
    for row in newest.order_by("source").values_list("source", "newest"):
        source, size = row
        found[source] = Said(size, Anchor.objects.get(pk=(size, source)).at)
    return found


def newest() -> tuple[int, str] | None:
    """Return size and note of the newest checkpoint; None while the journal is empty."""
    row = Checkpoint.objects.newest()
    return None if row is None else (row.size, row.note)


def sizes() -> list[int]:
    """Return the sizes of the checkpoints that anybody outside spoke of, ascending."""
    return list(Anchor.objects.order_by("size").values_list("size", flat=True).distinct())


def page(*, below: int | None, most: int) -> list[int]:
    """Return the greatest `most` of those sizes that are less than `below`, ascending."""
    rows = Anchor.objects.order_by("-size").values_list("size", flat=True).distinct()
    rows = rows if below is None else rows.filter(size__lt=below)
    return list(rows[:most])[::-1]


def cosigned(size: int) -> str | None:
    """Return the checkpoint of `size` with the witnesses' lines after the operator's; None when nobody spoke of it."""
    rows = Anchor.objects.filter(size=size).order_by("source").values_list("source", "proof")
    found = [(source, bytes(proof)) for source, proof in rows]
    note = Checkpoint.objects.filter(size=size).values_list("note", flat=True).first()
    if not found or note is None:
        return None
    return note + "".join(line.decode() for source, line in found if source != TIMESTAMP)


def token(size: int) -> bytes | None:
    """Return the time-stamp over the checkpoint of `size` (RFC 3161 TimeStampToken, DER), or None."""
    found = Anchor.objects.filter(size=size, source=TIMESTAMP).values_list("proof", flat=True).first()
    return None if found is None else bytes(found)
