"""What a new edition changes for Aliya, and when she is asked again."""

import dataclasses

import pytest

from derbes.law.checks import consequences
from derbes.law.vocabulary import Act, Operation

from .example import POLICY, varied, with_purpose, with_recipient, with_term, with_void

pytestmark = pytest.mark.clause("6.5")


def found(old, new):
    return {consequence.code: consequence for consequence in consequences(old, new)}


def test_nothing_follows_from_the_same_policy():
    assert consequences(POLICY, POLICY) == []


def test_a_new_purpose_is_asked_about_and_an_old_one_ends():
    fewer = varied(purposes={key: p for key, p in POLICY.purposes.items() if key != "advertising"})
    assert found(fewer, POLICY)["purpose_new"].renewed
    assert not found(POLICY, fewer)["purpose_gone"].renewed


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"data": POLICY.purposes["advertising"].data | {"surname"}}, "data_wider"),
        (
            {"operations": POLICY.purposes["advertising"].operations | {Operation.TRANSFER}},
            "operations_wider",
        ),
        (
            {"retention": dataclasses.replace(POLICY.purposes["advertising"].retention, years=2)},
            "kept_longer",
        ),
        (
            {"retention": dataclasses.replace(POLICY.purposes["advertising"].retention, since="service_end")},
            "kept_longer",
        ),
        ({"needed": True}, "needed_now"),
    ],
)
def test_whatever_widens_is_asked_again_and_narrowing_is_not(attributes, code):
    wider = with_purpose("advertising", **attributes)
    consequence = found(POLICY, wider)[code]
    assert consequence.renewed
    assert consequence.purposes == {"advertising"}
    assert consequence.clause == "2.2.4"
    if code != "kept_longer":
        assert not any(back.renewed for back in consequences(wider, POLICY))


def test_a_shorter_term_of_keeping_asks_nobody():
    shorter = dataclasses.replace(POLICY.purposes["service"].retention, years=1)
    assert found(POLICY, with_purpose("service", retention=shorter)).keys() == {"kept_shorter"}


def test_a_new_recipient_needs_a_new_consent_to_transfer_and_one_abroad_another():
    wider = with_recipient("other", purposes=frozenset({"contract"}))
    consequence = found(POLICY, wider)["recipient_new"]
    assert (consequence.act, consequence.purposes, consequence.renewed) == (Act.TRANSFER, {"contract"}, True)
    abroad = found(POLICY, with_recipient("insurer", country="DE"))["recipient_abroad"]
    assert (abroad.act, abroad.renewed) == (Act.CROSS_BORDER, True)
    assert consequences(wider, POLICY) == []


def test_another_operator_asks_everybody_for_everything():
    operator = dataclasses.replace(POLICY.operator, bin="210140000018")
    consequence = found(POLICY, varied(operator=operator))["operator_changed"]
    assert consequence.renewed
    assert "service" in consequence.purposes
    assert "rights" not in consequence.purposes


@pytest.mark.clause("6.4")
def test_a_void_clause_stops_its_purpose_and_restoring_it_asks_again():
    void = with_void("2.2.4")
    assert not found(POLICY, void)["purpose_stopped"].renewed
    assert found(void, POLICY)["purpose_resumed"].renewed


def test_terms_and_roles_that_change_are_told_without_asking():
    assert not found(POLICY, with_term("claim", days=20))["term_changed"].renewed
    registrar = dataclasses.replace(
        POLICY.roles["registrar"], purposes=frozenset({"service", "verification"})
    )
    wider = found(POLICY, varied(roles={**POLICY.roles, "registrar": registrar}))["role_wider"]
    assert wider.sentence == "The role registrar may open data for: service."
    assert not wider.renewed


def test_what_asks_people_again_comes_first():
    changed = dataclasses.replace(
        with_term("claim", days=20),
        recipients=with_recipient("other", purposes=frozenset({"contract"})).recipients,
    )
    assert [c.renewed for c in consequences(POLICY, changed)] == [True, False]
