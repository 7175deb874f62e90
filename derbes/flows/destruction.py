"""Data end: the key is broken, then ciphertext, index, scans and codes are removed (94-V art. 18).

What a person began and did not send dies by itself; they may also throw it away. What was sent they may demand to
have destroyed: they see first what goes, what stays, why and until when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from derbes.core.accounts import throttle
from derbes.core.accounts.throttle import TooOften
from derbes.core.acts.models import Act, Finding
from derbes.core.agreements.models import Agreement, EndReason
from derbes.core.publications import shelf
from derbes.core.subjects.models import State, Subject
from derbes.flows import aftermath, codes, course, ending, gate, papers
from derbes.flows.codes import NotSent, WrongCode
from derbes.flows.course import Course
from derbes.flows.ending import Case, Done
from derbes.flows.gate import Unknown
from derbes.flows.story import step
from derbes.law.lifecycle import Ground, Life
from derbes.law.permission import Actor, Facts, Refused, empower
from derbes.law.retention import Outcome, Plan, Reason
from derbes.law.vocabulary import ActorKind

__all__ = [
    "Act",
    "Destroyed",
    "Finding",
    "NotDraft",
    "NotNow",
    "NotSent",
    "Preview",
    "Refused",
    "Stay",
    "TooOften",
    "Unknown",
    "WrongCode",
    "act",
    "acts",
    "ask_code",
    "confirm",
    "demand",
    "discard",
    "findings",
    "plan",
    "preview",
    "sweep_drafts",
    "unlawful",
]

RETENTION = Actor(kind=ActorKind.SYSTEM, code="retention")
AIM = "destroy"
READING = "retention audit"  # powers that open the register of acts; it names nobody's data


class NotDraft(Exception):
    """Only what was not sent can be thrown away without more ado."""


class NotNow(Exception):
    """A demand cannot be met now; `ground` says why, as in `Preview.refusal`. Nothing was changed."""

    def __init__(self, ground: str, norm: str) -> None:
        super().__init__(f"{ground} ({norm})")
        self.ground, self.norm = ground, norm


@dataclass(frozen=True, slots=True)
class Stay:
    """A field that stays: for which purposes, by which norms, until when."""

    field: str
    until: datetime | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What destruction at a person's demand would do: which fields go, which stay and why, and what stands in the way.

    `refusal` is empty when it can be done now, or one of obligation_unfulfilled, hold, blocked, ordered_by_law
    (it is in the archive already), with its `norm`.
    """

    goes: frozenset[str]
    stays: tuple[Stay, ...]
    refusal: str
    norm: str


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What was done: the number of the act, what stays until when, and whether the search found nothing left.

    `history`, for who demanded it themself: all of their entries, the last one too. It is kept nowhere.
    """

    act: str
    stays: tuple[Stay, ...]
    nothing_left: bool
    history: Mapping[str, Any] | None = field(default=None, repr=False)


def preview(subject: UUID, *, at: datetime) -> Preview:
    """Return what would go and what would stay, should `subject` demand destruction now. Nothing is opened."""
    one = course.of(subject, at=at)
    plan = one.plan(at=at, demanded=True)
    ground, norm = _in_the_way(one, plan)
    return Preview(plan.goes, _stays(plan), ground, norm)


def plan(actor: Actor, subject: UUID, *, at: datetime) -> Preview:
    """Return `preview` to who may destroy by a person's demand. Raises `Powerless` (power "retention"), `Unknown`."""
    empower(actor, shelf.in_force(at).policy, "retention")
    try:
        return preview(subject, at=at)
    except Subject.DoesNotExist as unknown:
        raise Unknown from unknown


def ask_code(actor: Actor, contact: str, *, at: datetime) -> None:
    """Send a code to a contact of the person, who demands nothing without it: a session left open is not enough.

    Raises `NotSent`, `TooOften`, `Refused` (blocked), `Unknown`.
    """
    if actor.subject is None:
        raise Unknown
    throttle.count("destruction", str(actor.subject), most=5, seconds=900)
    codes.send(actor.subject, contact, AIM, at=at)


def confirm(actor: Actor, code: str, *, at: datetime) -> Destroyed:
    """Do what `demand` does for the person who has typed the code that was sent. Raises as `demand`, and `WrongCode`."""
    if actor.subject is None:
        raise Unknown
    if not codes.spend(actor.subject, AIM, code, at=at):
        raise WrongCode
    return demand(actor, actor.subject, at=at)


def demand(actor: Actor, subject: UUID, *, at: datetime, search: bool = True) -> Destroyed:
    """Destroy what no law orders to keep, because the person demands it; the rest goes to the restricted archive.

    `search`: look afterwards for what was destroyed, and write the finding into the act.
    Raises `NotNow` with the ground, `Refused` (not theirs; blocked), `Unknown`.
    """
    done, plan, secret, count = _demand(actor, subject, search=search, at=at)
    own = actor.kind is ActorKind.SUBJECT
    history = papers.last_history(subject, secret, count, at=at) if own else None
    return replace(_finish(done, plan, at=at), history=history)


def unlawful(actor: Actor, subject: UUID, *, at: datetime) -> Destroyed:
    """Destroy everything of a person whose data were collected unlawfully, whatever the terms (94-V art. 25(2)(8)).

    Raises `Powerless` (power "retention"), `NotNow` while a hold stands, `Refused` while blocked, `Unknown`.
    """
    done, plan = _unlawful(actor, subject, at=at)
    return _finish(done, plan, at=at)


def acts(actor: Actor, *, before: datetime | None = None, most: int = 50, at: datetime) -> list[Act]:
    """Return a page of the register of acts, the last first. Raises `Powerless` (powers "retention", "journal")."""
    empower(actor, shelf.in_force(at).policy, READING)
    rows = Act.objects.newest_first()
    return list((rows.filter(at__lt=before) if before else rows)[:most])


