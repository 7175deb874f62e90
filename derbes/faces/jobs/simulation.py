"""Years of many people pass in minutes: by the flows that the faces use, and against plain dates (§5.3).

Each night blocks end, what is due is approved and carried out; then everybody whose dates say that their data
should have ended is looked at, and everybody whose data were ended is held against their dates.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

from derbes.faces.jobs.simulated import NEVER, Event, Simulated, life
from derbes.flows import (
    accounts,
    agreements,
    blocking,
    consent,
    destruction,
    gate,
    holds,
    opening,
    registration,
    retention,
)
from derbes.law.deadlines import local_day
from derbes.law.lifecycle import Ground
from derbes.law.permission import Actor, Refused
from derbes.law.vocabulary import ActorKind

CONSOLE = Actor(kind=ActorKind.SYSTEM, code="console")
DANA = Actor(kind=ActorKind.STAFF, code="d-01", unit="compliance", role="dpo")
OFFICER = Actor(kind=ActorKind.STAFF, code="c-01", unit="cases", role="case_officer")

#: A night's work: what ends at midnight is done by then.
NIGHT = timedelta(hours=1)


class Simulation:
    """So many people from `start` on, with a night `every` so many days. `kept_too_long` and `destroyed_early` are what must stay zero."""

    def __init__(self, people: int, *, start: datetime, years: int, seed: int, every: int = 1) -> None:
        self.start, self.days, self._every = start, years * 365 + years // 4, every
        self.people = [Simulated(number) for number in range(people)]
        self.counts: Counter[str] = Counter()
        self.destroyed_early = 0
        self._chance = random.Random(seed)  # noqa: S311  chance that can be repeated, no secret
        self._order = count()
        self._due: list[tuple[date, int, Simulated]] = []
        self._known: dict[object, Simulated] = {}
        self._late: set[int] = set()

    @property
    def kept_too_long(self) -> int:
        """How many people's data were there when their dates say that they should not have been."""
        return len(self._late)

    def run(self) -> Iterator[tuple[int, Counter[str]]]:
        """Let the years pass; yield after each night how many days have passed and what has happened so far."""
        events = [
            (at, next(self._order), person, event)
            for person in self.people
            for at, event in life(self._chance, self.start, self.days)
        ]
        heapq.heapify(events)
        for day in range(0, self.days + 1, self._every):
            night = self.start + timedelta(days=day) + NIGHT
            while events and events[0][0] < night:
                at, _, person, event = heapq.heappop(events)
                self._happen(person, event, at)
            self._sleep(night)
            yield day, self.counts

    def _happen(self, person: Simulated, event: Event, at: datetime) -> None:
        if event is not Event.REGISTER and (person.gone or person.archived):
            return
        try:
            getattr(self, f"_{event}")(person, at)
        except (Refused, gate.Unknown, agreements.Obliged, destruction.NotNow) as refusal:
            self.counts[f"refused: {event}, {getattr(refusal, 'code', type(refusal).__name__)}"] += 1
            return
        self.counts[event] += 1
        self._expect(person, at)

    def _sleep(self, at: datetime) -> None:
        """The night: blocks end, what is due is approved and done, and all of it is held against the dates."""
        while blocking.sweep(at=at):
            pass
        done = retention.run(retention.SYSTEM, at=at, search=False).done
        seen = retention.dry_run(DANA, at=at)
        if waiting := [item for item in seen.waiting if item.waits == "approval"]:
            retention.approve(DANA, waiting, at=at)
            done += retention.run(retention.SYSTEM, at=at, search=False).done
        for item in done:
            self._judge(self._known[item.subject], item, at)
        while self._due and self._due[0][0] < local_day(at):
            _, _, person = heapq.heappop(self._due)
            self._look(person, at)

    def _judge(self, person: Simulated, item: retention.Item, at: datetime) -> None:
        today = local_day(at)
        early = person.waits(at) or person.promised_until() >= today
        if item.end == "destroyed":
            early = early or person.ordered_until() >= today
            person.gone = True
        elif item.end == "restricted_archive":
            person.archived = True
            self._expect(person, at)
        else:
            early = person.waits(at)
        self.destroyed_early += early
        self.counts[f"ended: {item.end}, {item.ground}" if item.end != "active" else "trimmed"] += 1

    def _look(self, person: Simulated, at: datetime) -> None:
        """Somebody's dates say that their data have ended, or should be in the archive alone."""
        if person.gone or person.subject is None:
            return
        last = self._last(person)
        if last >= local_day(at):
            self._expect(person, at)
            return
        if person.ordered_until() < local_day(at) or not person.archived:
            self._late.add(person.number)

    def _expect(self, person: Simulated, at: datetime) -> None:
        last = self._last(person)
        if last < NEVER - timedelta(days=2):
            heapq.heappush(self._due, (max(last, local_day(at)), next(self._order), person))

    def _last(self, person: Simulated) -> date:
        """The last day on which what is kept of the person now may be kept."""
        own = person.ordered_until() if person.archived else person.promised_until()
        return max(own, person.free_from())

    # What happens

    def _register(self, person: Simulated, at: datetime) -> None:
        offered = registration.offer("kk", at=at)
        agreement = registration.Agreement(
            statements=frozenset(offered.statements),
            agreed=frozenset((purpose, "") for purpose in offered.needed),
            language="kk",
        )
        person.subject = registration.register(agreement, _values(person.number), at=at)
        self._known[person.subject] = person

    def _debt(self, person: Simulated, at: datetime) -> None:
        if person.left or person.withdrawn:
            return
        kind = agreements.Kind.DEBT
        person.debt = agreements.begin(OFFICER, _of(person), kind, started=at, obliged=True, at=at)

    def _settle(self, person: Simulated, at: datetime) -> None:
        if person.debt is None:
            return
        reason = agreements.EndReason.FULFILLED
        agreements.end(OFFICER, _of(person), person.debt, reason, ended=at, at=at)
        person.debt = None
        person.settled.append(at)
        person.ends.append(at)

    def _leave(self, person: Simulated, at: datetime) -> None:
        agreements.leave(accounts.person(_of(person)), at=at)
        if not person.left:
            person.ends.append(at)
        person.left = True

    def _demand(self, person: Simulated, at: datetime) -> None:
        shown = destruction.preview(_of(person), at=at)
        destruction.demand(accounts.person(_of(person)), _of(person), at=at, search=False)
        person.demanded = True
        person.archived = bool(shown.stays)
        person.gone = not shown.stays

    def _withdraw(self, person: Simulated, at: datetime) -> None:
        pairs = frozenset((key, "") for key in registration.offer("kk", at=at).needed)
        told = consent.withdraw(
            accounts.person(_of(person)), consent.Change(withdraw=pairs, language="kk"), at=at
        )
        if told.answer.outcome == "stopped":
            person.withdrawn = at
            person.ends.append(at)

    def _block(self, person: Simulated, at: datetime) -> None:
        until = at + timedelta(days=5 + self._chance.randrange(90))
        blocking.block(DANA, _of(person), Ground.RESPONSIBLE, ends_at=until, at=at)
        person.blocked_until = until

    def _hold(self, person: Simulated, at: datetime) -> None:
        until = at + timedelta(days=30 + self._chance.randrange(900))
        holds.place(DANA, _of(person), holds.HoldReason.COURT, paper="1", until=until, at=at)
        person.held_until = until

    def _die(self, person: Simulated, at: datetime) -> None:
        if person.withdrawn is None and not person.blocked_until:
            agreements.died(DANA, _of(person), on=at, paper="26-1", at=at)
            if person.debt is not None:
                person.settled.append(at)
                person.ends.append(at)
            elif not person.ends:
                person.ends.append(at)
            person.debt, person.left = None, True


