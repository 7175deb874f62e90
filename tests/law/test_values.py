"""What Aliya types, read by the policy's rules: kept in one form, or all that is wrong told at once."""

from __future__ import annotations

from datetime import date

import pytest

from derbes.law.values import Illformed, as_kept
from tests.law.example import POLICY

TODAY = date(2026, 11, 22)


def kept(**typed: str) -> dict[str, str]:
    return as_kept(POLICY, typed, today=TODAY)


def wrong(**typed: str) -> dict[str, str]:
    with pytest.raises(Illformed) as refusal:
        kept(**typed)
    assert refusal.value.args == ("ill-formed values",)
    return {name: malformed.code for name, malformed in refusal.value.errors.items()}


def test_each_value_is_kept_in_its_one_form() -> None:
    assert kept(iin="900101 300007", phone_mobile="8 701 234 56 78", surname=" Сәрсенова ") == {
        "iin": "900101300007",
        "phone_mobile": "+77012345678",
        "surname": "Сәрсенова",
    }


def test_an_empty_text_stays_empty_and_spaces_are_nothing() -> None:
    assert kept(patronymic="", phone_home="  \n") == {"patronymic": "", "phone_home": ""}


def test_what_the_policy_lacks_is_returned_as_it_is() -> None:
    assert kept(shoe_size=" 41 ") == {"shoe_size": " 41 "}


def test_a_date_is_read_and_is_not_after_today() -> None:
    assert kept(birth_date="1.1.1990") == {"birth_date": "1990-01-01"}
    assert kept(birth_date="2026-11-22") == {"birth_date": "2026-11-22"}
    assert wrong(birth_date="2026-11-23") == {"birth_date": "date_ahead"}


def test_a_choice_is_among_those_offered() -> None:
    assert kept(contact_language="ru") == {"contact_language": "ru"}
    assert wrong(contact_language="de") == {"contact_language": "choice"}


def test_all_mistakes_are_told_at_once() -> None:
    assert wrong(iin="1", contact_language="de", surname="Сәрсенова").keys() == {"iin", "contact_language"}
