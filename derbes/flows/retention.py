"""Terms end: what no purpose needs any more is removed, archived, destroyed or depersonalised (§5.3; 94-V art. 18).

What always holds: the dry run and the real run are one function; where the policy wants it (limits.retention_approval)
a member of staff has approved exactly what is done; blocked and held data wait; a plan that the facts have
overtaken is not carried out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from derbes.core.acts.models import Act, Approval, Finding
from derbes.core.archive.models import Archived, Remains
from derbes.core.publications import shelf
from derbes.core.subjects.models import State, Subject
from derbes.crypto.ids import uuid7
from derbes.flows import course, ending, gate
from derbes.flows.course import Course
from derbes.flows.ending import Done
from derbes.flows.story import step
from derbes.law import depersonalization
from derbes.law.lifecycle import ENDS, Ground, Life
from derbes.law.permission import Actor, empower
from derbes.law.retention import Outcome, Plan
from derbes.law.vocabulary import ActorKind

__all__ = [
    "SYSTEM",
    "Act",
    "Archived",
    "Finding",
    "Item",
    "Run",
    "approve",
    "archived",
    "dry_run",
    "remains",
    "run",
    "to_approve",
]

SYSTEM = Actor(kind=ActorKind.SYSTEM, code="retention")

#: Nobody's terms stay unlooked at for longer, whatever was or was not told of them.
LOOK_DAYS = 365

CHUNK = 100


@dataclass(frozen=True, slots=True)
class Item:
    """What is to be done with one person's data: outcome, where it leads, what goes and stays, on what ground.

    `waits` is why it is not done yet: blocked, hold, approval; empty when nothing stands in the way. `digest`
    is what an approval is for.
    """

    subject: UUID
    outcome: Outcome
    end: Life
    ground: Ground
    goes: frozenset[str]
    stays: Mapping[str, datetime | None]
    waits: str
    approved_by: str
    digest: str


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
    empower(actor, shelf.in_force(at).policy, "retention")
    items = [item for chunk in _due(at) for _, _, item in _look(chunk, at=at) if item]
    return _run(items, at=at)


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
    empower(actor, shelf.in_force(at).policy, "retention")
    items, done = list[Item](), list[Done]()
    batch, people = uuid7(at), list[tuple[str, ...]]()
    for chunk in _due(at, most=most):
        found, carried = _carry_out(chunk, at=at)
        ending.remove_files(carried)
        items += found
        done += carried
        people += [_coarse(one, at=at) for one in carried if one.features]
    if people:
        _keep_remains(batch, people, at=at)
    if search and done:
        _write_findings(ending.search(done), at=at)
    return _run(items, at=at, acts=tuple(one.act.number for one in done))


@step
def _write_findings(looked: list[ending.Looked], *, at: datetime) -> list[Finding]:
    return ending.write(looked, at=at)


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
    rows = sorted(items, key=lambda item: item.subject)
    done = tuple(item for item in rows if not item.waits)
    return Run(at, done, tuple(item for item in rows if item.waits), acts)


def _due(at: datetime, *, most: int | None = None) -> Iterator[list[UUID]]:
    """The people whose terms are to be looked at now, in chunks, each once."""
    rows = Subject.objects.to_review(at).exclude(state=State.DRAFT)
    subjects = sorted(rows.values_list("subject", flat=True)[:most])
    for start in range(0, len(subjects), CHUNK):
        yield subjects[start : start + CHUNK]


def _look(subjects: Sequence[UUID], *, at: datetime) -> list[tuple[Course, Plan, Item | None]]:
    """What is to be done with each of these people; no item when nothing is."""
    approval = bool(shelf.in_force(at).policy.limits.get("retention_approval"))
    known, courses = course.rules(at), course.of_many(subjects, at=at)
    found = list[tuple[Course, Plan, Item | None]]()
    for subject in subjects:
        if subject in courses and not courses[subject].ended:
            plan = courses[subject].planned(known, at=at)
            found.append((courses[subject], plan, _item(courses[subject], plan, approval=approval)))
    return found


def _item(one: Course, plan: Plan, *, approval: bool) -> Item | None:
    if plan.outcome is Outcome.KEEP:
        return None
    subject, end = one.row.subject, one.end(plan)
    digest = course.digest(subject, plan, end)
    approved_by = Approval.by_whom(subject, digest) if approval and not plan.waits else ""
    wanted = approval and plan.outcome is not Outcome.TRIM and not approved_by
    return Item(
        subject=subject,
        outcome=plan.outcome,
        end=end,
        ground=one.ground(),
        goes=plan.goes,
        stays={name: fate.until for name, fate in plan.stays.items()},
        waits=plan.waits or ("approval" if wanted else ""),
        approved_by=approved_by,
        digest=digest,
    )


@step
def _carry_out(subjects: Sequence[UUID], *, at: datetime) -> tuple[list[Item], list[Done]]:
    """Hold the people, look anew, and do what is due; set when the others are to be looked at next."""
    for subject in subjects:
        gate.hold(subject, numbers=0, at=at)
    looked = _look(subjects, at=at)
    later = {}
    for one, plan, item in looked:
        if item is None or item.waits in {"blocked", "hold"}:
            later[one.row.subject] = _next(plan, at)
    done = [
        ending.carry_out(
            SYSTEM,
            one,
            plan,
            item.end,
            ground=item.ground,
            approved_by=item.approved_by,
            event=f"retention.{plan.outcome}",
            at=at,
        )
        for one, plan, item in looked
        if item and not item.waits
    ]
    later |= {one.row.subject: _next(plan, at) for one, plan, item in looked if _goes_on(item)}
    Subject.look_later(later)
    return [item for _, _, item in looked if item], done


def _goes_on(item: Item | None) -> bool:
    return item is not None and not item.waits and item.end not in ENDS


def _next(plan: Plan, at: datetime) -> datetime:
    latest = at + timedelta(days=LOOK_DAYS)
    return min(plan.look, latest) if plan.look else latest


def _coarse(done: Done, *, at: datetime) -> tuple[str, ...]:
    return depersonalization.coarse(
        birth_date=done.features.get("birth_date", ""),
        language=done.features.get("contact_language", ""),
        since=done.since,
        until=at,
    )


@step
def _keep_remains(batch: UUID, people: Sequence[tuple[str, ...]], *, at: datetime) -> None:
    """Keep coarse groups only, none so small that it points to somebody."""
    least = shelf.in_force(at).policy.limits.get("group_least", depersonalization.LEAST)
    found = depersonalization.groups(people, least=least)
    Remains.keep(batch, [(dict(group.features), group.people) for group in found], at=at)
