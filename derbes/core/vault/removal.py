"""People are removed again from a database that was restored: their keys, ciphertext and index rows.

No key is opened for it, for it may not open any more: its epoch may be gone. So there is no entry among the
person's own; what was removed is counted in an entry of the operator's.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from derbes.core.vault.models import Found, PersonKey, Sealed


def remove(subjects: Collection[UUID]) -> int:
    """Remove what the vault has of `subjects`; return how many of them it still had a key of."""
    for table in (Sealed, Found):
        table.objects.filter(subject__in=subjects).delete()
    removed, _ = PersonKey.objects.filter(subject__in=subjects).delete()
    return removed


def known(subjects: Collection[UUID]) -> frozenset[UUID]:
    """Return those of `subjects` of whom there is a key."""
    return frozenset(PersonKey.objects.filter(subject__in=subjects).values_list("subject", flat=True))
