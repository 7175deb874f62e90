"""The course of people's data is read, for many at once: what is kept of them, what they agreed to, what began and ended.

From it the law says what is to be done (law/retention.py). Nothing is opened or changed here.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from derbes.core.agreements.models import ACCOUNTED, Agreement
from derbes.core.appeals.attachments import Attachment
from derbes.core.appeals.models import LIVE, Appeal
from derbes.core.consents.models import Consent, Word
from derbes.core.documents.models import Document
from derbes.core.holds.models import Hold
from derbes.core.matters.models import Kind, Matter, Stage
from derbes.core.publications import lawbook, shelf
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.crypto import canonical
from derbes.law import retention
from derbes.law.lifecycle import ENDS, Ground, Life
from derbes.law.moments import stamp
from derbes.law.retention import Facts, Outcome, Plan, Rules

#: The kind of data that files attached to appeals are.
ATTACHMENT = "attachment"

#: What an appeal is called among the matters of a person.
_LETTER = "letter"
#: The purpose whose withdrawal ends the service itself.
SERVICE = "service"

#: The rules of editions that were asked for: what an edition says never changes.
_RULES: dict[str, Rules] = {}


@dataclass(frozen=True, slots=True)
class Course:
    """One person's course: their row, what the law wants to know, the terms of what is owed, scans by kind."""

    row: Subject
    facts: Facts
    obliged: bool
    withdrawn: bool  # the service ended because its consent was withdrawn
    research: bool  # agreed to research: at the end depersonalised instead of destroyed

    @property
    def ended(self) -> bool:
        """Whether there is nothing left of the person."""
        return Life(self.row.life) in ENDS

    def plan(self, *, at: datetime, demanded: bool = False) -> Plan:
        """Return what is to be done at `at`. `demanded`: the person wants their data destroyed."""
        return self.planned(rules(at), at=at, demanded=demanded)

    def planned(self, known: Rules, *, at: datetime, demanded: bool = False) -> Plan:
        """As `plan`, by rules that are at hand: for many people at once."""
        return retention.plan(known, self.facts, at=at, demanded=demanded)

    def ground(self) -> Ground:
        """On what ground the terms have ended."""
        return Ground.WITHDRAWN if self.withdrawn else Ground.TERM

    def end(self, plan: Plan) -> Life:
        """Where the plan leads."""
        if plan.outcome is Outcome.END and self.research and self.ground() is Ground.TERM:
            return Life.DESTROYED if self.facts.archived else Life.DEPERSONALISED
        return {Outcome.END: Life.DESTROYED, Outcome.ARCHIVE: Life.ARCHIVE}.get(
            plan.outcome, Life(self.row.life)
        )


def rules(at: datetime) -> Rules:
    """Return the rules of retention under the edition in force at `at`."""
    policy = shelf.in_force(at).policy
    found = _RULES.get(policy.edition)
    if found is None or found.policy is not policy:
        found = _RULES[policy.edition] = retention.rules(policy, lawbook.norms())
    return found


def digest(subject: UUID, plan: Plan, end: Life) -> str:
    """Return what identifies a plan for one person: whoever approves it approves exactly this."""
    stays = {name: stamp(fate.until) if fate.until else "" for name, fate in plan.stays.items()}
    told = {
        "subject": str(subject),
        "outcome": plan.outcome.value,
        "end": end.value,
        "goes": sorted(plan.goes),
        "stays": stays,
    }
    return hashlib.sha256(canonical.dumps(told)).hexdigest()


def of(subject: UUID, *, at: datetime) -> Course:
    """Return the course of one person. Raises `Subject.DoesNotExist`."""
    found = of_many([subject], at=at)
    if not found:
        raise Subject.DoesNotExist
    return found[subject]


