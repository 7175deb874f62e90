"""What stands in a policy's way is told to the word: the sentence, its clause and norm, and where in which file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from derbes.law.checks import already_published, check
from derbes.law.policy import parse
from tests.law.example import FILES, NORMS, POLICY, changed, varied, with_purpose, with_void

if TYPE_CHECKING:
    from collections.abc import Mapping

    from derbes.law.policy import Policy

REAL = varied(
    example=False,
    operator=replace(
        POLICY.operator,
        bin="210140001004",
        register_number="02-21-001",
        phone="+77000037733",
        address=dict.fromkeys(("kk", "ru", "en"), "Астана"),
    ),
)


def told(
    policy: Policy = POLICY, files: Mapping[str, str] = FILES, previous: Policy | None = None
) -> dict[str, tuple[str, str, str, str, str]]:
    """Sentence, clause, norm, place and severity, by code; that the policy is an example is left out."""
    return {
        one.code: (one.sentence, one.clause, one.norm, one.where, one.severity)
        for one in check(policy, files, NORMS, previous)
        if one.code != "example"
    }


def of_text(name: str, *swaps: tuple[str, str]) -> dict[str, tuple[str, str, str, str, str]]:
    """What is told when a text of the example is changed."""
    files = changed(name, *swaps)
    return told(parse(files), files)


def test_who_has_filled_in_everything_hears_nothing() -> None:
    assert check(REAL, FILES, NORMS) == []


def with_operator(**attributes: object) -> Policy:
    """The policy of a real operator who said these things otherwise."""
    return replace(REAL, operator=replace(REAL.operator, **attributes))  # type: ignore[arg-type]


@pytest.mark.clause("5.1")
@pytest.mark.parametrize("key", ["bin", "register_number", "site", "email", "phone", "name", "address"])
def test_each_thing_that_an_operator_does_not_say_is_named(key: str) -> None:
    norm = "94-V art. 8(4)(1); 62-VI art. 15(1)(6)"
    sentence = f"The policy does not say the operator's {key}. Fill it in."
    where = f"policy.toml, [operator], {key}"
    lacks = {"operator_incomplete": (sentence, "5.1", norm, where, "refuse")}
    empty = dict.fromkeys(("kk", "ru", "en"), "") if key in {"name", "address"} else ""
    assert told(with_operator(**{key: empty})) == lacks


def test_a_text_in_brackets_waits_for_its_filling_and_one_that_only_begins_with_one_does_not() -> None:
    def found(kk: str, ru: str) -> bool:
        return "operator_incomplete" in told(with_operator(name={"kk": kk, "ru": ru, "en": "Ulgi"}))

    assert found("(оператор толтырады)", "ТОО «Улги»")
    assert found("«Үлгі» ЖШС", "")
    assert found("«Үлгі» ЖШС", "(заполняет оператор)")
    assert not found("«Үлгі» ЖШС (Астана)", "(ТОО) Улги")


def test_a_number_that_is_no_bin_is_told() -> None:
    sentence = "The operator's BIN is not one: check its digits."
    assert told(with_operator(bin="210140000010")) == {
        "operator_bin": (sentence, "5.1", "94-V art. 8(4)(1)", "policy.toml, [operator], bin", "refuse"),
    }


def test_what_is_published_already_says_which_and_where() -> None:
    one = already_published("2026-11-22")
    assert one.sentence == "The edition 2026-11-22 is published already. Give this one a later name."
    assert (one.code, one.clause, one.where) == ("already_published", "6.5", "policy.toml, edition")


def test_only_an_enforced_clause_must_name_its_norm() -> None:
    def with_clause(*, enforced: bool) -> Policy:
        clause = replace(POLICY.clauses["5.1"], norm="", enforced=enforced)
        return varied(clauses={**POLICY.clauses, "5.1": clause})

    where = 'policy.toml, [clause."5.1"], norm'
    sentence = "Clause 5.1 is enforced but names no norm."
    assert told(with_clause(enforced=True)) == {"clause_without_norm": (sentence, "5.1", "", where, "refuse")}
    assert told(with_clause(enforced=False)) == {}


@pytest.mark.clause("6.4")
def test_a_void_clause_says_what_stops_with_it() -> None:
    advertising, rights = POLICY.purposes["advertising"], POLICY.purposes["rights"]
    stops = f"Clause {advertising.clause} is void: the purpose advertising, which rests on it alone, stops."
    orders = f"Clause {rights.clause} is void, but the law itself orders the purpose rights."
    alone = with_purpose("advertising", clause="2.1")  # nothing else rests on 2.1
    policy = replace(with_void("2.1"), purposes=alone.purposes)
    where = 'policy.toml, [clause."2.1"], void'
    assert told(policy)["void_purpose"] == (
        stops.replace(advertising.clause, "2.1"), "2.1", advertising.norm, where, "warn",
    )  # fmt: skip
    where = f'policy.toml, [clause."{rights.clause}"], void'
    assert told(with_void(rights.clause))["void_law"] == (orders, rights.clause, rights.norm, where, "refuse")


@pytest.mark.clause("6.5")
@pytest.mark.parametrize(
    ("edition", "previous", "refused"),
    [
        ("2026-11-22.1", "2026-11-22", False),
        ("2026-11-22", "2026-11-22.1", True),
        ("2026-11-22.10", "2026-11-22.9", False),
        ("2026-11-22.9", "2026-11-22.10", True),
        ("2026-11-23", "2026-11-22.9", False),
    ],
)
def test_editions_of_one_day_follow_each_other_by_their_numbers(
    edition: str, previous: str, *, refused: bool
) -> None:
    found = told(varied(edition=edition), previous=varied(edition=previous))
    sentence = f"The edition {edition} is not later than {previous}, which is in force."
    wrong = {"edition_not_later": (sentence, "6.5", "", "policy.toml, edition", "refuse")}
    assert found == (wrong if refused else {})


def test_a_clause_that_is_gone_is_told_and_no_other() -> None:
    previous = varied(edition="2026-01-01", clauses={**POLICY.clauses, "6.8": POLICY.clauses["6.7"]})
    sentence = "Clause 6.8 of the edition in force is missing. Mark it void rather than remove it."
    where = 'policy.toml, [clause."6.8"]'
    assert told(previous=previous) == {"clause_gone": (sentence, "6.8", "Civil Code art. 161", where, "warn")}


def test_a_text_that_is_missing_is_named() -> None:
    sentence = "The policy has no ru.md; Kazakh and Russian are obligatory."
    files = {name: text for name, text in FILES.items() if name != "ru.md"}
    assert told(POLICY, files) == {"text_missing": (sentence, "", "62-VI art. 15(1)(2)", "ru.md", "refuse")}


def test_what_is_wrong_with_a_clause_of_a_text_names_file_and_clause() -> None:
    lacks = {"clause_not_in_text": ("kk.md lacks clause 3.4.", "3.4", "", "kk.md", "refuse")}
    assert of_text("kk.md", ("{#3.4}", "")) == lacks
    found = of_text("ru.md", ("3.4. {#3.4}", "3.44. {#3.44}"))
    sentence = "policy.toml lacks clause 3.44, which ru.md has."
    assert found["clause_not_in_policy"] == (sentence, "3.44", "", "ru.md", "refuse")
    swapped = (("6.3. {#6.3}", "6.9. {#6.9}"), ("6.4. {#6.4}", "6.3. {#6.3}"), ("6.9. {#6.9}", "6.4. {#6.4}"))
    late = ("In ru.md clause 6.3 stands too late.", "6.3", "", "ru.md", "refuse")
    assert of_text("ru.md", *swapped) == {"clause_out_of_order": late}


def test_a_number_by_hand_is_quoted_with_its_file() -> None:
    ((code, one),) = of_text("ru.md", ("{{ terms.claim.within }}", "60 рабочих дней")).items()
    assert one[0] == "ru.md states a number of its own: 60 рабоч. Draw it from policy.toml."
    assert (code, *one[1:]) == ("number_in_text", "6.2", "", "ru.md", "refuse")


@pytest.mark.clause("5.1")
def test_a_head_that_lacks_one_of_the_eight_things_says_which_by_the_law() -> None:
    def lacking(thing: str, item: int) -> None:
        sentence = f"consent/ru.md, head: the consent must say {thing}."
        norm = f"94-V art. 8(4)({item})"
        found = of_text("consent/ru.md", (f"{{{{ {thing} }}}}", "—"))
        assert found == {"consent_incomplete": (sentence, "5.1", norm, "consent/ru.md", "refuse")}

    lacking("operator.bin", 1)
    lacking("consent.data", 7)


def test_a_consent_without_a_head_lacks_all_eight() -> None:
    files = changed("consent/ru.md", ("{#head}", "{#gone}"))
    found = [one for one in check(parse(files), files, NORMS) if one.code == "consent_incomplete"]
    assert {one.norm for one in found} == {f"94-V art. 8(4)({item})" for item in range(1, 9)}


@pytest.mark.clause("5.2")
def test_a_purpose_or_an_act_without_its_text_is_named() -> None:
    found = of_text("consent/kk.md", ("{#act.transfer}", "{#gone}"))
    sentence = "consent/kk.md has no text act.transfer: it needs a consent of its own."
    assert found["consent_missing"] == (sentence, "5.1", "94-V art. 7(3), 7(6)", "consent/kk.md", "refuse")
    found = of_text("consent/kk.md", ("{#purpose.advertising}", "{#gone}"))
    sentence = "consent/kk.md has no text purpose.advertising: it needs a consent of its own."
    assert found["consent_missing"] == (sentence, "5.1", "94-V art. 7(8), 8(4)", "consent/kk.md", "refuse")


def test_a_part_that_does_not_draw_from_the_policy_says_what_it_lacks() -> None:
    found = of_text("consent/ru.md", ("{{ act.countries }}", "…"))
    sentence = "consent/ru.md, act.cross_border: the consent must say act.countries."
    norm = "94-V art. 7(3), 7(6)"
    assert found == {"consent_incomplete": (sentence, "5.1", norm, "consent/ru.md", "refuse")}


@pytest.mark.clause("2.4")
@pytest.mark.parametrize("statement", ["own", "represented"])
def test_the_consent_of_one_who_acts_for_another_is_tried_too(statement: str) -> None:
    wrong = (f"{{#statement.{statement}}}\n\n", f"{{#statement.{statement}}}\n\n{{{{ subject.nmae }}}} ")
    (one,) = of_text("consent/ru.md", wrong).items()
    assert (one[0], *one[1][1:]) == ("text_wrong", "5.1", "", "consent/ru.md", "refuse")
