"""Breaches: what they are, the way of one through the register, and its clock of one working day (94-V art. 1(15-1), 25(2)(8))."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from derbes.law.deadlines import Calendar, Length, due, ends, local_day

#: So long before the end of the term it is called pressing.
ALERT = timedelta(hours=6)


class Breach(StrEnum):
    """What a breach of protection leads to (94-V art. 1(15-1))."""

    DISSEMINATION = "dissemination"
    CHANGE = "change"
    DESTRUCTION = "destruction"
    ACCESS = "access"


class State(StrEnum):
    """How far an incident is; `not_confirmed` is an end as well: it was looked into and was none."""

    OPEN = "open"
    AUTHORITY_NOTIFIED = "authority_notified"
    SUBJECTS_NOTIFIED = "subjects_notified"
    CLOSED = "closed"
    NOT_CONFIRMED = "not_confirmed"


#: From where to where. A breach that was one is not closed before the authority and the people were told.
STEPS: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.AUTHORITY_NOTIFIED, State.NOT_CONFIRMED}),
    State.AUTHORITY_NOTIFIED: frozenset({State.SUBJECTS_NOTIFIED}),
    State.SUBJECTS_NOTIFIED: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(),
    State.NOT_CONFIRMED: frozenset(),
}


class Pressing(StrEnum):
    """How the clock of an incident stands."""

    IN_TIME = "in_time"
    SOON = "soon"
    OVERDUE = "overdue"
    KEPT = "kept"  # the authority was told by the due date
    LATE = "late"  # the authority was told after it


class NoSuchStep(Exception):
    """The register does not go from one state to the other. Nothing was changed."""

    def __init__(self, old: State, new: State) -> None:
        super().__init__(f"§4.1: no step from {old} to {new}")
        self.old, self.new = old, new


@dataclass(frozen=True, slots=True)
class Clock:
    """The last day on which the authority may be told, and the calendar's version that it was computed with."""

    due: date
    calendar: str


def step(old: State, new: State) -> State:
    """Return `new`, or raise `NoSuchStep`."""
    if new not in STEPS[old]:
        raise NoSuchStep(old, new)
    return new


def clock(detected: datetime, term: Length, calendar: Calendar) -> Clock:
    """Return the clock of a breach `detected` at that moment; the day of detection does not count."""
    return Clock(due(local_day(detected), term, calendar), calendar.version)


def pressing(last: date, *, told_at: datetime | None, at: datetime) -> Pressing:
    """Return how it stands at `at` with a breach due by the end of the day `last`, told to the authority or not."""
    end = ends(last)
    if told_at is not None:
        return Pressing.KEPT if told_at < end else Pressing.LATE
    if at >= end:
        return Pressing.OVERDUE
    return Pressing.SOON if at >= end - ALERT else Pressing.IN_TIME
