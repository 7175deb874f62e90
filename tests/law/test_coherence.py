"""What in a policy does not fit together is told with its place; what fits is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from derbes.law.coherence import contradictions
from derbes.law.policy import ACCESSORY, comes_into_force, needing, orders
from derbes.law.vocabulary import Act, Basis, Operation
from tests.law.example import POLICY, varied, with_purpose, with_recipient, with_term, with_void

if TYPE_CHECKING:
    from derbes.law.policy import Policy


def told(policy: Policy) -> list[tuple[str, str]]:
    return [(table, key) for table, key, _, _ in contradictions(policy)]


def data(key: str, **attributes: object) -> Policy:
    return varied(data={**POLICY.data, key: replace(POLICY.data[key], **attributes)})


def clauses(**numbers: str) -> Policy:
    """The example with one more clause, of this number."""
    return varied(clauses={**POLICY.clauses, numbers["number"]: POLICY.clauses["1"]})


def role(**attributes: object) -> Policy:
    return varied(roles={**POLICY.roles, "registrar": replace(POLICY.roles["registrar"], **attributes)})


ADVERTISING = POLICY.purposes["advertising"]
NOTHING = frozenset[str]()
WRONG = {
    "an operation is missing": (
        varied(operations={key: one for key, one in POLICY.operations.items() if key != Operation.USE}),
        ("operation", "use"),
    ),
    "an act is missing": (
        varied(acts={key: one for key, one in POLICY.acts.items() if key != Act.TRANSFER}),
        ("act", "transfer"),
    ),
    "an edition that is no date": (varied(edition="first"), ("", "edition")),
    "an edition of number nought": (varied(edition="2026-11-22.0"), ("", "edition")),
    "a change at any time": (varied(change_in_force="soon"), ("", "change_in_force")),
    "a term of nothing": (with_term("claim", days=0), ("term.claim", "days")),
    "a category that is not there": (data("iin", category="soul"), ("data.iin", "category")),
    "a control that is not known": (data("iin", control="magic"), ("data.iin", "control")),
    "choices of what is no choice": (data("iin", choices=("a",)), ("data.iin", "choices")),
    "a choice without choices": (data("contact_language", choices=()), ("data.contact_language", "choices")),
    "data that are not there": (
        with_purpose("advertising", data=ADVERTISING.data | {"soul"}),
        ("purpose.advertising", "data"),
    ),
    "a clock of an unknown event": (
        with_purpose("advertising", retention=replace(ADVERTISING.retention, since="birth")),
        ("purpose.advertising.retention", "since"),
    ),
    "required beyond the data": (
        with_purpose("advertising", required=frozenset({"iin"})),
        ("purpose.advertising", "required"),
    ),
    "no operations": (
        with_purpose("advertising", operations=frozenset()),
        ("purpose.advertising", "operations"),
    ),
    "a law without its norm": (with_purpose("records", norm=""), ("purpose.records", "norm")),
    "a recipient for what is not there": (
        with_recipient("other", purposes=frozenset({"soul"})),
        ("recipient.other", "purposes"),
    ),
    "a country that is none": (with_recipient("other", country="kz"), ("recipient.other", "country")),
    "a recipient for what is not transferred": (
        with_recipient("other", purposes=frozenset({"advertising"})),
        ("recipient.other", "purposes"),
    ),
    "a role for what is not there": (role(purposes=frozenset({"soul"})), ("role.registrar", "purposes")),
    "a power that is not known": (role(powers=frozenset({"fly"})), ("role.registrar", "powers")),
    "data of no clause": (data("iin", clause="9.9"), ("data.iin", "clause")),
    "a purpose of no clause": (with_purpose("advertising", clause="9.9"), ("purpose.advertising", "clause")),
    "a retention of no clause": (
        with_purpose("advertising", retention=replace(ADVERTISING.retention, clause="9.9")),
        ("purpose.advertising.retention", "clause"),
    ),
    "a recipient of no clause": (with_recipient("other", clause="9.9"), ("recipient.other", "clause")),
    "a term of no clause": (with_term("claim", clause="9.9"), ("term.claim", "clause")),
    "an act of no clause": (varied(acts={**POLICY.acts, Act.TRANSFER: "9.9"}), ("act.transfer", "clause")),
    "a clause without a number": (clauses(number="x"), ("clause", "x")),
    "a clause of number nought": (clauses(number="0"), ("clause", "0")),
    "a clause that nothing holds": (clauses(number="9.1"), ('clause."9.1"', "clause")),
    "a clause that nothing holds, deeper": (clauses(number="2.9.1"), ('clause."2.9.1"', "clause")),
}  # fmt: skip


@pytest.mark.parametrize(("policy", "place"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_told_once_with_its_place(policy: Policy, place: tuple[str, str]) -> None:
    assert told(policy) == [place]


RIGHT = {
    "the example": POLICY,
    "a second edition of a day": varied(edition="2026-11-22.2"),
    "days of notice": varied(change_in_force="10 days"),
    "consent without a norm": with_purpose("advertising", norm=""),
    "a recipient for a transfer": with_recipient(
        "other", purposes=frozenset({key for key, one in POLICY.purposes.items() if Operation.TRANSFER in one.operations})
    ),
    "one clause more": clauses(number="7"),
    "one clause more within another": clauses(number="6.8"),
}  # fmt: skip


@pytest.mark.parametrize("policy", RIGHT.values(), ids=RIGHT)
def test_what_fits_is_not_told(policy: Policy) -> None:
    assert told(policy) == []


def test_a_policy_without_purposes_is_none() -> None:
    assert ("", "purpose") in told(varied(purposes={}))
    assert ("role.registrar", "purposes") in told(varied(purposes={}))


def test_a_contradiction_names_what_it_is_about() -> None:
    found = list(contradictions(with_purpose("advertising", data=ADVERTISING.data | {"soul", "body"})))
    assert [params for *_, params in found] == [{"names": "body, soul"}]
    found = list(contradictions(with_recipient("other", purposes=frozenset({"advertising"}))))
    assert [params for *_, params in found] == [{"names": "advertising"}]


def test_a_clause_is_void_with_every_clause_that_holds_it() -> None:
    assert with_void("2.2.4").void("2.2.4")
    assert with_void("2.2").void("2.2.4")
    assert with_void("2").void("2.2.4")
    assert not with_void("2.2.4").void("2.2")
    assert not with_void("2.2.4").void("2.2.3")
    assert not with_void("2.2.4").void("9.9")
    assert with_void("2").void("2.99")


def test_a_law_orders_only_by_purposes_that_serve_no_other() -> None:
    assert {key for key, one in POLICY.purposes.items() if orders(one)} == {"records"}
    for key in ACCESSORY:
        assert not orders(replace(POLICY.purposes[key], basis=Basis.LAW))
    assert orders(replace(ADVERTISING, basis=Basis.LAW))
    assert not orders(ADVERTISING)


def test_data_are_needed_by_what_was_agreed_to_and_by_the_law() -> None:
    def needed(key: str, *agreed: str) -> list[str]:
        return [one.key for one in needing(POLICY, key, frozenset(agreed))]

    by_law = [
        key for key, one in POLICY.purposes.items() if "iin" in one.data and one.basis is not Basis.CONSENT
    ]
    assert needed("iin") == by_law
    assert by_law
    assert needed("iin", "service", "advertising") == ["service", *by_law]
    assert needed("soul", "service") == []


def test_an_edition_that_names_a_moment_waits_for_it_and_not_for_an_earlier_one() -> None:
    from datetime import UTC, datetime, timedelta

    at, day = datetime(2026, 11, 22, tzinfo=UTC), timedelta(days=1)
    later = varied(effective=at + 5 * day)
    assert comes_into_force(POLICY, at) == at
    assert comes_into_force(later, at) == at + 5 * day
    assert comes_into_force(varied(effective=at - day), at) == at
    promised = varied(change_in_force="10 days")
    assert comes_into_force(later, at, promised) == at + 10 * day
    assert comes_into_force(later, at, varied(change_in_force="posting")) == at + 5 * day
