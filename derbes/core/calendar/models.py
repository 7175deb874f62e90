"""The working-day calendar: years as orders change them, and every whole calendar that a due date was computed with.

Rows are only added. A year that nobody has changed is as norms/days_off has it; beyond that, as the holidays are
foreseen. A calendar's version is the hash of its dates, so a due date can be computed again from its version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar

import holidays
from django.db import models

from derbes.law import deadlines
from derbes.law.deadlines import Calendar
from derbes.law.norms import YearOff

_FRIDAY = 4


class CalendarYearQuerySet(models.QuerySet["CalendarYear"]):
    def latest_of_each(self) -> dict[int, CalendarYear]:
        """The version in force of every year that was ever changed."""
        return {row.year: row for row in self.order_by("year", "version")}

    def of(self, year: int) -> CalendarYearQuerySet:
        """All versions of a year, the latest first."""
        return self.filter(year=year).order_by("-version")


class CalendarYear(models.Model):
    """One version of one year: its days off besides weekends, the weekend days worked, and the order that says so."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"year", "version", "off", "worked", "order", "by", "at"})

    pk = models.CompositePrimaryKey("year", "version")
    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    off = models.JSONField()
    worked = models.JSONField()
    order = models.CharField(max_length=300)
    by = models.CharField(max_length=32)
    at = models.DateTimeField()

    objects = CalendarYearQuerySet.as_manager()

    @property
    def days_off(self) -> frozenset[date]:
        """The days off besides Saturdays and Sundays."""
        return _days(self.off)

    @property
    def days_worked(self) -> frozenset[date]:
        """The Saturdays and Sundays that are worked."""
        return _days(self.worked)

    @classmethod
    def change(
        cls,
        year: int,
        version: int,
        *,
        off: Iterable[date],
        worked: Iterable[date],
        order: str,
        by: str,
        at: datetime,
    ) -> CalendarYear:
        """Add a version. Raises `IntegrityError` when there is one of this number already."""
        row = cls(
            year=year, version=version, off=_texts(off), worked=_texts(worked), order=order, by=by, at=at
        )
        row.save(force_insert=True)
        return row


class Kept(models.Model):
    """A whole calendar, kept under its version, so that what was computed with it can be computed again."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"version", "off", "worked", "years"})

    version = models.CharField(max_length=12, primary_key=True)
    off = models.JSONField()
    worked = models.JSONField()
    years = models.JSONField()

    @classmethod
    def keep(cls, calendar: Calendar) -> str:
        """Keep `calendar` if it is new; return its version."""
        row = Kept(
            version=calendar.version,
            off=_texts(calendar.off),
            worked=_texts(calendar.worked),
            years=sorted(calendar.years),
        )
        Kept.objects.bulk_create([row], ignore_conflicts=True)
        return calendar.version

    @classmethod
    def find(cls, version: str) -> Calendar:
        """Return the calendar of this version; raise `Kept.DoesNotExist`."""
        row = cls.objects.get(version=version)
        return Calendar(row.version, _days(row.off), _days(row.worked), frozenset(row.years))


def now(seed: Mapping[int, YearOff]) -> Calendar:
    """Return the calendar in force: years as they were changed, others as `seed` (norms/days_off) has them."""
    changed = CalendarYear.objects.latest_of_each()
    years: dict[int, YearOff | CalendarYear] = {**seed, **changed}
    return deadlines.calendar(
        off=(day for year in years.values() for day in _off(year)),
        worked=(day for year in years.values() for day in _worked(year)),
        years=years,
    )


def foreseen(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Return the days off and the worked weekend days that the holidays of `year` give, before any order moves one."""
    known = holidays.country_holidays("KZ", years=year)
    off = frozenset(day for day in known if day.weekday() <= _FRIDAY)
    return off, frozenset(day for day in known.weekend_workdays if day.year == year)


def _off(year: YearOff | CalendarYear) -> frozenset[date]:
    return year.days_off if isinstance(year, CalendarYear) else year.off


def _worked(year: YearOff | CalendarYear) -> frozenset[date]:
    return year.days_worked if isinstance(year, CalendarYear) else year.worked


def _texts(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]


def _days(texts: Any) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)
