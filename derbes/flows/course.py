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

#: Of so many people it is not worth asking who are alike.
_FEW = 20
#: Of so many who are not alike it is kept in a run what is known of them.
_MOST = 8192

_ROW = ("state", "life", "blocked_at", "deceased_at", "of_age_year", "opened_at")


class Row(NamedTuple):
    """What is asked here of people's rows, the same in all."""

    state: str
    life: str
    blocked: bool
    deceased: bool


class Course(NamedTuple):
    """The course of the data of people of whom the same is known: their numbers, since when the operator knows each."""

    subjects: Sequence[bytes]
    opened: Sequence[bytes | str | datetime]
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


def of_many(
    some: Sequence[UUID | bytes] | among.People, *, at: datetime, before: Before | None = None
) -> list[Course]:
    """Return the courses of people, those together of whom the same is known, in a number of statements that does not
    grow with theirs.

    Of those of whom the same is written, the first is read, and it is asked once what it means. `before`: what was
    learnt so at the same moment of others, who were held as these are; it is added to.
    """
    people, law = among.people_of(some), rules(at)
    filled, few = crowd.filled(people), len(people) <= _FEW
    written = {who: (who,) for who in people.numbers} if few else _compared(people, _tables(law, at))
    same = defaultdict[_Told, list[tuple[bytes, Any]]](list)
    for who, state, life, blocked, deceased, of_age, opened in people.read(Subject.objects.order_by(), *_ROW):
        row = Row(state, life, blocked is not None, deceased is not None)
        same[row, of_age, filled.get(who), written.get(who)].append((who, opened))
    known = _known(
        {told: those[0][0] for told, those in same.items()}, law, at, {} if before is None or few else before
    )
    found = defaultdict[tuple[Row, Known], list[tuple[bytes, Any]]](list)
    for told, those in same.items():
        found[told[0], known[told]] += those
    return [
        Course([who for who, _ in those], [opened for _, opened in those], row, alike)
        for (row, alike), those in found.items()
    ]


_Table = tuple[Any, tuple[str, ...]]
_Written = Sequence[tuple[int, tuple[Any, ...]]]
#: Row, year of coming of age, fields that are kept, and what is written elsewhere; of a few people who each is, instead.
_Told = tuple[Row, int | None, frozenset[str] | None, tuple[Any, ...] | None]
#: What is known of people by the rules and by what is told of them.
Before = dict[tuple[int, _Told], Known]


def _known(firsts: Mapping[_Told, bytes], law: Rules, at: datetime, before: Before) -> Mapping[_Told, Known]:
    """What is known of people of whom this is told; the first of them is read, unless the same was told `before`."""
    if len(before) > _MOST:
        before.clear()
    new = {told: who for told, who in firsts.items() if (id(law), told) not in before}
    read = _read(among.People(new.values()), _tables(law, at)) if new else {}
    for told, who in new.items():
        (state, life, blocked, _), of_age, filled, _ = told
        signs = _signs(state, life, blocked, of_age, filled, read.get(who), at)
        before[id(law), told] = alike.known(law, signs)  # it keeps the rules, so their id is theirs
    return {told: before[id(law), told] for told in firsts}


def _tables(law: Rules, at: datetime) -> tuple[_Table, ...]:
    """Where it is written of people beside their rows, and what of it is asked here: in the order in which `_signs` takes it."""
    dated = {key for key, purpose in law.purposes.items() if purpose.retention.since == "consent"}
    ledger = Consent.objects.annotate(when=_when(dated))
    return (
        (ledger, ("number", "purpose", "act", "word", "when")),
        (Agreement.objects, ("kind", "obliged", "ended_at")),
        (Matter.objects, ("kind", "stage", "opened_at", "closed_at")),
        (Appeal.objects, ("stage", "received_at", "answered_at")),
        (Document.objects, ("kind",)),
        (Attachment.objects, ()),
        (Hold.objects.standing(at), ("until",)),
    )


def _compared(people: among.People, tables: Sequence[_Table]) -> Mapping[bytes, tuple[Any, ...]]:
    """All that is written of each of these people as the database puts it together: where it is the same, the same is written."""
    found: dict[bytes, tuple[Any, ...]] = {}
    for table, (rows, columns) in enumerate(tables):
        together = rows.order_by().values("subject").annotate(together=among.Together(*columns))
        for who, text in people.read(together, "together"):
            found[who] = (*found.get(who, ()), table, text)
    return found


def _read(people: among.People, tables: Sequence[_Table]) -> Mapping[bytes, _Written]:
    """What is written of people: each row with the number of its table."""
    found = defaultdict[bytes, list[tuple[int, tuple[Any, ...]]]](list)
    for table, (rows, columns) in enumerate(tables):
        for who, *row in people.read(rows.order_by(), *columns):
            found[who].append((table, tuple(row)))
    return found


def _signs(
    state: str,
    life: str,
    blocked: bool,  # noqa: FBT001  what is written of a person, in its order
    of_age: int | None,
    filled: frozenset[str] | None,
    written: _Written | None,
    at: datetime,
) -> Signs:
    """Read what is written of a person: moments are made of texts, and what happened is cut to its day."""
    ledger, agreements, matters, appeals, scans, attached, holds = (
        [row for table, row in written or () if table == wanted] for wanted in range(7)
    )
    files = {kind for (kind,) in scans} | ({ATTACHMENT} if attached else set())
    return Signs(
        State(state),
        Life(life),
        blocked,
        of_age,
        (filled or frozenset()) | files,
        _said(ledger, at),
        frozenset((kind, bool(owed), _cut(end, at)) for kind, owed, end in agreements),
        _cut_all([*matters, *_letters(appeals)], at),
        max((among.moment(until) for (until,) in holds), default=None),
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
