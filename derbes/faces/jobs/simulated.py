"""People of a simulation: what happens to them by chance, and by plain dates when their data may and must end.

Knows nothing of how the system decides: it is what the system is measured against.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from derbes.law.deadlines import local_day

NEVER = date.max


class Event(StrEnum):
    """What happens to a person on some day."""

    REGISTER = "register"
    DEBT = "debt"
    SETTLE = "settle"
    LEAVE = "leave"
    DEMAND = "demand"
    WITHDRAW = "withdraw"
    BLOCK = "block"
    HOLD = "hold"
    DIE = "die"


@dataclass(slots=True)
class Simulated:
    """One person as plain facts. `ends` are the days on which services ended."""

    number: int
    subject: UUID | None = None
    debt: UUID | None = None
    ends: list[datetime] = field(default_factory=list)
    settled: list[datetime] = field(default_factory=list)
    left: bool = False
    demanded: bool = False
    withdrawn: datetime | None = None
    blocked_until: datetime | None = None
    held_until: datetime | None = None
    gone: bool = False
    archived: bool = False

    def promised_until(self) -> date:
        """The last day of the three years after the service ended (§5.3)."""
        if self.demanded or self.archived:
            return date.min
        last = self._service_end()
        if self.withdrawn is not None:
            return date.min
        return NEVER if last is None else _years_on(local_day(last), 3)

    def ordered_until(self) -> date:
        """The last day of the five years after the year in which a debt was settled (tax law)."""
        if self.debt is not None:
            return NEVER
        return max((date(local_day(end).year + 5, 12, 31) for end in self.settled), default=date.min)

    def waits(self, at: datetime) -> bool:
        """Whether a block or a hold stands in the way."""
        return any(until is not None and until > at for until in (self.blocked_until, self.held_until))

    def free_from(self) -> date:
        """The day on which the last block or hold has ended."""
        found = [local_day(until) for until in (self.blocked_until, self.held_until) if until is not None]
        return max(found, default=date.min)

    def _service_end(self) -> datetime | None:
        return None if self.debt is not None else max(self.ends, default=None)


def life(chance: random.Random, start: datetime, days: int) -> Iterator[tuple[datetime, Event]]:
    """Yield what happens to one person within `days` from `start`, in order of time."""
    begun = start + timedelta(days=chance.randrange(days * 6 // 10), hours=chance.randrange(24))
    events = [(begun, Event.REGISTER)]

    def later(most: int, event: Event, share: float) -> datetime | None:
        if chance.random() > share:
            return None
        at = begun + timedelta(days=1 + chance.randrange(most), minutes=chance.randrange(1440))
        events.append((at, event))
        return at

    if owes := later(60, Event.DEBT, 0.5):
        events.append((owes + timedelta(days=30 + chance.randrange(900)), Event.SETTLE))
    later(1500, Event.LEAVE, 0.7)
    later(2000, Event.DEMAND, 0.06)
    later(2000, Event.WITHDRAW, 0.06)
    later(2500, Event.BLOCK, 0.05)
    later(2500, Event.HOLD, 0.04)
    later(3000, Event.DIE, 0.02)
    yield from sorted((at, event) for at, event in events if at < start + timedelta(days=days))


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
