"""The register in the office: the queue by due date, one case with everything, the alarms, and how punctual we were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from derbes.core.appeals.models import LIVE, Appeal, AppealEvent, AppealQuerySet, Stage
from derbes.core.appeals.post import Post
from derbes.core.publications import shelf
from derbes.core.vault import vault
from derbes.flows import clocks, gate
from derbes.flows.appeals import cases, door, escalating
from derbes.flows.appeals.cases import Case
from derbes.flows.appeals.filing import FIELDS
from derbes.flows.story import step
from derbes.law import appeals as law
from derbes.law import deadlines
from derbes.law.permission import Actor, empower
from derbes.law.vocabulary import ActorKind, Operation

SWEEPER = Actor(kind=ActorKind.SYSTEM, code="clock")
_HORIZON = timedelta(days=21)  # three working days are never further off than this
_REMEMBERED = timedelta(days=60)
_SHOWN = 500


def queue(
    actor: Actor,
    *,
    kind: str = "",
    stage: str = "",
    alarm: str = "",
    channel: str = "",
    late: bool = False,
    taken_by: str | None = None,
    at: datetime,
) -> AppealQuerySet:
    """Return the live appeals that the actor's role sees to, the most urgent first; asked for as they are shown.

    `taken_by` "" are those that nobody has; `late`, those alone whose term is over. Give pages of it to `cards`.
    Raises `Powerless`.
    """
    empower(actor, shelf.in_force(at).policy, door.POWER)
    seen = Appeal.objects.live().filter(purpose__in=door.purposes(actor, at=at))
    if late:
        seen = seen.filter(stage=Stage.OPEN, due__lt=deadlines.local_day(at))
    return seen.narrowed(kind=kind, stage=stage, alarm=alarm, channel=channel, taken_by=taken_by)


@dataclass(frozen=True, slots=True)
class Moved:
    """A live appeal whose due date the calendar in force has moved: from `before` to `due`."""

    number: str
    before: date
    due: date


def moved(actor: Actor, *, at: datetime) -> list[Moved]:
    """Return the live appeals that the calendar in force has moved, the most urgent first. Raises `Powerless`."""
    rows, version = queue(actor, at=at), clocks.calendar().version
    found = []
    for appeal in rows.filter(calendar=version)[:_SHOWN]:
        event = AppealEvent.objects.of(appeal).filter(code=law.Happened.RECOMPUTED).last()
        if event is not None and event.detail["calendar"] == version:
            found.append(Moved(appeal.number, date.fromisoformat(event.detail["before"]), appeal.due))
    return found


def case(actor: Actor, number: str, *, at: datetime) -> Case:
    """Return one appeal, live or over, with all its events; texts are opened by `open_texts`. Raises `Unknown`, `Powerless`."""
    return cases.whole(door.handled(actor, number, at=at), internal=True, at=at)


@step
def open_texts(actor: Actor, number: str, *, at: datetime) -> dict[str, str]:
    """Open the conversation, the notes and the contacts of an appeal for the purpose of its kind.

    Keys are names of texts (message/…, letter/…, note/…) and of contact fields. Raises `Unknown`, `Powerless`,
    `Refused`.
    """
    appeal = door.handled(actor, number, at=at)
    texts = cases.whole(appeal, internal=True, at=at).texts
    fields = [*texts, *FIELDS]
    return vault.take(
        gate.ask(actor, appeal.subject, Operation.USE, appeal.purpose, fields, event="appeals.read", at=at)
    )


def sweep(*, at: datetime) -> int:
    """Ring the alarms of appeals that are due soon or late, and move due dates when the calendar changed.

    Return how many alarms rang: one when a due date comes near, one every day after it; the responsible person
    gets one mail about all of them. For the worker.
    """
    _settle(at=at)
    today, using = deadlines.local_day(at), clocks.calendar()
    near = Appeal.objects.live().filter(stage=Stage.OPEN, due__lte=today + _HORIZON).exclude(rung_on=today)
    rung = [appeal for appeal in list(near[:1000]) if _ring(appeal, today, using, at=at)]
    if rung:
        escalating.tell(rung, shelf.in_force(at))
    return len(rung)


@step
def _settle(*, at: datetime) -> None:
    clocks.recompute(SWEEPER, at=at)
    Post.forget(at - _REMEMBERED)


@step
def _ring(appeal: Appeal, today: date, using: deadlines.Calendar, *, at: datetime) -> bool:
    alarm = law.alarm(appeal.due, appeal.days + appeal.extended, today, using)
    if not alarm or (alarm == "soon" and appeal.alarm == "soon") or not appeal.ring(alarm, today):
        return False
    left = deadlines.working_days_left(today, appeal.due, using)
    due = appeal.due.isoformat()
    appeal.alarm = alarm
    door.happened(appeal, law.Happened.ESCALATED, SWEEPER, at=at, alarm=alarm, left=left, due=due)
    return True


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Of one kind of appeal, received within a span of days: how many, and how they fared."""

    kind: str
    received: int
    on_time: int
    behind: int
    closed: int
    waiting: int
    overdue: int


def statistics(actor: Actor, since: date, until: date, *, at: datetime) -> list[Punctuality]:
    """Return how punctual answers were to appeals received from `since` to `until`, by kind; counts alone.

    Raises `Powerless` (power journal).
    """
    empower(actor, shelf.in_force(at).policy, "journal")
    start, end = deadlines.ends(since - deadlines.DAY), deadlines.ends(until)
    answered = TruncDate("answered_at", tzinfo=deadlines.ZONE)
    rows = (
        Appeal.objects.filter(received_at__gte=start, received_at__lt=end)
        .annotate(answered_on=answered)
        .values("kind")
        .annotate(
            received=Count("id"),
            on_time=Count("id", filter=Q(stage=Stage.ANSWERED, answered_on__lte=F("due"))),
            behind=Count("id", filter=Q(stage=Stage.ANSWERED, answered_on__gt=F("due"))),
            closed=Count("id", filter=Q(stage=Stage.CLOSED)),
            waiting=Count("id", filter=Q(stage__in=LIVE)),
            overdue=Count("id", filter=Q(stage=Stage.OPEN, due__lt=deadlines.local_day(at))),
        )
        .order_by("kind")
    )
    return [Punctuality(**cast("dict[str, Any]", row)) for row in rows]
