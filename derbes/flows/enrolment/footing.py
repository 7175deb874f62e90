"""What a row rests on: its basis and purpose, what the person agreed to and when, and the agreement that it brings.

Many rows rest on the same, so what was made of it is remembered. No database is asked here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache

from django.utils import timezone

from derbes.core.agreements.models import Kind
from derbes.core.publications import shelf
from derbes.core.publications.shelf import Edition
from derbes.flows.enrolment.rules import OWN, Claim, Mistake, Pair, collects
from derbes.law import identifiers
from derbes.law.consent import Offer
from derbes.law.policy import Purpose
from derbes.law.vocabulary import LANGUAGES, Basis

_YES = frozenset({"yes", "1", "true", "иә", "да"})
_NO = frozenset({"", "no", "0", "false", "жоқ", "нет"})
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Footing:
    """What a row rests on, and what is `wrong` with it. `basis` and `purpose` are None only when something is."""

    basis: Basis | None
    purpose: Purpose | None
    represented: bool
    said: frozenset[Pair]
    edition: str
    language: str
    given: datetime
    kind: str
    started: datetime
    obliged: bool
    officer: str
    wrong: tuple[Mistake, ...]
    claims: dict[tuple[str, ...], Claim] = field(
        default_factory=dict, compare=False
    )  # by the fields that are filled


class Footings:
    """Reads what rows rest on, under the edition in force; `editions` are all published, `officers` the staff's codes."""

    def __init__(
        self, edition: Edition, editions: Mapping[str, Edition], officers: frozenset[str], *, today: date
    ) -> None:
        self.edition, self.editions, self.officers, self.today = edition, editions, officers, today
        policy = edition.policy
        self._purposes = {
            basis: [p for p in policy.purposes.values() if p.basis is basis and collects(policy, p)]
            for basis in Basis
        }
        self._remembered: dict[tuple[str, ...], Footing] = {}

    def read(self, names: tuple[str, ...], cells: tuple[str, ...]) -> Footing:
        """Return what a row rests on, by its cells under `names`, of `OWN`."""
        found = self._remembered.get(cells)
        if found is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            found = self._remembered[cells] = self._read(
                dict.fromkeys(OWN, "") | dict(zip(names, cells, strict=True))
            )
        return found

    def _read(self, own: Mapping[str, str]) -> Footing:
        wrong = list[Mistake]()
        basis = self._basis(own["basis"], wrong)
        purpose = self._purpose(basis, own["purpose"], wrong)
        represented = self._yes(own, "represented", wrong)
        said, edition, language, given = self._said(basis, own, wrong, represented=represented)
        started, obliged = self._agreement(own, wrong), self._yes(own, "agreement.obliged", wrong)
        return Footing(
            basis,
            purpose,
            represented,
            said,
            edition,
            language,
            given,
            own["agreement.kind"],
            started,
            obliged,
            own["agreement.officer"],
            tuple(wrong),
        )

    def _basis(self, text: str, wrong: list[Mistake]) -> Basis | None:
        if text in self._purposes and self._purposes[Basis(text)]:
            return Basis(text)
        known = ", ".join(basis for basis, found in self._purposes.items() if found)
        wrong.append(Mistake("basis_unknown", "basis", {"known": known}))
        return None

    def _purpose(self, basis: Basis | None, key: str, wrong: list[Mistake]) -> Purpose | None:
        if basis is None:
            return None
        found = self._purposes[basis]
        chosen = [purpose for purpose in found if purpose.key == key]
        if not key:
            needed = [purpose for purpose in found if purpose.needed]
            chosen = needed[:1] or (found if len(found) == 1 else [])
        if not chosen:
            known = ", ".join(purpose.key for purpose in found)
            wrong.append(Mistake("purpose_of_basis", "purpose", {"known": known}))
            return None
        return chosen[0]

    def _said(
        self, basis: Basis | None, own: Mapping[str, str], wrong: list[Mistake], *, represented: bool
    ) -> tuple[frozenset[Pair], str, str, datetime]:
        """What the person agreed to, under which edition, in which language, when."""
        if basis is not Basis.CONSENT:
            return frozenset(), "", "", _EVER
        edition = self.editions.get(own["consent.edition"]) if own["consent.edition"] else self.edition
        language = own["consent.language"]
        if language not in LANGUAGES:
            wrong.append(Mistake("consent_language", "consent.language", {"known": ", ".join(LANGUAGES)}))
        given = self._day(own, "consent.given", wrong)
        if edition is None:
            wrong.append(Mistake("edition_unknown", "consent.edition"))
        if edition is None or language not in LANGUAGES or given is None:
            return frozenset(), "", "", _EVER
        if given < timezone.localdate(edition.effective):
            wrong.append(Mistake("consent_before_edition", "consent.given", {"edition": edition.edition}))
        offered = shelf.offer(edition, language, represented=represented)
        said = self._agreed(own["consent.purposes"], offered, wrong)
        return said, edition.edition, language, max(_midnight(given), edition.effective)

    def _agreed(self, text: str, offered: Offer, wrong: list[Mistake]) -> frozenset[Pair]:
        if not text:
            return _needed(offered)
        words = [word.partition("/") for word in re.split(r"[\s,;|]+", text) if word]
        said = frozenset((purpose, act) for purpose, _, act in words)
        if not said <= offered.pairs:
            known = ", ".join(sorted(purpose + (f"/{act}" if act else "") for purpose, act in offered.pairs))
            wrong.append(Mistake("consent_unknown", "consent.purposes", {"known": known}))
        elif missing := offered.needed - {purpose for purpose, act in said if not act}:
            wrong.append(
                Mistake("consent_needed", "consent.purposes", {"needed": ", ".join(sorted(missing))})
            )
        return said

    def _agreement(self, own: Mapping[str, str], wrong: list[Mistake]) -> datetime:
        kind, officer = own["agreement.kind"], own["agreement.officer"]
        if not kind:
            others = [name for name in OWN if name.startswith("agreement.") and own[name]]
            wrong += (
                [Mistake("agreement_kind", "agreement.kind", {"known": ", ".join(Kind)})] if others else []
            )
            return _EVER
        if kind not in set(Kind):
            wrong.append(Mistake("agreement_kind", "agreement.kind", {"known": ", ".join(Kind)}))
        if officer and officer not in self.officers:
            wrong.append(Mistake("officer_unknown", "agreement.officer"))
        started = self._day(own, "agreement.started", wrong)
        return _midnight(started) if started else _EVER

    def _yes(self, own: Mapping[str, str], name: str, wrong: list[Mistake]) -> bool:
        text = own[name].casefold()
        if text not in _YES and text not in _NO:
            wrong.append(Mistake("yes_or_no", name))
        return text in _YES

    def _day(self, own: Mapping[str, str], name: str, wrong: list[Mistake]) -> date | None:
        try:
            return _date(own[name], self.today)
        except identifiers.Malformed as malformed:
            wrong.append(Mistake(malformed.code, name, malformed.params))
            return None


_EVER = datetime(1970, 1, 1, tzinfo=UTC)  # stands where a row has no such moment


@lru_cache(maxsize=4096)
def _date(text: str, today: date) -> date:
    value = identifiers.normalise("date", text, "date")
    identifiers.not_after("date", value, today)
    return date.fromisoformat(value)


@lru_cache(maxsize=4096)
def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone()).astimezone(UTC)


@lru_cache(maxsize=64)
def _needed_of(needed: frozenset[str]) -> frozenset[Pair]:
    return frozenset((purpose, "") for purpose in needed)


def _needed(offered: Offer) -> frozenset[Pair]:
    return _needed_of(offered.needed)