def act(actor: Actor, number: str, *, at: datetime) -> tuple[Act, list[Finding]]:
    """Return one act and what searches found after it. Raises `Act.DoesNotExist`, `Powerless`."""
    empower(actor, shelf.in_force(at).policy, READING)
    row = Act.objects.get(number=number)
    return row, findings(row)


def findings(act: Act) -> list[Finding]:
    """Return what searches found after an act, the first first."""
    return list(Finding.objects.filter(subject=act.subject, act=act.id).order_by("at"))


def discard(actor: Actor, subject: UUID, *, at: datetime) -> None:
    """Destroy a registration that was begun and not sent. Raises `NotDraft`, `Refused`, `Unknown`."""
    ending.remove_files([_destroy_draft(actor, subject, at=at)])


def sweep_drafts(*, at: datetime) -> int:
    """Destroy the drafts that are older than `limits.draft_days`; return how many. Blocked ones wait."""
    days = shelf.in_force(at).policy.limits["draft_days"]
    drafts = Subject.objects.drafts_opened_before(at - timedelta(days=days)).filter(blocked_at=None)
    subjects = list(drafts.values_list("subject", flat=True)[:1000])
    if not subjects:
        return 0
    done = _destroy_drafts(subjects, at=at)
    ending.remove_files(done)
    return len(done)


@step
def _demand(actor: Actor, subject: UUID, *, search: bool, at: datetime) -> tuple[Done, Plan, bytes, int]:
    if actor.kind is not ActorKind.SUBJECT:
        empower(actor, shelf.in_force(at).policy, "retention")
    dossier = gate.hold(subject, numbers=0, at=at)
    one = course.of(subject, at=at)
    plan = one.plan(at=at, demanded=True)
    ground, norm = _in_the_way(one, plan)
    if ground and ground != "blocked":  # the gate itself says that data are blocked, and records it
        raise NotNow(ground, norm)
    for running in Agreement.objects.of(subject).running():
        Agreement.end(running, reason=EndReason.LEFT, ended=at)
    plan = course.of(subject, at=at).plan(at=at, demanded=True)
    end = Life.ARCHIVE if plan.outcome is Outcome.ARCHIVE else Life.DESTROYED
    case = Case(one, plan, end, Ground.DEMAND, dossier.facts, "destruction.demand")
    secret, count = dossier.handle.secret, dossier.handle.last_number + 1
    return _end(actor, case, search=search, at=at), plan, secret, count


@step
def _unlawful(actor: Actor, subject: UUID, *, at: datetime) -> tuple[Done, Plan]:
    empower(actor, shelf.in_force(at).policy, "retention")
    facts = gate.hold(subject, numbers=0, at=at).facts
    one = course.of(subject, at=at)
    if one.facts.held_until is not None:
        raise NotNow("hold", "255-VIII art. 41(4)")
    plan = _whole(one.facts.fields)
    case = Case(one, plan, Life.DESTROYED, Ground.UNLAWFUL, facts, "destruction.unlawful")
    return _end(actor, case, at=at), plan


def _end(actor: Actor, case: Case, *, search: bool = True, at: datetime) -> Done:
    """Carry out what is to be done with one person, whom the gate holds already."""
    (done,) = ending.carry_out(actor, [case], ending.hold(case.course.subjects), search=search, at=at)
    return done


def _finish(done: Done, plan: Plan, *, at: datetime) -> Destroyed:
    ending.remove_files([done])
    found = _write_findings(aftermath.search([done]), at=at)
    return Destroyed(done.act.number, _stays(plan), all(one.nothing_left for one in found))


def _stays(plan: Plan) -> tuple[Stay, ...]:
    return tuple(Stay(name, fate.until, fate.reasons) for name, fate in sorted(plan.stays.items()))


def _in_the_way(one: Course, plan: Plan) -> tuple[str, str]:
    """What stands in the way of a demand, and its norm; two empty texts when nothing does."""
    if one.facts.blocked:
        return "blocked", "94-V art. 1"
    if one.facts.archived:
        return "ordered_by_law", "255-VIII art. 41(3)"
    if plan.waits == "hold" or one.facts.held_until is not None:
        return "hold", "255-VIII art. 41(4)"
    return ("obligation_unfulfilled", "94-V art. 8(2)") if one.obliged else ("", "")


@step
def _write_findings(looked: list[aftermath.Looked], *, at: datetime) -> list[Finding]:
    return aftermath.write(looked, at=at)


@step
def _destroy_draft(actor: Actor, subject: UUID, *, at: datetime) -> Done:
    facts = gate.hold(subject, numbers=0, at=at).facts
    one = course.of(subject, at=at)
    if one.row.state != State.DRAFT:
        raise NotDraft
    return _end(actor, _of_draft(one, facts, "destruction.discard"), search=False, at=at)


@step
def _destroy_drafts(subjects: Sequence[UUID], *, at: datetime) -> list[Done]:
    """Destroy those that are drafts still and that nobody is at work on."""
    held = ending.hold(subjects, wait=False)
    found = course.of_many(held.people, at=at)
    drafts = [one for one in found if one.row.state == State.DRAFT and not one.facts.blocked]
    cases = [_of_draft(one, Facts(), "destruction.draft_expired") for one in drafts]
    return ending.carry_out(RETENTION, cases, held, search=False, at=at)


@lru_cache
def _whole(fields: frozenset[str]) -> Plan:
    """The plan after which nothing is left."""
    return Plan(Outcome.END, fields, {}, "", None, None)


def _of_draft(one: Course, facts: Facts, event: str) -> Case:
    return Case(one, _whole(one.facts.fields), Life.DESTROYED, Ground.DRAFT, facts, event)
