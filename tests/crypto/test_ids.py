"""Identifiers that the application makes: ordered by their moment, random besides, and numbers to be read aloud."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from derbes.crypto import ids

AT = datetime(2026, 11, 23, 7, 0, 0, 123456, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def test_an_identifier_is_a_uuid_of_version_seven_that_holds_its_moment():
    one = ids.uuid7(AT)
    assert (one.version, one.variant) == (7, "specified in RFC 4122")
    assert one.int >> 80 == int(AT.timestamp() * 1000)
    assert (one.int >> 64) & 0xFFF == 456 * 4096 // 1000
    assert ids.uuid7(EPOCH).int >> 80 == 0


def test_how_an_identifier_begins_is_known_from_its_millisecond():
    assert str(ids.uuid7(AT)).startswith(ids.beginning(AT.replace(microsecond=123999)) + "-7")
    assert not str(ids.uuid7(AT)).startswith(ids.beginning(AT + timedelta(milliseconds=1)))
    assert ids.beginning(EPOCH) == "00000000-0000"


def test_of_the_chance_all_sixty_two_bits_are_used():
    ones, zeros = 0, 0
    for _ in range(200):
        low = ids.uuid7(AT).int & (1 << 62) - 1
        ones, zeros = ones | low, zeros | ~low & (1 << 62) - 1
    assert ones == zeros == (1 << 62) - 1


def test_a_moment_out_of_range_or_without_a_zone_has_no_identifier():
    for at in (EPOCH - timedelta(microseconds=1), AT.replace(tzinfo=None)):
        with pytest.raises(ValueError, match="identifier"):
            ids.uuid7(at)


def test_identifiers_of_a_microsecond_later_come_later():
    moments = [AT + timedelta(microseconds=n) for n in range(0, 3000, 7)]
    made = [ids.uuid7(at) for at in moments]
    assert made == sorted(made)


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_many_are_as_many_as_asked_in_order_all_different_and_each_like_one(count):
    made = ids.many(AT, count)
    assert len(set(made)) == count
    assert made == sorted(made)
    for one in made:
        assert (one.version, one.variant) == (7, "specified in RFC 4122")
        assert one.bytes[:8] == ids.uuid7(AT).bytes[:8]
    assert [one.bytes for one in made] != ids.packed(AT, count) or not count
    assert all(len(one) == 16 for one in ids.packed(AT, count))


def test_of_the_chance_of_many_all_sixty_two_bits_are_used():
    ones, zeros = 0, 0
    for one in ids.many(AT, 400):
        low = one.int & (1 << 62) - 1
        ones, zeros = ones | low, zeros | ~low & (1 << 62) - 1
    assert ones == zeros == (1 << 62) - 1


def test_a_spoken_number_has_its_letter_its_year_and_twice_four_signs_that_are_not_confused():
    for _ in range(50):
        assert re.fullmatch(r"R26-[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}", ids.spoken("R", AT))
    assert ids.spoken("R", AT) != ids.spoken("R", AT)
