"""A moment is written in one way, whatever zone it was told in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from derbes.law.moments import stamp

ASTANA = timezone(timedelta(hours=5))


def test_a_moment_is_written_in_utc_to_the_millisecond() -> None:
    assert stamp(datetime(2026, 11, 22, 9, 30, 0, 123999, tzinfo=UTC)) == "2026-11-22T09:30:00.123Z"
    assert stamp(datetime(2026, 11, 22, 4, 30, tzinfo=ASTANA)) == "2026-11-21T23:30:00.000Z"


def test_a_time_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="zone"):
        stamp(datetime(2026, 11, 22))  # noqa: DTZ001
