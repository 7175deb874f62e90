"""What Aliya may write, and what it becomes."""

import re
from datetime import date

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import assume, given
from hypothesis import strategies as st

from derbes.law import identifiers
from derbes.law.identifiers import (
    Malformed,
    control_digit,
    iin_birth_hint,
    normalise,
    not_after,
)

DIGITS = st.text("0123456789", min_size=11, max_size=11)


def malformed(key, text):
    with pytest.raises(Malformed) as caught:
        normalise(key, text)
    assert text not in str(caught.value) or not text
    assert "%" not in caught.value.sentence
    return caught.value.code


@pytest.mark.clause("2.3.1")
@pytest.mark.parametrize("iin", ["900101300007", "900101300811"])
def test_an_iin_of_either_pass_is_accepted(iin):
    assert normalise("iin", iin) == iin


@pytest.mark.clause("2.3.1")
@pytest.mark.parametrize(
    "written", ["900101 300007", " 900101-300-007 ", "9001 0130 0007", "900101\u00a0300007"]
)
def test_spaces_and_dashes_in_an_iin_are_forgiven(written):
    assert normalise("iin", written) == "900101300007"


@pytest.mark.clause("2.3.1")
def test_a_prefix_that_was_never_issued_has_no_control_digit():
    assert control_digit("90010130080") is None
    for last in "0123456789":
        assert malformed("iin", "90010130080" + last) == "iin_control"


@pytest.mark.clause("2.3.1")
@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("000000000000", "iin_control"),
        ("900101300008", "iin_control"),
        ("90010130000", "iin_digits"),
        ("9001013000077", "iin_digits"),
        ("90010130000a", "iin_digits"),
        ("٩٠٠١٠١٣٠٠٠٠٧", "iin_digits"),
        ("９００１０１３００００７", "iin_digits"),
    ],
)
def test_an_ill_formed_iin_says_what_is_wrong_with_it(written, code):
    assert malformed("iin", written) == code


@given(DIGITS.filter(lambda digits: control_digit(digits) is not None))
def test_of_ten_last_digits_exactly_one_makes_an_iin(first):
    accepted = []
    for last in "0123456789":
        try:
            accepted.append(normalise("iin", first + last))
        except Malformed:
            continue
    assert accepted == ([] if first == "0" * 11 else [f"{first}{control_digit(first)}"])


def passes_once(digits):
    return sum(int(digit) * weight for weight, digit in enumerate(digits[:11], 1)) % 11 < 10


