"""When something is due: the clock of the Civil Code over a calendar that is a value.

A term starts the day after the event (art. 173); a last day that is not a working day moves to the next that
is (art. 175); the day ends at 24:00 (art. 176); months end on the same date or on the month's last (art. 174).
Days are those of Kazakhstan. A due date is reproducible from the calendar's version.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from derbes.law.norms import Norms

#: One zone for the whole country since 2024-03-01.
ZONE: Final = ZoneInfo("Asia/Almaty")

DAY: Final = timedelta(days=1)
_SATURDAY = 5


class Length(Protocol):
    """A term's length: so many days, working or calendar, such as `policy.Term`."""

    @property
    def days(self) -> int: ...
    @property
    def working(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off besides weekends, and weekend days that are worked.

    `years` are those it knows. In another year only weekends are off, so that a due date is at worst too
    early and never too late.
    """

    version: str
    off: frozenset[date]
    worked: frozenset[date]
    years: frozenset[int] = frozenset()

    def working(self, day: date) -> bool:
        """Whether `day` is a working day."""
        if day in self.worked:
            return True
        return day.weekday() < _SATURDAY and day not in self.off

    def covers(self, day: date) -> bool:
        """Whether the days off of this year are known."""
        return day.year in self.years


def calendar_of(norms: Norms) -> Calendar:
    """Return the calendar of norms/days_off; its version is the hash of its dates."""
    years = norms.days_off.values()
    return calendar(
        off=(day for year in years for day in year.off),
        worked=(day for year in years for day in year.worked),
        years=norms.days_off,
    )


def calendar(off: Iterable[date], worked: Iterable[date], years: Iterable[int]) -> Calendar:
    """Return the calendar of these days; the same days always have the same version."""
    days_off, days_worked = frozenset(off), frozenset(worked)
    text = "\n".join([*(f"-{day}" for day in sorted(days_off)), *(f"+{day}" for day in sorted(days_worked))])
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Calendar(version, days_off, days_worked, frozenset(years))


def local_day(at: datetime) -> date:
    """Return the day in Kazakhstan at the moment `at`, which has a time zone. Raises `ValueError` without one."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone has no day")
    return at.astimezone(ZONE).date()


def due(received: date, term: Length, calendar: Calendar) -> date:
    """Return the last day on which `term`, started by something `received` that day, is kept."""
    if not term.working:
        return next_working(received + timedelta(days=term.days), calendar)
    day, left = received, term.days
    while left:
        day += DAY
        left -= calendar.working(day)
    return next_working(day, calendar)


def ends(day: date) -> datetime:
    """Return the moment at which the last `day` of a term is over: 24:00 in Kazakhstan (Civil Code art. 176)."""
    return datetime.combine(day + DAY, time(), ZONE)


def working_days_left(today: date, last: date, calendar: Calendar) -> int:
    """Return how many working days remain after `today` up to `last`; below zero, how many it is overdue."""
    if last < today:
        return -working_days_left(last, today, calendar)
    span = range(1, (last - today).days + 1)
    return sum(calendar.working(today + timedelta(days=n)) for n in span)


def next_working(day: date, calendar: Calendar) -> date:
    """Return `day`, or the next that is a working day (Civil Code art. 175)."""
    while not calendar.working(day):
        day += DAY
    return day
