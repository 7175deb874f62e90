"""The journal looked through: page by page the latest first, and by who did what in a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from derbes.core.journal import log, pages, search
from derbes.crypto import leaf
from tests.core.ledger import ALIYA, AT, ERLAN, STAFF, place, reading, write

pytestmark = pytest.mark.django_db
OTHER = {**STAFF, "code": "s-18"}
DAY = timedelta(days=1)
SOON = AT.replace(microsecond=123000)


def places(**asked: object) -> list[int]:
    said: dict = {"before": None, "code": "", "most": 100}
    return [position for position, _ in pages.page(**(said | asked))]


def test_pages_go_from_the_latest_place_back_and_each_as_far_as_asked() -> None:
    write(7)
    place()
    write(2, ERLAN)
    assert places() == [6, 5, 4, 3, 2, 1, 0]
    assert places(most=3) == [6, 5, 4]
    assert places(most=3, before=4) == [3, 2, 1]
    assert places(before=1) == [0]
    assert places(before=0) == []


def test_the_oldest_entry_that_waits_says_since_when() -> None:
    assert pages.waiting_since() is None
    log.append(reading(1), secret=ALIYA, n=1)
    place()
    assert pages.waiting_since() is None
    first, second = reading(5), reading(9)
    for number, record in enumerate((first, second), start=2):
        log.append(record, secret=ALIYA, n=number)
    assert pages.waiting_since() == first.at.replace(microsecond=first.at.microsecond // 1000 * 1000)
    assert first.at < second.at


def test_a_page_may_be_of_one_actor_alone_and_says_what_was_written() -> None:
    log.append(reading(1), secret=ALIYA, n=1)
    log.append(reading(2, actor=OTHER), secret=ALIYA, n=2)
    place()
    assert places(code="s-18") == [1]
    assert places(code="s-1") == []
    assert pages.page(before=None, code="s-17", most=9) == [(0, log.body_of(reading(1)))]


def found(**asked: object) -> set[bytes]:
    said: dict = {"since": AT - DAY, "until": AT + DAY}
    return set(search.tags(**(said | asked)))


def tags(secret: bytes, *numbers: int) -> set[bytes]:
    return {leaf.tag(secret, n) for n in numbers}


@pytest.fixture
def day() -> None:
    """Bauyrzhan reads twice, another stores, once is refused, and once it is about nobody."""
    log.append(reading(1), secret=ALIYA, n=1)
    log.append(reading(2), secret=ERLAN, n=1)
    log.append(reading(3, actor=OTHER, operation="store"), secret=ALIYA, n=2)
    log.append(reading(4, outcome="refused"), secret=ALIYA, n=3)
    log.append(reading(5), secret=None, n=None)


def test_what_was_done_to_people_in_a_time_is_found_and_what_was_refused_is_not(day: None) -> None:
    assert found() == tags(ALIYA, 1, 2) | tags(ERLAN, 1)
    assert found(since=AT - 2 * DAY, until=AT - DAY) == set()
    assert isinstance(search.tags(since=AT, until=AT), frozenset)


def test_it_may_be_what_one_did_or_one_operation(day: None) -> None:
    assert found(actor="s-17") == tags(ALIYA, 1) | tags(ERLAN, 1)
    assert found(operation="store") == tags(ALIYA, 2)
    assert found(actor="s-17", operation="store") == set()


def test_a_time_begins_with_its_first_millisecond_and_ends_before_its_last(day: None) -> None:
    minute, tick = timedelta(minutes=1), timedelta(milliseconds=1)
    assert found(since=SOON + minute, until=SOON + minute + tick) == tags(ALIYA, 1)
    assert found(since=SOON + minute - tick, until=SOON + minute) == set()
    assert found(since=SOON + minute + tick, until=SOON + 2 * minute) == set()
    assert found(since=SOON + 2 * minute, until=SOON + 3 * minute) == tags(ERLAN, 1)
