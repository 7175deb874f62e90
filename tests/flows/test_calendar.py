"""A day is moved by order: the calendar says so, and every due date that moves says so too."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError

from derbes.core.appeals.models import Appeal
from derbes.core.calendar.models import CalendarYear
from derbes.core.journal.models import Entry
from derbes.flows import accounts, appeals, calendar
from derbes.law import deadlines
from derbes.law.appeals import Kind
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

ORDER = "Бұйрық № 400, 2026-12-01"
EXTRA = date(2026, 12, 14)


@pytest.fixture
def responsible(dana):
    return accounts.actor(dana)


def claim(person, kind="claim", at=NOON):
    letter = appeals.Letter(text="Шағым", values={}, agreed=False, language="kk", kind=Kind(kind))
    return appeals.write(person.actor, letter, at=at)


def move(actor, *, off=(EXTRA,), worked=(), version=0, order=ORDER, year=2026):
    now = calendar.year(year)
    return calendar.change(
        actor,
        year,
        off=now.off | set(off),
        worked=now.worked | set(worked),
        order=order,
        version=version,
        at=NOON,
    )


@pytest.mark.clause("6.1")
def test_the_calendar_is_kazakhstans_until_an_order_moves_a_day(published):
    assert calendar.now().version == calendar.now().version
    year = calendar.year(2026)
    assert (year.version, year.known) == (0, True)
    assert date(2026, 12, 16) in year.off
    assert not calendar.now().working(date(2026, 12, 16))


def test_a_year_that_the_norms_do_not_know_is_foreseen_from_the_holidays():
    year = calendar.year(2028)
    assert not year.known
    assert {date(2028, 3, 8), date(2028, 12, 18)} <= year.off
    assert date(2028, 1, 1) not in year.off  # a Saturday is off as it is


@pytest.mark.parametrize("number", [2024, 2025, 2026, 2027])
def test_the_norms_agree_with_the_holidays(number):
    from derbes.core.calendar.models import foreseen

    year = calendar.year(number)
    off, worked = foreseen(number)
    assert year.worked == worked
    assert {day for day in year.off if day.weekday() < 5} == off


@pytest.mark.clause("6.2")
def test_a_moved_day_moves_the_due_date_in_sight(aliya, responsible):
    number = claim(aliya).number
    before = appeals.see(aliya.actor, number, at=NOON)
    assert before.due == date(2027, 1, 8)
    assert move(responsible) == 1
    after = appeals.see(aliya.actor, number, at=NOON)
    assert after.due == date(2027, 1, 11)
    moved = after.events[-1]
    assert (moved.code, moved.by) == ("recomputed", responsible.code)
    assert (moved.detail["before"], moved.detail["due"]) == ("2027-01-08", "2027-01-11")
    assert moved.detail["was"] == before.appeal.calendar != moved.detail["calendar"] == after.appeal.calendar


def test_a_due_date_can_be_computed_again_from_its_version(aliya, responsible):
    filed = claim(aliya)
    move(responsible)
    old = calendar.of_version(filed.calendar)
    assert old.working(EXTRA)
    assert not calendar.now().working(EXTRA)
    row = Appeal.objects.get(number=filed.number)
    assert calendar.of_version(row.calendar).version == calendar.now().version


def test_what_does_not_move_has_no_event(aliya, responsible):
    number = claim(aliya, "access").number
    assert move(responsible) == 0
    assert len(appeals.see(aliya.actor, number, at=NOON).events) == 1


def test_an_answered_appeal_stays_as_it_was(aliya, responsible):
    number = claim(aliya).number
    appeals.answer(
        responsible,
        number,
        appeals.Answer(template="claim", outcome="explained", ground="question_answered", words="Жауап"),
        at=NOON,
    )
    assert move(responsible) == 0


def test_a_saturday_can_be_worked(aliya, responsible):
    number = claim(aliya, "rectify", at=datetime(2026, 12, 4, 5, tzinfo=UTC)).number
    assert move(responsible, off=[date(2026, 12, 7)], worked=[date(2026, 12, 5)]) == 1
    assert appeals.see(aliya.actor, number, at=NOON).due == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"off": [date(2027, 1, 5)]}, "other_year"),
        ({"worked": [date(2026, 12, 15)]}, "weekday_worked"),
        ({"off": [date(2026, 12, 19)], "worked": [date(2026, 12, 19)]}, "off_and_worked"),
        ({"order": "  "}, "no_order"),
        ({"off": []}, "nothing_changed"),
    ],
)
def test_days_that_cannot_be_are_refused(responsible, change, code):
    with pytest.raises(calendar.Wrong) as why:
        move(responsible, **change)
    assert why.value.code == code
    assert not CalendarYear.objects.exists()


def test_two_who_change_a_year_at_once_are_told(responsible):
    move(responsible)
    with pytest.raises(calendar.Stale) as why:
        move(responsible, off=[date(2026, 12, 15)])
    assert why.value.year.version == 1


@pytest.mark.clause("3.3")
def test_the_calendar_is_changed_by_who_has_the_power_and_it_is_on_record(responsible, bauyrzhan):
    with pytest.raises(calendar.Powerless):
        move(accounts.actor(bauyrzhan))
    move(responsible)
    assert '"event":"calendar.change"' in Entry.objects.latest("at", "id").body
    history = calendar.year(2026).history
    assert [(one.version, one.order, one.by) for one in history[:1]] == [(1, ORDER, responsible.code)]
    assert history[-1].version == 0


def test_versions_are_only_added(responsible):
    move(responsible)
    with pytest.raises(DatabaseError):
        CalendarYear.objects.update(order="")


def test_without_an_order_the_version_is_that_of_the_norms(published):
    from derbes.core.publications import lawbook

    assert calendar.now() == deadlines.calendar_of(lawbook.norms())
