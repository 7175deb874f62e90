"""Whose are these entries? Only each person's key can tell (docs/decisions/0002), so everybody is walked through.

No field is opened and nothing but the count leaves. It serves the duty to tell people of a breach
(94-V art. 25(2)(8)) and nothing else; the caller records that it was done. The cost is one unwrapping for each
person and one HMAC for each of their entries.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from derbes.core.vault.approach import Ring, _context
from derbes.core.vault.models import PersonKey
from derbes.crypto import envelope, leaf

_FIRST = UUID(int=0)


class Walked(NamedTuple):
    """One chunk: people whose entries are among those looked for, with how many; people walked and people whose
    keys do not open any more; the subject to go on after, None at the end.
    """

    found: list[tuple[UUID, int]]
    walked: int
    closed: int
    last: UUID | None


def walk(
    tags: Collection[bytes],
    *,
    ring: Ring,
    gone: type[Exception],
    after: UUID | None,
    most: int,
    everyone: bool = False,
) -> Walked:
    """Look through up to `most` people beyond `after` for the owners of `tags`; with `everyone` all are found.

    `gone` is what the ring raises for an epoch whose key was destroyed.
    """
    rows = PersonKey.objects.filter(subject__gt=after or _FIRST).order_by("subject")
    found, closed, last, walked = list[tuple[UUID, int]](), 0, None, 0
    for last, epoch, wrapped, entries in rows.values_list("subject", "epoch", "wrapped", "entries")[:most]:
        walked += 1
        try:
            key = envelope.open(ring.epoch(epoch), bytes(wrapped), context=_context(last, epoch))
        except (gone, envelope.Unopenable):
            closed += 1
            continue
        secret = leaf.secret_of(key)
        theirs = sum(leaf.tag(secret, n) in tags for n in range(1, entries + 1)) if tags else 0
        if theirs or everyone:
            found.append((last, theirs))
    return Walked(found, walked, closed, last)
