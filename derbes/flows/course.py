"""The course of people's data is read, for many at once: what is kept of them, what they agreed to, what began and ended.

From it the law says what is to be done (law/retention.py). Nothing is opened or changed here.
"""

from __future__ import annotations

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

_ROW = ("state", "life", "blocked_at", "deceased_at", "of_age_year")


class Row(NamedTuple):
    """What is asked here of people's rows."""

    state: str
    life: str
    blocked: bool
    deceased: bool


class Course(NamedTuple):
    """The course of the data of people who are alike: the bytes of their numbers, their row, what is known of each."""

    subjects: Sequence[bytes]
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
    return found[0]


def of_many(some: Sequence[UUID | bytes] | among.People, *, at: datetime) -> list[Course]:
    """Return the courses of people, those together of whom the same is known, in a number of statements that does not
    grow with theirs.

    What is written of many is read once, with whose it is.
    """
    people, law = among.people_of(some), rules(at)
    filled, (written, has) = crowd.filled(people), _facts(people, _tables(law, at))
    read = lru_cache(None)(lambda facts: _read([written[n] for n in facts], at))
    same = defaultdict[tuple[Row, Known], list[bytes]](list)
    for (state, life, blocked, deceased, of_age), whose in people.alike(Subject.objects.all(), *_ROW):
        row = Row(state, life, blocked is not None, deceased is not None)
        told = defaultdict[Any, list[bytes]](list)
        for who in whose:
            told[filled.get(who), tuple(has.get(who, ()))].append(who)
        for (fields, facts), those in told.items():
            signs = _signs(row, of_age, fields or frozenset(), read(facts))
            same[row, alike.known(law, signs)] += those
    return [Course(those, row, known) for (row, known), those in same.items()]


#: A row with the number of its table.
_Fact = tuple[int, tuple[Any, ...]]
_Tables = Sequence[tuple[Any, Sequence[str]]]


def _tables(law: Rules, at: datetime) -> _Tables:
    """Where it is written of people beside their rows, and what of it is asked here: in the order in which `_read` takes it."""
    dated = {key for key, purpose in law.purposes.items() if purpose.retention.since == "consent"}
    ledger = Consent.objects.annotate(when=_when(dated))
    return (
        (ledger, ("number", "purpose", "act", "word", "when")),
        (Agreement.objects, ("kind", "obliged", "ended_at")),
        (Matter.objects, ("kind", "stage", "opened_at", "closed_at")),
        (Appeal.objects, ("stage", "received_at", "answered_at")),
        (Document.objects, ("kind",)),
        (Attachment.objects, ("mime",)),
        (Hold.objects.standing(at), ("until",)),
    )


def _facts(people: among.People, tables: _Tables) -> tuple[list[_Fact], Mapping[bytes, Sequence[int]]]:
    """What is written of these people, each row once however many have it; and which of it of each of them."""
    written, has = list[_Fact](), defaultdict[bytes, list[int]](list)
    for table, (rows, columns) in enumerate(tables):
        for n, (row, whose) in enumerate(people.alike(rows, *columns), len(written)):
            written.append((table, row))
            for who in whose:
                has[who].append(n)
    return written, has


class _Written(NamedTuple):
    """What is written of people beside their rows: the kinds of their files, and what `Signs` has in these places."""

    files: frozenset[str]
    said: frozenset[tuple[Any, ...]]
    agreements: frozenset[tuple[Any, ...]]
    matters: frozenset[tuple[Any, ...]]
    held_until: datetime | None


def _read(facts: Sequence[_Fact], at: datetime) -> _Written:
    """Read rows, each with the number of its table: what happened is cut to its day."""
    ledger, agreements, matters, appeals, scans, attached, holds = (
        [row for table, row in facts if table == wanted] for wanted in range(7)
    )
    return _Written(
        frozenset(kind for (kind,) in scans) | ({ATTACHMENT} if attached else set()),
        _said(ledger, at),
        frozenset((kind, bool(owed), _cut(end, at)) for kind, owed, end in agreements),
        _cut_all([*matters, *_letters(appeals)], at),
        max((among.moment(until) for (until,) in holds), default=None),
    )


def _signs(row: Row, of_age: int | None, fields: frozenset[str], written: _Written) -> Signs:
    files, said, agreements, matters, held = written
    fields |= files
    return Signs(
        State(row.state), Life(row.life), row.blocked, of_age, fields, said, agreements, matters, held
    )


def _when(dated: AbstractSet[str]) -> Any:
    """When a word was said, where a term hangs on it."""
    return Case(When(~Q(word=Word.GIVEN) | Q(purpose__in=dated), then="at"), default=None)


def _said(ledger: Sequence[tuple[Any, ...]], at: datetime) -> frozenset[tuple[Any, ...]]:
    """The last words: purpose, act, word, and when, where a term hangs on it."""
    last = {row[1:3]: row for row in sorted(ledger, key=itemgetter(0))}.values()
    return frozenset((purpose, act, word, _cut(when, at)) for _, purpose, act, word, when in last)


def _cut_all(rows: Iterable[tuple[Any, ...]], at: datetime) -> frozenset[tuple[Any, ...]]:
    return frozenset((kind, stage, _cut(begun, at), _cut(ended, at)) for kind, stage, begun, ended in rows)


def _cut(written: bytes | str | datetime | None, at: datetime) -> datetime | None:
    """The first moment of the day of what has happened: the law's terms run by days, and those of no days are over."""
    moment = among.moment(written) if written else None
    return moment if moment is None or moment > at else _dawn(moment)


@lru_cache(maxsize=4096)
def _dawn(moment: datetime) -> datetime:
    return ends(local_day(moment) - timedelta(days=1)).astimezone(UTC)


def _letters(appeals: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Appeals as matters that were closed when they were answered."""
    return [
        (LETTER, Stage.OPEN if stage in LIVE else Stage.CLOSED, received, answered or received)
        for stage, received, answered in appeals
    ]
