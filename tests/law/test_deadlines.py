"""When Aliya is owed her answer."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.law import norms
from derbes.law.deadlines import (
    Calendar,
    calendar,
    calendar_of,
    due,
    ends,
    local_day,
    working_days_left,
)

FOLDER = Path(__file__).parents[2] / "norms"
FILES = {str(path.relative_to(FOLDER)): path.read_text() for path in FOLDER.rglob("*.toml")}
KAZAKHSTAN = calendar_of(norms.parse(FILES))


@dataclass(frozen=True)
class Length:
    days: int
    working: bool = True


@pytest.mark.clause("6.1")
@pytest.mark.parametrize(
    ("received", "days", "last"),
    [
        ("2026-03-19", 1, "2026-03-20"),
        ("2026-03-19", 3, "2026-03-27"),
        ("2026-04-30", 15, "2026-05-26"),
        ("2026-08-28", 1, "2026-08-31"),
        ("2026-11-22", 30, "2027-01-06"),
        ("2026-12-10", 30, "2027-01-27"),
        ("2026-12-31", 1, "2027-01-05"),
        ("2025-12-30", 30, "2026-02-13"),
    ],
)
def test_working_days_run_over_kazakhstans_days_off(received, days, last):
    assert due(date.fromisoformat(received), Length(days), KAZAKHSTAN) == date.fromisoformat(last)


@pytest.mark.parametrize(("year", "days"), [(2024, 249), (2025, 246), (2026, 247), (2027, 247)])
def test_a_year_has_its_number_of_working_days(year, days):
    every = (date(year, 1, 1) + timedelta(days=n) for n in range(365 + (year % 4 == 0)))
    assert sum(KAZAKHSTAN.working(day) for day in every) == days


def test_a_weekend_day_that_was_moved_is_worked():
    assert KAZAKHSTAN.working(date(2024, 5, 4))
    assert KAZAKHSTAN.working(date(2025, 1, 5))
    assert not KAZAKHSTAN.working(date(2024, 5, 8))
    assert due(date(2024, 5, 3), Length(1), KAZAKHSTAN) == date(2024, 5, 4)


def test_calendar_days_count_all_and_end_on_a_working_day():
    assert due(date(2026, 3, 11), Length(10, working=False), KAZAKHSTAN) == date(2026, 3, 26)
    assert due(date(2026, 6, 1), Length(10, working=False), KAZAKHSTAN) == date(2026, 6, 11)


def test_the_day_is_the_one_in_kazakhstan_and_lasts_until_midnight_there():
    assert local_day(datetime(2026, 11, 22, 20, tzinfo=UTC)) == date(2026, 11, 23)
    assert ends(date(2026, 11, 22)).astimezone(UTC) == datetime(2026, 11, 22, 19, tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 11, 22, 20))  # noqa: DTZ001  that is the point


def test_a_changed_calendar_has_another_version_and_the_same_days_the_same():
    again = calendar(KAZAKHSTAN.off, KAZAKHSTAN.worked, KAZAKHSTAN.years)
    assert again == KAZAKHSTAN
    more = calendar(KAZAKHSTAN.off | {date(2026, 11, 23)}, KAZAKHSTAN.worked, KAZAKHSTAN.years)
    assert more.version != KAZAKHSTAN.version
    assert due(date(2026, 11, 20), Length(1), more) == date(2026, 11, 24)


def test_a_year_that_is_not_known_has_weekends_only():
    assert not KAZAKHSTAN.covers(date(2031, 1, 1))
    assert KAZAKHSTAN.working(date(2031, 1, 1))


def test_days_left_are_counted_as_the_term_was():
    last = due(date(2026, 12, 10), Length(30), KAZAKHSTAN)
    assert working_days_left(date(2026, 12, 10), last, KAZAKHSTAN) == 30
    assert working_days_left(last, last, KAZAKHSTAN) == 0
    assert working_days_left(date(2026, 11, 24), date(2026, 11, 22), KAZAKHSTAN) == -2


DAYS = st.dates(date(2024, 1, 1), date(2027, 6, 30))
SOME_OFF = st.frozensets(DAYS, max_size=30)


@given(DAYS, st.integers(1, 60), st.booleans(), SOME_OFF)
def test_a_term_never_ends_on_a_day_off_nor_before_it_could(received, days, working, off):
    days_off = calendar(off, (), range(2024, 2029))
    last = due(received, Length(days, working), days_off)
    assert days_off.working(last)
    assert last >= received + timedelta(days=days)


@given(DAYS, st.integers(1, 60), SOME_OFF)
def test_exactly_so_many_working_days_lie_between(received, days, off):
    days_off = calendar(off, (), range(2024, 2029))
    last = due(received, Length(days), days_off)
    between = (received + timedelta(days=n) for n in range(1, (last - received).days + 1))
    assert sum(map(days_off.working, between)) == days


@given(DAYS, st.integers(1, 60), st.booleans(), SOME_OFF, DAYS)
def test_one_more_day_off_never_makes_a_term_end_earlier(received, days, working, off, one):
    fewer = Calendar("a", off, frozenset())
    more = Calendar("b", off | {one}, frozenset())
    length = Length(days, working)
    assert due(received, length, more) >= due(received, length, fewer)


@given(DAYS, st.integers(1, 40), st.booleans())
def test_a_later_letter_is_never_due_earlier(received, days, working):
    length = Length(days, working)
    later = due(received + timedelta(days=1), length, KAZAKHSTAN)
    assert later >= due(received, length, KAZAKHSTAN)


def test_a_calendar_knows_the_years_it_was_given():
    assert KAZAKHSTAN.covers(date(2026, 5, 9)) is True
    assert KAZAKHSTAN.covers(date(2031, 5, 9)) is False
    assert calendar_of(norms.parse(FILES)) == KAZAKHSTAN
