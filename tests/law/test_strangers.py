"""Other people's data in what somebody writes: told by kind, and never one's own."""

from __future__ import annotations

import pytest

from derbes.law.strangers import strangers

OWN = ("900101300007", "+77012345678", "aliya@example.kz", "", "4400 1234 5678 9010")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("call +7 701 765 43 21", {"phone"}),
        ("call 8 (701) 765-43-21 today", {"phone"}),
        ("call 77017654321", {"phone"}),
        ("my sister's IIN is 900101300811.", {"iin"}),
        ("write to Bauyrzhan@example.kz", {"email"}),
        ("paid by 4400 4302 1234 5678", {"card"}),
        ("paid by 4400430212345678", {"card"}),
        ("900101300811, bauyrzhan@example.kz, +7 701 765 43 21", {"iin", "email", "phone"}),
        ("900101300007 and 900101300811", {"iin"}),
        ("aliya@example.kz and then bauyrzhan@example.kz", {"email"}),
        ("", set()),
        ("order 123, of 2026-11-22, room 1234567890", set()),
        ("90010130081", set()),
        ("9001013008111", set()),
    ],
)
def test_what_looks_like_another_persons_is_told_by_kind(text: str, kinds: set[str]) -> None:
    assert strangers(text, OWN) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "900101300007",
        "+7 701 234 56 78",
        "8 (701) 234-56-78",
        "87012345678",
        "ALIYA@example.kz",
        "4400123456789010",
        "4400-1234-5678-9010",
    ],
)
def test_ones_own_is_ones_own_however_it_is_written(text: str) -> None:
    assert strangers(f"Mine: {text}.", OWN) == frozenset()
    assert strangers(f"Mine: {text}.", ())


def test_an_address_is_known_by_all_of_it_and_spaces_around_ones_own_count_nothing() -> None:
    assert strangers("1@example.kz", ("2@example.kz",)) == {"email"}
    assert strangers("aliya@example.kz", (" Aliya@Example.kz ",)) == frozenset()


def test_a_card_is_one_thing_and_no_phone_within_it() -> None:
    assert strangers("8701 234 56 78 9010 1", ()) == {"card"}
    assert strangers("4400 8701 2345 6789", ("4400870123456789",)) == frozenset()


def test_a_number_of_ten_digits_is_not_shortened_further() -> None:
    assert strangers("+7 701 234 56 78", ("7012345678",)) == frozenset()
    assert strangers("+7 701 234 56 78", ("012345678",)) == {"phone"}