def remaining(simulation: Simulation) -> dict[str, int]:
    """Return how many people are active, archived and gone by the model, and in the vault."""
    kept = sum(bool(opening.kept(person.subject)) for person in simulation.people if person.subject)
    return {
        "registered": sum(person.subject is not None for person in simulation.people),
        "gone": sum(person.gone for person in simulation.people),
        "in the archive": sum(person.archived and not person.gone for person in simulation.people),
        "kept in the vault": kept,
    }


def beginning() -> datetime:
    """Return midnight in Kazakhstan of the first day."""
    return datetime(2026, 12, 31, 19, 0, tzinfo=UTC)


def _of(person: Simulated) -> UUID:
    if person.subject is None:
        raise gate.Unknown
    return person.subject


def _values(number: int) -> dict[str, str]:
    """Somebody who does not exist: an IIN with its control digit, a name, a number and an address of the examples."""
    return {
        "surname": f"Үлгі{'абвгдежзик'[number % 10]}",
        "given_name": "Адам",
        "iin": _iin(number),
        "email": f"person{number}@example.kz",
        "phone_mobile": f"+7701{number % 10_000_000:07d}",
    }


def _iin(number: int) -> str:
    """The first IIN from a day of 1950 on whose control digit exists."""
    for tail in count(number):
        digits = f"{50 + tail // 300_000 % 50:02d}0101{3 + tail % 2}{tail // 2 % 10_000:04d}"
        if (control := _control(digits)) is not None:
            return f"{digits}{control}"
    raise AssertionError


def _control(digits: str) -> int | None:
    for shift in (0, 2):
        total = sum(int(one) * ((place + shift) % 11 + 1) for place, one in enumerate(digits)) % 11
        if total < 10:  # noqa: PLR2004  a digit
            return total
    return None
