"""People who are alike in everything that the law asks about: it is asked once for all of them.

What always holds: two people whose signs are the same have the same facts, so the same plan; nothing here says who it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from derbes.core.agreements.models import ACCOUNTED
from derbes.core.consents.models import Word
from derbes.core.matters.models import Kind, Stage
from derbes.core.subjects.models import State
from derbes.crypto import canonical
from derbes.law import retention
from derbes.law.lifecycle import Life
from derbes.law.moments import stamp
from derbes.law.retention import Facts, Plan, Rules

#: What an appeal is called among the matters of a person.
LETTER = "letter"
#: The purpose whose withdrawal ends the service itself.
SERVICE = "service"
#: When a consent was given on whose day no term hangs.
_SOME_DAY = datetime(1970, 1, 1, tzinfo=UTC)
_MOST = 8192


class Signs(NamedTuple):
    """All that the law asks about one person: stage and age, fields, last words, agreements, matters, a hold's end."""

    state: State
    life: Life
    blocked: bool
    of_age_year: int | None
    fields: frozenset[str]
    said: frozenset[tuple[Any, ...]]  # purpose, act, word, when: where a term hangs on it
    agreements: frozenset[tuple[Any, ...]]  # kind, whether something is owed, end
    matters: frozenset[tuple[Any, ...]]  # kind, stage, begin, end
    held_until: datetime | None


@dataclass(frozen=True, slots=True)
class _Said:
    """What the law said last: at which moment, on a demand or not, and what follows from it for everybody alike."""

    at: datetime
    demanded: bool
    plan: Plan
    stays: Mapping[str, datetime | None]
    marks: dict[Life, bytes] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Known:
    """What is known of people who are alike, and what the law said of them last."""

    rules: Rules
    facts: Facts
    obliged: bool
    withdrawn: bool  # the service ended because its consent was withdrawn
    research: bool  # agreed to research: at the end depersonalised instead of destroyed
    said: _Said | None = None

    def plan(self, at: datetime, *, demanded: bool) -> Plan:
        """Return what is to be done at `at`: thousands who end on one day are one question."""
        said = self.said
        if said is None or (said.at, said.demanded) != (at, demanded):
            plan = retention.plan(self.rules, self.facts, at=at, demanded=demanded)
            said = self.said = _Said(
                at, demanded, plan, {name: one.until for name, one in plan.stays.items()}
            )
        return said.plan

    def stays(self, plan: Plan) -> Mapping[str, datetime | None]:
        """Return until when what stays by the plan is kept: field → moment, None when it is not known yet."""
        said = self.said
        if said is not None and said.plan is plan:
            return said.stays
        return {name: fate.until for name, fate in plan.stays.items()}

    def mark(self, plan: Plan, end: Life) -> bytes:
        """Return what identifies a plan that leads to `end`, whoever it is for."""
        said = self.said
        marks = said.marks if said is not None and said.plan is plan else {}
        if end not in marks:
            stays = {name: stamp(until) if until else "" for name, until in self.stays(plan).items()}
            told = {
                "outcome": plan.outcome.value,
                "end": end.value,
                "goes": sorted(plan.goes),
                "stays": stays,
            }
            marks[end] = hashlib.sha256(canonical.dumps(told)).digest()
        return marks[end]


_KNOWN: dict[Hashable, Known] = {}


def known(rules: Rules, signs: Signs) -> Known:
    """Return what is known of everybody with these signs."""
    found = _KNOWN.get((id(rules), signs))  # whoever is kept there keeps the rules, so their id is theirs
    if found is None:
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        found = _KNOWN[id(rules), signs] = _known(rules, signs)
    return found


def _known(rules: Rules, signs: Signs) -> Known:
    archived = signs.life == Life.ARCHIVE
    given = {
        purpose: when or _SOME_DAY
        for purpose, act, word, when in signs.said
        if not act and word == Word.GIVEN
    }
    over = [when for *what, when in signs.said if what == [SERVICE, "", Word.WITHDRAWN]]
    obliged = any(owed for _, owed, ended in signs.agreements if ended is None)
    withdrawn = over[0] if over and not obliged else None
    facts = Facts(
        fields=signs.fields,
        given={} if archived else given,
        events=_events(signs.state, signs.agreements, signs.matters, withdrawn),
        held_until=signs.held_until,
        blocked=signs.blocked,
        archived=archived,
        not_before=_not_before(signs.of_age_year),
    )
    return Known(rules, facts, obliged, withdrawn is not None, "research" in given)


def _events(
    state: State,
    agreements: frozenset[tuple[Any, ...]],
    matters: frozenset[tuple[Any, ...]],
    withdrawn: datetime | None,
) -> dict[str, datetime | None]:
    events: dict[str, datetime | None] = {}
    registrations = [rest for kind, *rest in matters if kind == Kind.REGISTRATION]
    if registrations:
        events["submitted"] = max(opened for _, opened, _ in registrations)
        events["decided"] = _closed(registrations)
    letters = [rest for kind, *rest in matters if kind == LETTER]
    if letters:
        events["answered"] = _closed(letters)
    accounted = [ended for kind, _, ended in agreements if kind in ACCOUNTED]
    if accounted:
        last = _last(accounted)
        events["year_end"] = retention.year_end(last) if last else None
    if state != State.CORRESPONDENT or agreements:
        events["service_end"] = _service_end(state, agreements, events.get("decided"), withdrawn)
        if registrations and events["decided"] is None:
            events["decided"] = events["service_end"]  # whoever has left waits for no decision
    return events


def _service_end(
    state: State,
    agreements: frozenset[tuple[Any, ...]],
    decided: datetime | None,
    withdrawn: datetime | None,
) -> datetime | None:
    """When the service ended: with the last agreement, or the consent withdrawn, or the registration refused."""
    last = _last([ended for *_, ended in agreements]) if agreements else None
    if last is None and state == State.REFUSED:
        last = decided
    if withdrawn is not None:
        return max(last, withdrawn) if last else withdrawn
    return last


def _closed(matters: Iterable[Sequence[Any]]) -> datetime | None:
    return _last([closed if stage == Stage.CLOSED else None for stage, _, closed in matters])


def _last(ends: Iterable[datetime | None]) -> datetime | None:
    """The last of `ends`; None while one has not come."""
    found = list(ends)
    return None if None in found else max(end for end in found if end is not None)


def _not_before(of_age_year: int | None) -> datetime | None:
    """The first of January after the year in which a person under age comes of age."""
    if of_age_year is None:
        return None
    return retention.year_end(datetime(of_age_year, 6, 30, tzinfo=UTC))
