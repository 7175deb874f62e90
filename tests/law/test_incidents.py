"""The way of a breach through the register, and its clock of one working day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from derbes.law import incidents as law
from derbes.law.deadlines import calendar
from derbes.law.incidents import Pressing, State


@dataclass(frozen=True)
class Term:
    days: int = 1
    working: bool = True


NAURYZ = calendar(off=[date(2026, 3, day) for day in (23, 24, 25)], worked=[], years=[2026])


def almaty(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+05:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("detected", "due"),
    [
        ("2026-03-19T09:00", "2026-03-20"),  # Thursday
        ("2026-03-19T23:59", "2026-03-20"),
        ("2026-03-20T00:01", "2026-03-26"),  # Friday before a weekend and three days off
        ("2026-03-21T12:00", "2026-03-26"),  # Saturday
    ],
)
def test_the_authority_is_told_by_the_end_of_the_next_working_day(detected, due):
    clock = law.clock(almaty(detected), Term(), NAURYZ)
    assert clock == law.Clock(date.fromisoformat(due), NAURYZ.version)


def test_the_clock_presses_six_hours_before_its_end_and_never_hides_that_it_was_missed():
    last, end = date(2026, 3, 20), almaty("2026-03-21T00:00")
    minute = timedelta(minutes=1)
    stands = {
        end - timedelta(hours=6) - minute: Pressing.IN_TIME,
        end - timedelta(hours=6): Pressing.SOON,
        end - minute: Pressing.SOON,
        end: Pressing.OVERDUE,
    }
    for at, how in stands.items():
        assert law.pressing(last, told_at=None, at=at) is how
    assert law.pressing(last, told_at=end - minute, at=end + minute) is Pressing.KEPT
    assert law.pressing(last, told_at=end, at=end + minute) is Pressing.LATE


def test_there_is_one_way_through_the_register():
    way = [State.OPEN, State.AUTHORITY_NOTIFIED, State.SUBJECTS_NOTIFIED, State.CLOSED]
    allowed = {*pairwise(way), (State.OPEN, State.NOT_CONFIRMED)}
    for old in State:
        for new in State:
            if (old, new) in allowed:
                assert law.step(old, new) is new
            else:
                with pytest.raises(law.NoSuchStep):
                    law.step(old, new)