def of_many(subjects: Sequence[UUID], *, at: datetime) -> dict[UUID, Course]:
    """Return the courses of people, in a number of statements that does not grow with theirs."""
    filled = vault.filled_by_many(subjects)
    ledger = _grouped(Consent, subjects, "subject", "number", "purpose", "act", "word", "at")
    agreements = _grouped(Agreement, subjects, "subject", "kind", "obliged", "started_at", "ended_at")
    matters = _grouped(Matter, subjects, "subject", "kind", "stage", "opened_at", "closed_at")
    appeals = _grouped(Appeal, subjects, "subject", "stage", "received_at", "answered_at")
    scans = _grouped(Document, subjects, "subject", "kind")
    attached = {subject: {ATTACHMENT} for subject in _grouped(Attachment, subjects, "subject")}
    holds = _grouped(Hold.objects.standing(at), subjects, "subject", "until")
    return {
        row.subject: _course(
            row,
            fields=filled.get(row.subject, frozenset())
            | {kind for (kind,) in scans[row.subject]}
            | attached.get(row.subject, set()),
            ledger=ledger[row.subject],
            agreements=agreements[row.subject],
            matters=[*matters[row.subject], *_letters(appeals[row.subject])],
            held_until=max((until for (until,) in holds[row.subject]), default=None),
        )
        for row in Subject.objects.filter(subject__in=subjects)
    }


def _grouped(rows: Any, subjects: Sequence[UUID], *columns: str) -> Mapping[UUID, list[tuple[Any, ...]]]:
    rows = getattr(rows, "objects", rows)
    found = defaultdict[UUID, list[tuple[Any, ...]]](list)
    for subject, *rest in rows.filter(subject__in=subjects).order_by().values_list(*columns):
        found[subject].append(tuple(rest))
    return found


def _letters(appeals: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Appeals as matters that were closed when they were answered."""
    return [
        (_LETTER, Stage.OPEN if stage in LIVE else Stage.CLOSED, received, answered or received)
        for stage, received, answered in appeals
    ]


def _course(
    row: Subject,
    *,
    fields: frozenset[str],
    ledger: list[tuple[Any, ...]],
    agreements: list[tuple[Any, ...]],
    matters: list[tuple[Any, ...]],
    held_until: datetime | None,
) -> Course:
    archived = row.life == Life.ARCHIVE
    last = {(purpose, act): (word, at) for _, purpose, act, word, at in sorted(ledger)}
    given = {p: at for (p, act), (word, at) in last.items() if not act and word == Word.GIVEN}
    word, said_at = last.get((SERVICE, ""), ("", None))
    obliged = any(owed for _, owed, _, ended in agreements if ended is None)
    withdrawn = said_at if word == Word.WITHDRAWN and not obliged else None
    facts = Facts(
        fields=fields,
        given={} if archived else given,
        events=_events(row, agreements, matters, withdrawn),
        held_until=held_until,
        blocked=row.blocked_at is not None,
        archived=archived,
        not_before=_not_before(row),
    )
    return Course(row, facts, obliged, withdrawn is not None, "research" in given)


def _events(
    row: Subject,
    agreements: list[tuple[Any, ...]],
    matters: list[tuple[Any, ...]],
    withdrawn: datetime | None,
) -> dict[str, datetime | None]:
    events: dict[str, datetime | None] = {}
    registrations = [rest for kind, *rest in matters if kind == Kind.REGISTRATION]
    if registrations:
        events["submitted"] = max(opened for _, opened, _ in registrations)
        events["decided"] = _closed(registrations)
    letters = [rest for kind, *rest in matters if kind == _LETTER]
    if letters:
        events["answered"] = _closed(letters)
    accounted = [ended for kind, _, _, ended in agreements if kind in ACCOUNTED]
    if accounted:
        last = _last(accounted)
        events["year_end"] = retention.year_end(last) if last else None
    if row.state != State.CORRESPONDENT or agreements:
        events["service_end"] = _service_end(row, agreements, events.get("decided"), withdrawn)
        if registrations and events["decided"] is None:
            events["decided"] = events["service_end"]  # whoever has left waits for no decision
    return events


def _service_end(
    row: Subject,
    agreements: list[tuple[Any, ...]],
    decided: datetime | None,
    withdrawn: datetime | None,
) -> datetime | None:
    """When the service ended: with the last agreement, or the consent withdrawn, or the registration refused."""
    last = _last([ended for *_, ended in agreements]) if agreements else None
    if last is None and row.state == State.REFUSED:
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


def _not_before(row: Subject) -> datetime | None:
    """The first of January after the year in which a person under age comes of age."""
    if row.of_age_year is None:
        return None
    return retention.year_end(datetime(row.of_age_year, 6, 30, tzinfo=UTC))
