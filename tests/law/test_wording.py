"""How a value of the policy reads in a sentence, in three languages: each name, each form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derbes.law.vocabulary import Act, Operation
from derbes.law.wording import UNFILLED, Words, counted, lower_first
from tests.law.example import LANGUAGES, POLICY, varied, with_purpose, with_term

FORMS = {"kk": ("күн",) * 3, "ru": ("день", "дня", "дней"), "en": ("day", "days", "days")}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 дней"), (1, "1 день"), (2, "2 дня"), (3, "3 дня"), (4, "4 дня"), (5, "5 дней"), (9, "9 дней"),
        (10, "10 дней"), (11, "11 дней"), (12, "12 дней"), (13, "13 дней"), (14, "14 дней"), (15, "15 дней"),
        (20, "20 дней"), (21, "21 день"), (22, "22 дня"), (24, "24 дня"), (25, "25 дней"), (100, "100 дней"),
        (101, "101 день"), (102, "102 дня"), (111, "111 дней"), (112, "112 дней"), (114, "114 дней"), (121, "121 день"),
    ],
)  # fmt: skip
def test_a_noun_bends_with_its_number_in_russian(number: int, said: str) -> None:
    assert counted(number, FORMS, "ru") == said


def test_a_noun_has_two_forms_in_english_and_one_in_kazakh() -> None:
    assert [counted(n, FORMS, "en") for n in (0, 1, 2, 21)] == ["0 days", "1 day", "2 days", "21 days"]
    assert [counted(n, FORMS, "kk") for n in (0, 1, 2, 21)] == ["0 күн", "1 күн", "2 күн", "21 күн"]


@pytest.mark.parametrize(
    ("text", "within"),
    [("Surname", "surname"), ("IP address", "IP address"), ("A", "a"), ("", ""), ("ТАӘ", "ТАӘ"), ("БСН-ді", "БСН-ді"),
     ("Әке", "әке"), ("iPad", "iPad"), ("JSc", "JSc")],
)  # fmt: skip
def test_a_label_in_a_sentence_begins_small_unless_it_is_an_abbreviation(text: str, within: str) -> None:
    assert lower_first(text) == within


@pytest.mark.parametrize(
    ("years", "days", "kept"),
    [
        (3, 0, "3 years from the day on which you stop using the service"),
        (0, 1, "1 day from the day on which you stop using the service"),
        (1, 30, "1 year 30 days from the day on which you stop using the service"),
        (0, 0, "for as long as you use the service"),
    ],
)
def test_how_long_data_are_kept_is_told_in_years_and_days(years: int, days: int, kept: str) -> None:
    retention = replace(POLICY.purposes["service"].retention, years=years, days=days)
    policy = with_purpose("service", retention=retention)
    assert Words(policy, "en").kept("service") == kept
    assert Words(policy, "en").of("retention.service.term") == kept
    assert Words(policy, "en").of("retention.service.years") == str(years)
    assert Words(policy, "en").of("retention.service.days") == str(days)


def test_a_retention_of_no_purpose_or_in_no_form_is_not_told() -> None:
    words = Words(POLICY, "en")
    assert words.of("retention.nothing.term") is None
    assert words.of("retention.service") is None
    assert words.of("retention.service.months") is None


TERM = {
    "days": "2",
    "working_days": "2",
    "calendar_days": None,
    "term": "2 рабочих дня",
    "within": "в течение 2 рабочих дней",
    "extension": "5 рабочих дней",
    "label": "предоставление сведений о ваших данных",
    "hours": None,
    "": None,
}


def test_a_term_in_working_days_is_told_in_its_forms() -> None:
    words = Words(with_term("access", days=2, extension=5), "ru")
    assert {form: words.of(f"terms.access.{form}") for form in TERM} == TERM
    assert words.of("terms.nothing.days") is None


def test_a_term_in_calendar_days_says_so_in_all_of_them() -> None:
    words = Words(with_term("access", days=2, working=False, extension=5), "ru")
    assert {form: words.of(f"terms.access.{form}") for form in TERM} == {
        **TERM,
        "working_days": None,
        "calendar_days": "2",
        "term": "2 календарных дня",
        "within": "в течение 2 календарных дней",
        "extension": "5 календарных дней",
    }


def test_a_term_that_cannot_be_lengthened_has_no_extension() -> None:
    assert Words(with_term("access", extension=0), "en").of("terms.access.extension") is None


def test_an_operator_is_told_as_they_are_or_left_to_be_filled_in() -> None:
    words = Words(POLICY, "en")
    assert words.of("operator.name") == POLICY.operator.name["en"]
    assert words.of("operator.email") == "privacy@example.kz"
    assert words.of("operator.bin") == UNFILLED["en"]
    assert words.of("operator.age") is None


def test_edition_and_limits_are_told_as_they_are() -> None:
    words = Words(POLICY, "kk")
    assert words.of("edition.date") == POLICY.edition
    assert words.of("edition.name") is None
    assert words.of("limits.draft_days") == str(POLICY.limits["draft_days"])
    assert words.of("limits.nothing") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_of_thing_has_its_label(language: str) -> None:
    words = Words(POLICY, language)
    assert words.of("data.surname") == POLICY.data["surname"].label[language]
    assert words.of("purposes.service") == POLICY.purposes["service"].label[language]
    assert words.of("recipients.insurer") == POLICY.recipients["insurer"].label[language]
    assert words.of("operations.use") == POLICY.operations[Operation.USE][language]
    assert words.of("acts.transfer") == POLICY.act_labels[Act.TRANSFER][language]
    for nothing in ("data.soul", "data", "souls.surname", "", "."):
        assert words.of(nothing) is None


def test_lists_stand_in_a_sentence_and_data_as_bullets() -> None:
    two = {key: POLICY.data[key] for key in ("surname", "iin", "access_time")}
    two["access_time"] = replace(two["access_time"], personal=False)
    policy = varied(data=two, recipients={key: POLICY.recipients[key] for key in ("insurer", "other")})
    words = Words(policy, "en")
    surname, iin = (two[key].label["en"] for key in ("surname", "iin"))
    assert words.of("list.data") == f"- {surname};\n- {iin}."
    labels = [POLICY.recipients[key].label["en"] for key in ("insurer", "other")]
    assert words.of("list.recipients") == ", ".join(labels)
    assert words.of("list.operations") == ", ".join(POLICY.operations[one]["en"] for one in Operation)
    assert words.of("list.souls") is None
    assert words.labels([{"en": "a"}, {"en": "b"}], " or ") == "a or b"
