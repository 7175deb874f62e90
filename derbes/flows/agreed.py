"""What a person's words are worth at a moment, as the gate sees it: a consent given for a time ends by itself (94-V art. 8(5))."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from derbes.core.consents.models import Consent, Word
from derbes.core.publications import shelf
from derbes.law.retention import consent_ends

Pair = tuple[str, str]  # purpose, act; act "" is the purpose itself


def now(subject: UUID, *, at: datetime) -> frozenset[Pair]:
    """Return what `subject` agrees to at `at`: said last, not withdrawn, and not over by its own term."""
    rows = list(Consent.objects.of(subject))
    last = {(row.purpose, row.act): row for row in rows}
    over = run_out(rows, at=at)
    return frozenset(pair for pair, row in last.items() if row.word == Word.GIVEN and row.id not in over)


def until(row: Consent) -> datetime | None:
    """Return when a consent ends by its own term (94-V art. 8(4)(3), 8(5)); None for what was given for no time."""
    if row.word != Word.GIVEN:
        return None
    return consent_ends(shelf.edition(row.edition).policy.purposes.get(row.purpose), row.at)


def run_out(rows: Iterable[Consent], *, at: datetime) -> dict[UUID, datetime]:
    """Return which of one person's words had ended by their own term at `at`, by id: each with the moment.

    One that was taken back or given anew before its end is not among them.
    """
    found, last = dict[UUID, datetime](), dict[Pair, tuple[UUID, datetime | None]]()
    for row in sorted(rows, key=lambda row: row.number):
        before, end = last.get((row.purpose, row.act), (row.id, None))
        if end is not None and end <= row.at:
            found[before] = end
        last[row.purpose, row.act] = (row.id, until(row))
    return found | {one: end for one, end in last.values() if end is not None and end <= at}
