"""How an appeal stands, for the person and for the staff: the same clock, the same events but for internal ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from derbes.core.appeals.attachments import Attachment
from derbes.core.appeals.models import Appeal, AppealEvent
from derbes.flows import clocks
from derbes.law import appeals as law
from derbes.law import deadlines
from derbes.law.vocabulary import ActorKind

#: What is between members of staff: its texts are no part of the conversation, and the person's page leaves it out.
INTERNAL = frozenset(
    {law.Happened.NOTED, law.Happened.TAKEN, law.Happened.REASSIGNED, law.Happened.ESCALATED}
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: its code (law.appeals.Happened), when, who (subject, staff, system; staff by code), and details.

    `detail` may have kind, was (the kind before), reason, before and due (dates), days, calendar, alarm, outcome,
    ground, template, to, attachment. `text` names the sealed text that belongs to it, if there is one.
    """

    code: str
    at: datetime
    actor: str
    by: str
    detail: Mapping[str, Any]
    text: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """Something attached: its id, what it is, and when it came. `ours`: the staff gave it to the person."""

    id: str
    mime: str
    size: int
    pages: int
    at: datetime
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """An appeal on the day `today`.

    `left`: working days until `due`, below zero when it is over. `stopped`: the clock stands still and `due` is
    the earliest that it can become. `late`: answered after the due date, or due and not answered. `extendable`:
    by how many days the term may still be lengthened.
    """

    appeal: Appeal
    today: date
    left: int
    late: bool
    stopped: bool
    extendable: int
    events: tuple[Happening, ...] = ()
    files: tuple[File, ...] = ()
    texts: frozenset[str] = field(default_factory=frozenset)

    @property
    def due(self) -> date:
        """The last day for the answer."""
        return self.appeal.due

    @property
    def number(self) -> str:
        """The number that the person was given."""
        return self.appeal.number


def card(appeal: Appeal, *, at: datetime, calendar: deadlines.Calendar | None = None) -> Case:
    """Return how an appeal stands, without its events."""
    using = calendar or clocks.calendar()
    today = deadlines.local_day(at)
    until = appeal.last_day if not appeal.live else today
    return Case(
        appeal=appeal,
        today=today,
        left=deadlines.working_days_left(until, appeal.due, using),
        late=appeal.late(today),
        stopped=appeal.stage == "paused",
        extendable=max(0, appeal.extension - appeal.extended)
        if appeal.live and not appeal.late(today)
        else 0,
    )


def cards(appeals: Iterable[Appeal], *, at: datetime) -> list[Case]:
    """Return how each of several appeals stands, without events."""
    using = clocks.calendar()
    return [card(appeal, at=at, calendar=using) for appeal in appeals]


def whole(appeal: Appeal, *, internal: bool, at: datetime) -> Case:
    """Return an appeal with what happened to it and what is attached; `internal` events are for the staff."""
    rows = AppealEvent.objects.of(appeal)
    events = tuple(_happening(row) for row in rows if internal or row.code not in INTERNAL)
    files = Attachment.objects.of(appeal.subject).filter(appeal=appeal.id)
    ours = {each.detail.get("attachment") for each in events if each.actor == ActorKind.STAFF}
    short = card(appeal, at=at)
    return Case(
        appeal=appeal,
        today=short.today,
        left=short.left,
        late=short.late,
        stopped=short.stopped,
        extendable=short.extendable,
        events=events,
        files=tuple(
            File(str(row.id), row.mime, row.size, row.pages, row.at, str(row.id) in ours) for row in files
        ),
        texts=frozenset(event.text for event in events if event.text),
    )


def _happening(row: AppealEvent) -> Happening:
    detail = {name: value for name, value in row.detail.items() if name != "text"}
    return Happening(row.code, row.at, row.actor, row.by, detail, row.detail.get("text", ""))
