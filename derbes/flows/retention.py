"""Terms end: what no purpose needs any more is removed, archived, destroyed or depersonalised (§5.3; 94-V art. 18).

What always holds: the dry run and the real run are one function; where the policy wants it (limits.retention_approval)
a member of staff has approved exactly what is done; blocked and held data wait; a plan that the facts have
overtaken is not carried out.
"""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from uuid import UUID

from django.db import DataError, IntegrityError

from derbes.core.acts.models import Act, Approval, Finding
from derbes.core.archive.models import Archived, Remains
from derbes.core.publications import shelf
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import among
from derbes.crypto.ids import uuid7
from derbes.flows import aftermath, ending, verdicts
from derbes.flows.ending import Case, Done
from derbes.flows.story import step
from derbes.flows.verdicts import Item, Looked
from derbes.law import depersonalization
from derbes.law.lifecycle import ENDS, NoSuchStep
from derbes.law.permission import Actor, Facts, Refused, empower
from derbes.law.retention import Plan
from derbes.law.vocabulary import ActorKind

__all__ = [
    "SEARCHED",
    "SYSTEM",
    "Act",
    "Archived",
    "Finding",
    "Item",
    "Run",
    "approve",
    "archived",
    "dry_run",
    "dry_runs",
    "remains",
    "run",
    "sweep",
    "to_approve",
]

SYSTEM = Actor(kind=ActorKind.SYSTEM, code="retention")

#: Nobody's terms stay unlooked at for longer, whatever was or was not told of them.
LOOK_DAYS = 365

#: People of one step: held together for less than a second.
CHUNK = 2000
#: Which of how many processes, when there is one. There are at most sixteen.
ALONE = (0, 1)
#: For so many people of a run it is looked for what may be left of them, if nothing else is said.
SEARCHED = 2000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """One run, dry or real: what is or was done, and what waits. `digest` is the same for the same items."""

    at: datetime
    done: tuple[Item, ...]
    waiting: tuple[Item, ...]
    acts: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """What identifies the things done: a dry run and the run after it have the same."""
        told = "\n".join(sorted(item.digest for item in self.done))
        return hashlib.sha256(told.encode()).hexdigest()


def dry_run(actor: Actor, *, at: datetime) -> Run:
    """Return what a run at `at` would do, and what waits. Nothing is changed. Raises `Powerless`."""
    return _run([item for part in dry_runs(actor, at=at) for item in (*part.done, *part.waiting)], at=at)


def dry_runs(actor: Actor, *, at: datetime) -> Iterator[Run]:
    """As `dry_run`, chunk by chunk, so that any number of people can be due. Raises `Powerless` with the first."""
    empower(actor, shelf.in_force(at).policy, "retention")
    for chunk in _due(at):
        yield _run([item for one in verdicts.look(chunk, at=at) for item in one.items], at=at)


@step
def approve(actor: Actor, items: Iterable[Item], *, at: datetime) -> int:
    """Approve that exactly these `items` of a dry run be carried out; return how many. Raises `Powerless`."""
    empower(actor, shelf.in_force(at).policy, "retention")
    return Approval.give([(item.subject, item.digest) for item in items], by=actor.code or "console", at=at)


def run(actor: Actor, *, at: datetime, search: bool = True, most: int | None = None) -> Run:
    """Carry out what is due at `at` and not waiting; return it. `most` people at the most.

    `actor` lets it run; the terms themselves are why it is done, and entries and acts name the system and who
    approved. `search`: look afterwards for what was destroyed, and write the finding into the acts. Raises
    `Powerless` (power "retention").
    """
    parts = list(sweep(actor, at=at, search=SEARCHED if search else 0, most=most))
    items = [item for part in parts for item in (*part.done, *part.waiting)]
    return _run(items, at=at, acts=tuple(number for part in parts for number in part.acts))


def sweep(
    actor: Actor,
    *,
    at: datetime,
    search: int = SEARCHED,
    most: int | None = None,
    share: tuple[int, int] = ALONE,
) -> Iterator[Run]:
    """As `run`, chunk by chunk: yield each when it is committed, so that any number of people can be due.

    `search`: for how many people, the first to end, it is looked for what may be left: in one pass, in the end. All
    of theirs is in memory until then. `share`: several processes divide the people, this is which of how many. Raises `Powerless` with the first chunk.
    """
    empower(actor, shelf.in_force(at).policy, "retention")
    batch, people, traced = uuid7(at), list[tuple[str, ...]](), list[Done]()
    for due in _due(at, most=most, share=share):
        items, done = _carried_out(due, search=len(traced) < search, at=at)
        ending.remove_files(done)
        traced += [one for one in done if one.traces is not None]
        people += [_coarse(one, at=at) for one in done if one.features]
        yield _run(items, at=at, acts=tuple(one.act.number for one in done))
    if people:
        _keep_remains(batch, people, at=at)
    if looked := aftermath.search(traced):
        _write_findings(looked, at=at)


@step
def _write_findings(looked: list[aftermath.Looked], *, at: datetime) -> list[Finding]:
    return aftermath.write(looked, at=at)


