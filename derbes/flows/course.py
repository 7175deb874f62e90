"""The course of people's data is read, for many at once: what is kept of them, what they agreed to, what began and ended.

From it the law says what is to be done (law/retention.py). Nothing is opened or changed here.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Q, When

from derbes.core.agreements.models import Agreement
from derbes.core.appeals.attachments import Attachment
from derbes.core.appeals.models import LIVE, Appeal
from derbes.core.consents.models import Consent, Word
from derbes.core.documents.models import Document
from derbes.core.holds.models import Hold
from derbes.core.matters.models import Matter, Stage
from derbes.core.publications import lawbook, shelf
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import among, crowd
from derbes.flows import alike
from derbes.flows.alike import LETTER, Known, Signs
from derbes.law import retention
from derbes.law.deadlines import ends, local_day
from derbes.law.lifecycle import ENDS, Ground, Life
from derbes.law.retention import Facts, Outcome, Plan, Rules

#: The kind of data that files attached to appeals are.
ATTACHMENT = "attachment"

#: The rules of editions that were asked for: what an edition says never changes.
_RULES: dict[str, Rules] = {}


class Row(NamedTuple):
    """What of a person's row is asked here."""

    subject: UUID
    opened_at: datetime
    state: str
    life: str
    blocked_at: datetime | None
    deceased_at: datetime | None
    of_age_year: int | None


class Course(NamedTuple):
    """One person's course: their row, and what is known of them and of everybody whose course is the same."""

    row: Row
    known: Known

    @property
    def facts(self) -> Facts:
        """What the law wants to know."""
        return self.known.facts

    @property
    def obliged(self) -> bool:
        """Whether something is owed."""
        return self.known.obliged

    @property
    def ended(self) -> bool:
        """Whether there is nothing left of the person."""
        return Life(self.row.life) in ENDS

    def plan(self, *, at: datetime, demanded: bool = False) -> Plan:
        """Return what is to be done at `at`. `demanded`: the person wants their data destroyed."""
        return self.known.plan(at, demanded=demanded)

    def ground(self) -> Ground:
        """On what ground the terms have ended."""
        return Ground.WITHDRAWN if self.known.withdrawn else Ground.TERM

    def digest(self, plan: Plan, end: Life) -> str:
        """Return what identifies a plan for this person: whoever approves it approves exactly this."""
        return hashlib.sha256(self.row.subject.bytes + self.known.mark(plan, end)).hexdigest()

    def end(self, plan: Plan) -> Life:
        """Where the plan leads."""
        if plan.outcome is Outcome.END and self.known.research and self.ground() is Ground.TERM:
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


def of(subject: UUID, *, at: datetime) -> Course:
    """Return the course of one person. Raises `Subject.DoesNotExist`."""
    found = of_many([subject], at=at)
    if not found:
        raise Subject.DoesNotExist
    return found[subject]


def of_many(subjects: Sequence[UUID], *, at: datetime) -> dict[UUID, Course]:
    """Return the courses of people, in a number of statements that does not grow with theirs."""
    people = among.People(subjects)
    known, filled = rules(at), crowd.filled(people)
    dated = {key for key, purpose in known.purposes.items() if purpose.retention.since == "consent"}
    ledger = _grouped(
        Consent.objects.annotate(when=_when(dated)), people, "number", "purpose", "act", "word", "when"
    )
    agreements = _grouped(Agreement, people, "kind", "obliged", "ended_at")
    matters = _grouped(Matter, people, "kind", "stage", "opened_at", "closed_at")
    appeals = _grouped(Appeal, people, "stage", "received_at", "answered_at")
    scans, attached = _grouped(Document, people, "kind"), _grouped(Attachment, people)
    holds = _grouped(Hold.objects.standing(at), people, "until")
    found = {}
    for values in Subject.objects.filter(subject__among=people).values_list(*Row._fields):
        row = Row(*values)
        who = row.subject
        files = {kind for (kind,) in scans[who]} | ({ATTACHMENT} if who in attached else set())
        signs = Signs(
            State(row.state),
            Life(row.life),
            row.blocked_at is not None,
            row.of_age_year,
            filled.get(who, frozenset()) | files,
            _said(ledger[who], at),
            frozenset((kind, owed, _cut(end, at)) for kind, owed, end in agreements[who]),
            _cut_all([*matters[who], *_letters(appeals[who])], at),
            max((until for (until,) in holds[who]), default=None),
        )
        found[who] = Course(row, alike.known(known, signs))
    return found


def _when(dated: AbstractSet[str]) -> Any:
    """When a word was said, where a term hangs on it."""
    return Case(When(~Q(word=Word.GIVEN) | Q(purpose__in=dated), then="at"), default=None)


def _said(ledger: list[tuple[Any, ...]], at: datetime) -> frozenset[tuple[Any, ...]]:
    """The last words: purpose, act, word, and when, where a term hangs on it."""
    if len({row[1:3] for row in ledger}) < len(ledger):
        ledger = list({row[1:3]: row for row in sorted(ledger, key=itemgetter(0))}.values())
    return frozenset(
        [(purpose, act, word, when and _cut(when, at)) for _, purpose, act, word, when in ledger]
    )


def _cut_all(rows: Iterable[tuple[Any, ...]], at: datetime) -> frozenset[tuple[Any, ...]]:
    return frozenset((kind, stage, _cut(begun, at), _cut(ended, at)) for kind, stage, begun, ended in rows)


def _cut(moment: datetime | None, at: datetime) -> datetime | None:
    """The first moment of the day of what has happened: the law's terms run by days, and those of no days are over."""
    return moment if moment is None or moment > at else _dawn(moment)


@lru_cache(maxsize=4096)
def _dawn(moment: datetime) -> datetime:
    return ends(local_day(moment) - timedelta(days=1)).astimezone(UTC)


def _grouped(rows: Any, people: among.People, *columns: str) -> Mapping[UUID, list[tuple[Any, ...]]]:
    rows = getattr(rows, "objects", rows)
    found = defaultdict[UUID, list[tuple[Any, ...]]](list)
    for subject, *rest in rows.filter(subject__among=people).order_by().values_list("subject", *columns):
        found[subject].append(tuple(rest))
    return found


def _letters(appeals: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Appeals as matters that were closed when they were answered."""
    return [
        (LETTER, Stage.OPEN if stage in LIVE else Stage.CLOSED, received, answered or received)
        for stage, received, answered in appeals
    ]
