"""The working-day calendar is shown to all, and changed by order; due dates that move are moved in sight (Labour Code art. 85)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError

from derbes.core.calendar import models as days
from derbes.core.journal import log
from derbes.core.publications import lawbook, shelf
from derbes.flows import clocks
from derbes.flows.story import step
from derbes.law.deadlines import Calendar
from derbes.law.permission import Actor, Powerless, empower  # raised here; imported from here

__all__ = ["Changed", "Powerless", "Stale", "Wrong", "Year", "change", "now", "of_version", "year", "years"]

FRIDAY = 4
_LONGEST_ORDER = 300


class Stale(Exception):
    """Somebody has changed this year meanwhile: `year` is how it stands now. Nothing was changed."""

    def __init__(self, current: Year) -> None:
        super().__init__("the year was changed meanwhile")
        self.year = current


class Wrong(Exception):
    """The days cannot be: `code` is one of other_year, weekday_worked, off_and_worked, no_order, nothing_changed."""

    def __init__(self, code: str, named: Iterable[date] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.days = sorted(named)


@dataclass(frozen=True, slots=True)
class Changed:
    """One version of a year: the order that changed it, by whom and when. Version 0 is as norms/days_off has it."""

    version: int
    order: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the calendar as it stands.

    `known`: it is in norms/days_off or was set by order; otherwise the days are foreseen from the holidays, and
    due dates do not yet reckon with them. `history` has the latest version first.
    """

    year: int
    version: int
    off: frozenset[date]
    worked: frozenset[date]
    known: bool
    mark: str
    history: tuple[Changed, ...]


def now() -> Calendar:
    """Return the calendar in force, by which due dates are computed."""
    return clocks.calendar()


def of_version(version: str) -> Calendar:
    """Return the calendar that a due date was computed with. Raises `LookupError`."""
    try:
        return days.Kept.find(version)
    except days.Kept.DoesNotExist as unknown:
        raise LookupError("no due date was computed with this calendar") from unknown


def years() -> list[int]:
    """Return the years that the calendar in force knows, the earliest first."""
    return sorted(now().years)


def year(number: int) -> Year:
    """Return one year with its history, for anybody to see."""
    rows = list(days.CalendarYear.objects.of(number))
    seed = lawbook.norms().days_off.get(number)
    history = [Changed(row.version, row.order, row.by, row.at) for row in rows]
    if seed:
        history.append(Changed(0, f"{seed.act}, {seed.article}", "", None))
    if rows:
        off, worked = rows[0].days_off, rows[0].days_worked
    else:
        off, worked = (seed.off, seed.worked) if seed else days.foreseen(number)
    return Year(
        year=number,
        version=rows[0].version if rows else 0,
        off=off,
        worked=worked,
        known=bool(rows or seed),
        mark=seed.mark if seed and not rows else "",
        history=tuple(history),
    )


def change(
    actor: Actor,
    number: int,
    *,
    off: Iterable[date],
    worked: Iterable[date],
    order: str,
    version: int,
    at: datetime,
) -> int:
    """Set the days of a year by an order (its name, number and date); return how many due dates moved.

    `version` is the one that was changed. Raises `Powerless` (power calendar), `Wrong`, `Stale`.
    """
    try:
        return _change(actor, number, frozenset(off), frozenset(worked), order, version, at=at)
    except IntegrityError as taken:
        raise Stale(year(number)) from taken


@step
def _change(
    actor: Actor,
    number: int,
    off: frozenset[date],
    worked: frozenset[date],
    order: str,
    version: int,
    *,
    at: datetime,
) -> int:
    policy = shelf.in_force(at).policy
    empower(actor, policy, "calendar")
    order = " ".join(order.split())
    before = year(number)
    if before.version != version:
        raise Stale(before)
    _check(before, off, worked, order)
    row = days.CalendarYear.change(
        number, version + 1, off=off, worked=worked, order=order, by=actor.code, at=at
    )
    moved = clocks.recompute(actor, at=at)
    _record(actor, row, moved, edition=policy.edition, at=at)
    return moved


def _check(before: Year, off: frozenset[date], worked: frozenset[date], order: str) -> None:
    if strangers := [day for day in off | worked if day.year != before.year]:
        raise Wrong("other_year", strangers)
    if weekdays := [day for day in worked if day.weekday() <= FRIDAY]:
        raise Wrong("weekday_worked", weekdays)
    if both := off & worked:
        raise Wrong("off_and_worked", both)
    if not order or len(order) > _LONGEST_ORDER:
        raise Wrong("no_order")
    if before.known and (before.off, before.worked) == (off, worked):
        raise Wrong("nothing_changed")


def _record(actor: Actor, row: days.CalendarYear, moved: int, *, edition: str, at: datetime) -> None:
    entry = log.Record(
        at=at,
        actor=actor.trace(),
        operation="calendar",
        event="calendar.change",
        clause="6.2",
        edition=edition,
        detail={"year": row.year, "version": row.version, "moved": moved},
    )
    log.append(entry, secret=None, n=None)