@given(DIGITS.filter(passes_once), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_of_the_first_ten_is_noticed_within_the_first_pass(first, place, by):
    whole = first + str(control_digit(first))
    wrong = whole[:place] + str((int(whole[place]) + by) % 10) + whole[place + 1 :]
    assume(passes_once(wrong))
    assert malformed("iin", wrong) == "iin_control"


@pytest.mark.clause("2.5")
def test_an_iin_only_hints_at_birth_date_and_sex():
    hint = iin_birth_hint("900101300007")
    assert (hint.date, hint.sex) == (date(1990, 1, 1), "male")
    assert iin_birth_hint("051231600000").sex == "female"
    assert iin_birth_hint("051231600000").date == date(2005, 12, 31)


@pytest.mark.clause("2.5")
def test_an_iin_whose_digits_are_no_date_is_accepted_all_the_same():
    first = next(f"99990030{n:03}" for n in range(1000) if control_digit(f"99990030{n:03}") is not None)
    iin = first + str(control_digit(first))
    assert normalise("iin", iin) == iin
    assert iin_birth_hint(iin) is None
    assert iin_birth_hint("900101900000") is None


def test_a_bin_has_a_month_and_a_kind_besides_its_control_digit():
    good = next(f"{n:011}" for n in range(21014000000, 21014009999) if control_digit(f"{n:011}") is not None)
    whole = good + str(control_digit(good))
    assert normalise("bin", whole) == whole
    assert malformed("bin", "900101300007") == "bin_control"
    assert malformed("bin", whole[:11]) == "bin_digits"


@pytest.mark.clause("2.3.3")
@pytest.mark.parametrize(
    "written",
    [
        "8 (700) 003 77 33",
        "+7 700 003 77 33",
        "77000037733",
        "7000037733",
        "8-700-003-77-33",
        "+7(700)0037733",
    ],
)
def test_a_mobile_number_comes_to_one_form_however_it_is_written(written):
    assert normalise("phone_mobile", written) == "+77000037733"


@pytest.mark.clause("2.3.3")
@pytest.mark.parametrize(
    ("key", "written", "code"),
    [
        ("phone_mobile", "+8 700 003 77 33", "phone_plus_eight"),
        ("phone_mobile", "8 700 003 77", "phone_form"),
        ("phone_mobile", "call me", "phone_form"),
        ("phone_mobile", "8 800 080 77 77", "phone_kind"),
        ("phone_home", "8 800 080 77 77", "phone_kind"),
        ("phone_mobile", "8 (727) 250 00 00", "phone_mobile"),
        ("phone_mobile", "+", "phone_form"),
        ("phone_mobile", "", "empty"),
    ],
)
def test_what_is_no_reachable_number_is_refused_with_a_reason(key, written, code):
    assert malformed(key, written) == code


@pytest.mark.clause("2.3.3")
def test_a_home_phone_may_be_a_fixed_line_and_a_mobile_a_foreign_one():
    assert normalise("phone_home", "8 (727) 250 00 00") == "+77272500000"
    assert normalise("phone_mobile", "+49 1512 3456789") == "+4915123456789"


@given(st.text(max_size=30))
def test_whatever_is_written_a_phone_is_a_number_or_malformed(written):
    try:
        number = normalise("phone", written)
    except Malformed:
        return
    assert number.startswith("+")
    assert normalise("phone", number) == number


@pytest.mark.clause("2.3.2")
def test_an_address_is_shown_as_written_and_its_domain_in_small_letters():
    assert normalise("email", " Aliya@EXAMPLE.kz ") == "Aliya@example.kz"


@pytest.mark.clause("2.3.2")
@pytest.mark.parametrize("written", ["aliya", "aliya@", "@example.kz", "a b@example.kz", "aliya@example..kz"])
def test_half_an_address_is_refused(written):
    assert malformed("email", written) == "email_form"


@pytest.mark.clause("2.3.1")
@pytest.mark.parametrize(
    "name", ["Әлия", "Сәрсенова", "Қанатқызы", "О'Нил", "Нұр-Сұлтан", "Müller", "Ким Чен", "Д’Артаньян", "І"]
)
def test_names_stay_as_they_are_written(name):
    assert normalise("surname", f"  {name} ") == name


@pytest.mark.clause("2.3.1")
@pytest.mark.parametrize("name", ["Әлия2", "<b>", "-", "-Әлия", "Әлия@", "😀", "李", "a_b", "x" * 101])
def test_what_is_no_name_is_refused(name):
    assert malformed("given_name", name) in {"name_letters", "name_long"}


def test_a_name_in_decomposed_letters_is_composed():
    assert normalise("surname", "Й") == "Й"


@pytest.mark.parametrize("written", ["1990-01-31", "31.01.1990", "31/1/1990", "31 01 1990"])
def test_a_date_is_read_as_people_write_it(written):
    assert normalise("birth_date", written) == "1990-01-31"


def test_a_date_that_is_not_or_is_not_yet_is_refused():
    assert malformed("birth_date", "31.02.1990") == "date_impossible"
    assert malformed("birth_date", "90-01-31") == "date_form"
    with pytest.raises(Malformed):
        not_after("birth_date", "2026-11-23", date(2026, 11, 22))
    not_after("birth_date", "2026-11-22", date(2026, 11, 22))


def test_an_account_number_is_checked_by_its_remainder():
    body = "125KZT5004100100"
    moved = "".join(str(int(character, 36)) for character in body + "KZ00")
    account = f"KZ{98 - int(moved) % 97:02}{body}"
    assert normalise("iban", f"{account[:4]} {account[4:].lower()}") == account
    wrong = account[:-1] + "1"
    assert malformed("iban", wrong) == "iban_control"
    assert malformed("iban", "DE" + account[2:]) == "iban_form"


def test_document_numbers_are_judged_loosely():
    assert normalise("id_card", "№ 012345678") == "012345678"
    assert normalise("passport", "n 12345678") == "N12345678"
    assert malformed("passport", "012345678") == "document_form"
    assert normalise("document_number", "012345678") == "012345678"


@pytest.mark.clause("1.8")
def test_a_message_keeps_its_lines_and_loses_nothing_else():
    assert normalise("message", " Сәлем!\r\n\r\nСұрақ бар.\n") == "Сәлем!\n\nСұрақ бар."
    assert malformed("message", "a\x00b") == "text_control"


def test_a_field_of_the_operators_own_is_read_as_its_control_says():
    assert normalise("spouse_iin", "900101 300 007", "iin") == "900101300007"
    assert normalise("remark", " бір  сөз ", "text") == "бір  сөз"
    with pytest.raises(Malformed):
        normalise("spouse_iin", "900101300008", "iin")


@given(
    st.sampled_from(["iin", "name", "email", "date", "iban", "id_card", "bin", "message", "choice"]),
    st.text(),
)
def test_whatever_is_written_normalising_twice_is_normalising_once(key, written):
    try:
        once = normalise(key, written)
    except Malformed:
        return
    assert normalise(key, once) == once


@given(st.from_regex(r"\A[78](7[0-9]{9}|[0-9]{10})\Z"))
def test_the_short_way_to_a_mobile_number_leads_where_the_long_way_does(digits):
    def read():
        try:
            return normalise("phone_mobile", digits)
        except Malformed as wrong:
            return wrong.code

    short = read()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(identifiers, "_MOBILE_HERE", re.compile("nothing"))
        assert short == read()


MAIL = st.from_regex(r"[A-Za-z0-9_.+-]{1,12}@[A-Za-z0-9.-]{1,16}", fullmatch=True)


@given(
    st.one_of(
        MAIL, st.sampled_from(["Info@example.kz", "POSTMASTER@Example.KZ", "a@xn--e1afmkfd.kz", "a@b.test"])
    )
)
def test_an_address_read_the_short_way_is_as_the_library_has_it(text):
    try:
        expected = validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        with pytest.raises(Malformed):
            normalise("email", text)
    else:
        assert normalise("email", text) == expected


@given(st.text(alphabet="АҚіёIZz '-‐7_ʼ́.", min_size=1, max_size=8))
def test_a_name_read_the_short_way_is_one_that_the_long_way_would_take(text):
    if identifiers._USUAL_NAME.fullmatch(text):
        assert text[0].isalpha()
        assert all(identifiers._of_name(character) for character in text)
