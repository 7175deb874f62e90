"""What would be looked for after an end. It lives in memory alone, and only until the search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from derbes.core.vault.models import Found


@dataclass(frozen=True, slots=True)
class Traces:
    """What of one person may be left nowhere: values by field, ciphertext and the wrapped key, digests of the index."""

    subject: UUID
    values: dict[str, str] = field(repr=False)
    sealed: tuple[bytes, ...] = field(repr=False)
    digests: tuple[bytes, ...] = field(repr=False)


def remaining(digests: Iterable[bytes]) -> frozenset[bytes]:
    """Return those digests that stand in the index still: another person has the same value."""
    found = Found.objects.filter(digest__in=list(digests)).values_list("digest", flat=True)
    return frozenset(bytes(digest) for digest in found)
