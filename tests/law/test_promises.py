"""A promise weaker than a norm is told to the word: what, how much, whose norm, and where in the file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from derbes.law.promises import longest_calendar, promises, weaker
from derbes.law.vocabulary import Basis, Operation
from tests.law.example import NORMS, POLICY, varied, with_purpose, with_recipient, with_term

if TYPE_CHECKING:
    from derbes.law.policy import Policy


def told(policy: Policy, norms: Any = NORMS) -> dict[str, tuple[Any, ...]]:
    """What is told, by code: parameters, clause, norm, place, severity."""
    return {
        one.code: (dict(one.params), one.clause, one.norm, one.where, one.severity)
        for one in promises(policy, norms)
    }


def test_of_the_example_nothing_is_told() -> None:
    assert told(POLICY) == {}


@pytest.mark.parametrize(("days", "most"), [(1, 8), (5, 12), (6, 15), (10, 20), (15, 27), (20, 35)])
def test_so_many_working_days_last_at_most_so_many_calendar_days(days: int, most: int) -> None:
    assert longest_calendar(days) == most


def test_a_term_is_weaker_when_it_could_end_later() -> None:
    term, norm = POLICY.terms["access"], NORMS.terms["access_info"]
    in_days = replace(norm, unit="calendar", days=20)
    assert [weaker(replace(term, days=n), norm) for n in (3, 4)] == [False, True]
    assert [weaker(replace(term, days=n, working=False), norm) for n in (3, 4)] == [False, True]
    assert [weaker(replace(term, days=n), in_days) for n in (10, 11)] == [False, True]
    assert [weaker(replace(term, days=n, working=False), in_days) for n in (20, 21)] == [False, True]
    assert weaker(replace(term, days=999), replace(norm, unit="months")) is False


def test_terms_are_held_against_their_norms() -> None:
    where = "policy.toml, [term.access], days"
    clause = POLICY.terms["access"].clause
    assert told(with_term("access", days=4)) == {
        "term_weaker": (
            {"term": "access", "days": 4, "most": 3, "unit": "working"}, clause, "395/НҚ p. 16", where, "refuse",
        )
    }  # fmt: skip
    found = told(with_term("access", keeps="soul"))
    assert found["term_without_norm"] == ({"term": "access", "norm": "soul"}, clause, "", where, "refuse")
    assert found["term_missing"] == (
        {"norm": "access_info", "days": 3, "unit": "working"},
        "6.2",
        "395/НҚ p. 16",
        "policy.toml, [term]",
        "refuse",
    )
    assert told(with_term("access", extension=1)) == {
        "term_lengthened": (
            {"term": "access", "days": 1, "most": 0}, clause, "395/НҚ p. 16", "policy.toml, [term.access], extension", "refuse",
        )
    }  # fmt: skip


def test_a_term_that_only_the_policy_sets_may_be_longer_and_is_pointed_out() -> None:
    assert told(with_term("claim", days=31))["term_weaker"][-1] == "warn"
    assert told(with_term("claim", extension=99)) == {}


def test_a_term_may_keep_the_norm_of_its_own_name() -> None:
    terms = {key: one for key, one in POLICY.terms.items() if key != "access"}
    named = replace(POLICY.terms["access"], key="access_info", keeps="")
    assert told(varied(terms={**terms, "access_info": named})) == {}
    found = told(varied(terms={**terms, "soul": replace(named, key="soul")}))
    assert found.keys() == {"term_without_norm", "term_missing"}
    assert found["term_without_norm"][0] == {"term": "soul", "norm": "soul"}


def kept(bound: str, since: str = "service_end", act: str = "94-V", **length: int) -> Any:
    """Norms that know one rule of keeping, for the service alone."""
    rule = replace(
        next(iter(NORMS.retention.values())),
        bound=bound, since=since, act=act, article="1", years=0, months=0, days=0, purposes=("service",), basis="",
        category="",
    )  # fmt: skip
    return replace(NORMS, retention={"rule": replace(rule, **length)})


PLACE = "policy.toml, [purpose.service.retention]"


@pytest.mark.parametrize(
    ("norms", "code"),
    [
        (kept("exactly", years=3), None),
        (kept("exactly", years=2, months=12, days=5), None),
        (kept("most", years=3), None),
        (kept("most", years=9), None),
        (kept("least", years=3), None),
        (kept("least", days=1), None),
        (kept("least", "any", days=1), None),
        (kept("most", days=1094), "kept_too_long"),
        (kept("exactly", days=1094), "kept_too_long"),
        (kept("least", days=1096), "kept_too_short"),
        (kept("exactly", days=1096), "kept_too_short"),
        (kept("least", "decided", years=3), "kept_from_elsewhere"),
    ],
)
def test_data_are_kept_neither_longer_nor_shorter_than_allowed(norms: Any, code: str | None) -> None:
    assert list(told(POLICY, norms)) == ([code] if code else [])


def test_what_is_wrong_with_a_term_of_keeping_is_told_with_its_numbers() -> None:
    params = {"purpose": "service", "days": 1095}
    assert told(POLICY, kept("most", years=2, months=2, days=2)) == {
        "kept_too_long": ({**params, "most": 792}, "5.3", "94-V art. 1", PLACE, "refuse")
    }
    assert told(POLICY, kept("least", years=4)) == {
        "kept_too_short": ({**params, "least": 1460}, "5.3", "94-V art. 1", PLACE, "refuse")
    }
    assert told(POLICY, kept("least", act="policy", years=4))["kept_too_short"][-1] == "warn"
    assert told(POLICY, kept("most", "decided", years=9)) == {
        "kept_from_elsewhere": (
            {"purpose": "service", "since": "decided"},
            "5.3",
            "94-V art. 1",
            PLACE,
            "refuse",
        )
    }
    both = replace(POLICY.purposes["service"].retention, years=1, days=10)
    assert told(with_purpose("service", retention=both), kept("least", years=2))["kept_too_short"][0] == {
        "purpose": "service",
        "days": 375,
        "least": 730,
    }


def test_a_rule_binds_by_purpose_by_basis_or_by_category_of_what_rests_on_consent() -> None:
    def bound(**changes: Any) -> set[str]:
        rule = replace(kept("most").retention["rule"], purposes=(), since="any", **changes)
        found = promises(POLICY, replace(NORMS, retention={"rule": rule}))
        return {str(one.params["purpose"]) for one in found}

    some = {key for key, one in POLICY.purposes.items() if one.retention.years or one.retention.days}
    assert bound() == set()
    assert bound(basis="law") == {key for key in some if POLICY.purposes[key].basis is Basis.LAW}
    category = POLICY.data["iin"].category
    holding = {
        key
        for key, one in POLICY.purposes.items()
        if one.basis is Basis.CONSENT and any(POLICY.data[name].category == category for name in one.data)
    }
    assert bound(category=category) == holding & some
    assert bound(category="soul", basis="law") == set()


def test_a_choice_is_never_forced() -> None:
    place, norm = "policy.toml, [purpose.advertising]", "94-V art. 7(8), 24(1)(5)"
    forced = {"purpose_forced": ({"purpose": "advertising"}, "2.2.4", norm, place, "refuse")}
    assert told(with_purpose("advertising", needed=True)) == forced
    assert told(with_purpose("advertising", basis=Basis.LAW)) == forced
    one = min(POLICY.purposes["advertising"].data)
    assert told(with_purpose("advertising", required=frozenset({one}))) == {
        "required_by_choice": ({"purpose": "advertising"}, "2.1", "94-V art. 7(9)", place, "refuse")
    }


def test_research_needs_data_without_people() -> None:
    operations = POLICY.purposes["research"].operations - {Operation.DEPERSONALISE}
    assert told(with_purpose("research", operations=operations)) == {
        "research_personal": (
            {}, POLICY.purposes["research"].clause, "94-V art. 17(1)", "policy.toml, [purpose.research]", "refuse",
        )
    }  # fmt: skip


def test_each_field_is_needed_for_something_and_shown_to_its_person() -> None:
    shoe = varied(data={**POLICY.data, "shoe": POLICY.data["iin"]})
    assert told(shoe) == {
        "field_without_purpose": (
            {"field": "shoe"}, "2.1", "94-V art. 7(9), 25(2)(1)", "policy.toml, [data.shoe]", "refuse",
        ),
        "field_without_rights": (
            {"field": "shoe"}, "6.1", "94-V art. 24(1)(1)", "policy.toml, [purpose.rights], data", "refuse",
        ),
    }  # fmt: skip
    rights = POLICY.purposes["rights"]
    assert told(with_purpose("rights", data=rights.data - {"iin"})).keys() == {"field_without_rights"}
    without = {key: one for key, one in POLICY.purposes.items() if key != "rights"}
    assert "field_without_rights" in told(varied(purposes=without))


def test_data_that_leave_the_country_or_go_to_nobody_are_pointed_out() -> None:
    assert told(with_recipient("insurer", country="DE")) == {
        "recipient_abroad": (
            {"recipient": "insurer", "country": "DE"}, "3.10", "94-V art. 12(2), 16", "policy.toml, [recipient.insurer]", "warn",
        )
    }  # fmt: skip
    assert told(with_recipient("other", country="DE")) == {}
    operations = POLICY.purposes["advertising"].operations | {Operation.TRANSFER}
    assert told(with_purpose("advertising", operations=operations)) == {
        "transfer_to_nobody": (
            {"purpose": "advertising"}, "3.6", "94-V art. 7(6)", "policy.toml, [purpose.advertising], operations", "warn",
        )
    }  # fmt: skip