def to_approve(run: Run) -> str:
    """Return what identifies the things of a dry run that wait for approval: an empty text for none."""
    told = "\n".join(sorted(item.digest for item in run.waiting if item.waits == "approval"))
    return hashlib.sha256(told.encode()).hexdigest()[:16] if told else ""


def archived(actor: Actor, *, at: datetime) -> list[Archived]:
    """Return what lies in the restricted archive, the first to end first. Raises `Powerless`."""
    empower(actor, shelf.in_force(at).policy, "retention")
    return list(Archived.objects.standing()[:1000])


def remains() -> list[Remains]:
    """Return what remains of people who were depersonalised: coarse groups and how many they are."""
    return list(Remains.objects.order_by("at", "id"))


def _run(items: Iterable[Item], *, at: datetime, acts: tuple[str, ...] = ()) -> Run:
    rows = sorted(items, key=attrgetter("number"))
    done = tuple(item for item in rows if not item.waits)
    return Run(at, done, tuple(item for item in rows if item.waits), acts)


def _due(at: datetime, *, most: int | None = None, share: tuple[int, int] = ALONE) -> Iterator[among.People]:
    """The people whose terms are to be looked at now, in chunks, each once, the longest waiting first."""
    (mine, jobs), after, left = share, None, most
    while left is None or left > 0:
        rows = Subject.objects.to_review(at, after=after).exclude(state=State.DRAFT)
        page = jobs * (CHUNK if left is None else min(CHUNK, left))
        if not (found := among.packed(rows.values_list("subject", "review_at")[:page])):
            return
        some = [who for who, _ in found if who[-1] % jobs == mine][:left]  # the end of a number is by chance
        if some:
            yield among.People(some)
        last, since = found[-1]
        after = among.moment(since), UUID(bytes=last)
        left = None if left is None else left - len(some)


def _carried_out(people: among.People, *, search: bool, at: datetime) -> tuple[list[Item], list[Done]]:
    """Carry out a chunk; when something about one of its people stands in the way, each of them by themself."""
    try:
        return _carry_out(people, search=search, at=at)
    except (Refused, NoSuchStep, LookupError, ValueError, DataError, IntegrityError) as failure:
        if len(people) == 1:
            log.warning("the end of one person's data was put off: %s", type(failure).__name__)
            return [], []
    parts = [_carried_out(among.People([one]), search=search, at=at) for one in people.numbers]
    return [item for items, _ in parts for item in items], [one for _, done in parts for one in done]


@step
def _carry_out(people: among.People, *, search: bool, at: datetime) -> tuple[list[Item], list[Done]]:
    """Hold the people, look at what is so now, and do what is due; set when the others are to be looked at next.

    Whom another step holds is passed over: they are met again at the next run.
    """
    held = ending.hold(people, wait=False)
    looked = verdicts.look(held.people, at=at) if held.held else []
    later = defaultdict[datetime, list[bytes]](list)
    for one in looked:
        if going_on := _going_on(one):
            later[_next(one.verdict.plan, at)] += going_on
    Subject.look_later(later)
    cases = [case for one in looked for case in _cases(one)]
    done = ending.carry_out(SYSTEM, cases, held, search=search, at=at) if cases else []
    return [item for one in looked for item in one.items], done


def _cases(looked: Looked) -> list[Case]:
    """What is to be done now with people who are alike: those together whom the same person approved."""
    course, verdict, items = looked
    alike = defaultdict[str, list[bytes]](list)
    for item in items:
        if not item.waits:
            alike[item.approved_by].append(item.number)
    known = course.known.facts
    facts = Facts(blocked=known.blocked, archived=known.archived, deceased=course.row.deceased)
    event = f"retention.{verdict.plan.outcome}"
    return [
        Case(course._replace(subjects=some), verdict.plan, verdict.end, verdict.ground, facts, event, by)
        for by, some in alike.items()
    ]


def _going_on(looked: Looked) -> Sequence[bytes]:
    """Whose data are to be looked at again later: not while an approval is waited for, nor after the end."""
    if not looked.items:
        return looked.course.subjects
    over = looked.verdict.end in ENDS
    return [one.number for one in looked.items if (one.waits != "approval" if one.waits else not over)]


def _next(plan: Plan, at: datetime) -> datetime:
    latest = at + timedelta(days=LOOK_DAYS)
    return min(plan.look, latest) if plan.look else latest


def _coarse(done: Done, *, at: datetime) -> tuple[str, ...]:
    return depersonalization.coarse(
        birth_date=done.features.get("birth_date", ""),
        language=done.features.get("contact_language", ""),
        since=done.opened or at,
        until=at,
    )


@step
def _keep_remains(batch: UUID, people: Sequence[tuple[str, ...]], *, at: datetime) -> None:
    """Keep coarse groups only, none so small that it points to somebody."""
    least = shelf.in_force(at).policy.limits.get("group_least", depersonalization.LEAST)
    found = depersonalization.groups(people, least=least)
    Remains.keep(batch, [(dict(group.features), group.people) for group in found], at=at)
