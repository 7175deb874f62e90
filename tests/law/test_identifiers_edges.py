"""What people write at the edges of what is taken: lengths, odd letters, trunk prefixes, control signs."""

from __future__ import annotations

import pytest

from derbes.law.identifiers import control_digit, normalise
from tests.law.test_identifiers import malformed


def test_a_name_is_at_most_a_hundred_letters():
    assert normalise("name", "ә" * 100) == "ә" * 100
    assert malformed("name", "ә" * 101) == "name_long"


@pytest.mark.parametrize("name", ["Ньютон Ḿ", "Q̃ana", "Əliyə", "Жұма-Ай", "д’Артаньян"])
def test_rare_letters_of_both_alphabets_and_marks_over_them_are_letters(name):
    assert normalise("name", name)


@pytest.mark.parametrize(
    "name", ["-Ай", "’Ай", "7Ай", "Αλία", "Ай№", "Ай1", "\u0301Ай", "名", "Ай\u20dd", "Ай\u0482"]
)
def test_what_begins_or_goes_on_without_letters_is_no_name(name):
    assert malformed("name", name) == "name_letters"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("+8 701 234 56 78", "phone_plus_eight"),
        ("+81 3 1234 5678", None),
        ("+", "phone_form"),
        ("()", "phone_form"),
        ("12", "phone_form"),
        ("8 701 234 56 7", "phone_form"),
        ("telephone", "phone_form"),
        ("8 701 234 56 78 доб. 5", "phone_form"),
        ("8 701 234 56 78 доб.", "phone_form"),
        ("x8 701 234 56 78", "phone_form"),
        ("+870 773 111 632", None),
        ("7 7172 55 55 55", None),
        ("8 7172 55 55 55", None),
        ("+7 7172 55 55 55", None),
        ("8 800 080 00 80", "phone_kind"),
    ],
)
def test_a_phone_number_however_it_is_begun(written, code):
    if code:
        assert malformed("phone", written) == code
    else:
        assert normalise("phone", written).startswith("+")


def test_a_fixed_line_is_the_same_number_behind_seven_eight_or_plus_seven():
    for written in ("7 7172 55 55 55", "8 7172 55 55 55", "+7 7172 55 55 55", "7172 55 55 55"):
        assert normalise("phone", written) == "+77172555555"
    assert malformed("mobile", "8 7172 55 55 55") == "phone_mobile"
    assert normalise("mobile", "+49 151 23456789") == "+4915123456789"


def test_a_bin_fails_by_its_control_digit_alone():
    ten = "9501400000"
    good = next(
        f"{ten}{n}{control_digit(f'{ten}{n}')}" for n in range(10) if control_digit(f"{ten}{n}") is not None
    )
    assert normalise("bin", good) == good
    assert malformed("bin", good[:11] + str((int(good[11]) + 1) % 10)) == "bin_control"


def test_lines_end_in_one_way_and_signs_that_cannot_be_seen_are_refused():
    assert normalise("message", "a\r\nb\rc\n\td") == "a\nb\nc\n\td"
    for sign in ("\x00", "\x1b", "\x7f", "\ud800"):
        assert malformed("message", f"a{sign}b") == "text_control"
    assert normalise("message", "a~b") == "a~b"


def test_an_answer_chosen_from_a_list_is_a_word_of_latin_letters_digits_and_underlines():
    assert normalise("choice", "by_post2") == "by_post2"
    assert normalise("contact_language", "kk") == "kk"
    for written in ("by post", "қағаз", "a-b", "a'"):
        assert malformed("choice", written) == "choice"
