"""The shelf of published editions. Which one is in force is asked of the database each time; what an
edition says never changes, so it is read and parsed once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from derbes.core import rows
from derbes.core.publications.models import IN_FORCE, Publication
from derbes.law import consent
from derbes.law import policy as law
from derbes.law.consent import Offer
from derbes.law.policy import Policy


class NothingPublished(LookupError):
    """No edition is in force yet: nothing may be collected, and there is nothing to show."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the policy: what was signed, and the policy that it holds."""

    edition: str
    effective: datetime
    published: datetime
    by: str
    sha256: str
    signed: str
    files: Mapping[str, str]
    policy: Policy


def in_force(at: datetime) -> Edition:
    """Return the edition in force at `at`; raise `NothingPublished`."""
    return edition(rows.ask(IN_FORCE, {"at": at}))


def edition(name: str | None) -> Edition:
    """Return the edition of this name; raise `NothingPublished` for none."""
    if name is None:
        raise NothingPublished
    return _edition(name)


@lru_cache(maxsize=64)
def _edition(name: str) -> Edition:
    row = Publication.objects.filter(edition=name).first()
    if row is None:
        raise NothingPublished
    files = json.loads(row.signed)["document"]["files"]
    return Edition(
        row.edition, row.effective, row.published, row.by, row.sha256, row.signed, files, law.parse(files)
    )


def offer(
    of: Edition, language: str, *, purposes: tuple[str, ...] | None = None, represented: bool = False
) -> Offer:
    """Return what people are asked under an edition: the exact text, made once for all who see it."""
    return _offer(of.edition, language, purposes, represented)


@lru_cache(maxsize=64)
def _offer(name: str, language: str, purposes: tuple[str, ...] | None, represented: bool) -> Offer:  # noqa: FBT001
    of = _edition(name)
    return consent.offer(of.policy, of.files, language, purposes=purposes, represented=represented)


def forget() -> None:
    """Forget what was read, for tests that begin with an empty shelf."""
    _edition.cache_clear()
    _offer.cache_clear()
