"""What a new edition changes for Aliya, and when she is asked again."""

import dataclasses

import pytest

from derbes.law.checks import consequences
from derbes.law.vocabulary import Act, Basis, Operation

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


def advertised(**attributes):
    """What follows from this change of the advertising, by code."""
    return found(POLICY, with_purpose("advertising", **attributes))


ADVERTISING = POLICY.purposes["advertising"]


def test_each_consequence_says_what_changed():
    more = {"surname", "iin"} - ADVERTISING.data
    wider = advertised(data=ADVERTISING.data | {"surname", "iin"})["data_wider"]
    assert wider.params == {"purpose": "advertising", "what": ", ".join(sorted(more))}
    one = min(ADVERTISING.data)
    narrower = advertised(data=ADVERTISING.data - {one}, required=frozenset())
    assert narrower["data_narrower"].params == {"purpose": "advertising", "what": one}
    required = advertised(required=ADVERTISING.data)["more_required"]
    missing = ADVERTISING.data - ADVERTISING.required
    assert required.params["what"] == ", ".join(sorted(missing))
    assert not required.renewed


def test_a_field_more_that_is_required_is_told_without_those_that_were():
    one, two = sorted(ADVERTISING.data)[:2]
    before = with_purpose("advertising", required=frozenset({one}))
    after = with_purpose("advertising", required=frozenset({one, two}))
    assert found(before, after)["more_required"].params["what"] == two


def test_a_purpose_that_comes_to_rest_on_consent_is_asked_about_and_one_that_leaves_it_is_not():
    to_law = advertised(basis=Basis.LAW)["basis_changed"]
    assert (to_law.renewed, to_law.params["what"]) == (False, "law")
    to_consent = found(with_purpose("advertising", basis=Basis.LAW), POLICY)["basis_changed"]
    assert (to_consent.renewed, to_consent.params["what"]) == (True, "consent")


def test_what_rests_on_the_law_is_never_asked_again():
    fewer = varied(purposes={key: p for key, p in POLICY.purposes.items() if key != "records"})
    assert found(fewer, POLICY)["purpose_new"].renewed is False
    wider = with_purpose("records", data=POLICY.purposes["records"].data | {"phone_home"})
    assert not found(POLICY, wider)["data_wider"].renewed


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ((1, 0), (0, 365), "kept_shorter"),
        ((1, 0), (0, 366), "kept_longer"),
        ((1, 10), (1, 9), "kept_shorter"),
        ((1, 10), (1, 11), "kept_longer"),
        ((2, 0), (1, 100), "kept_shorter"),
    ],
)
def test_a_year_is_as_long_as_its_days(before, after, code):
    def kept(years, days):
        retention = dataclasses.replace(ADVERTISING.retention, years=years, days=days)
        return with_purpose("advertising", retention=retention)

    assert found(kept(*before), kept(*after)).keys() == {code}


def test_a_clause_that_stays_void_or_stays_valid_tells_nothing_new():
    void = with_void("2.2.4")
    wider = dataclasses.replace(void, purposes=with_purpose("advertising", needed=True).purposes)
    assert found(void, wider).keys() == {"needed_now"}
    assert found(POLICY, with_purpose("advertising", needed=True)).keys() == {"needed_now"}


def test_a_recipient_abroad_is_asked_about_for_what_it_gets_there():
    insurer = POLICY.recipients["insurer"]
    moved = found(POLICY, with_recipient("insurer", country="DE"))
    assert moved.keys() == {"recipient_abroad"}
    assert moved["recipient_abroad"].params == {
        "recipient": "insurer",
        "country": "DE",
        "purposes": "contract",
    }
    assert moved["recipient_abroad"].sentence == "Data may go to insurer in DE, for: contract."
    abroad = with_recipient("insurer", country="DE")
    both = frozenset({"contract", "service"})
    more = found(abroad, with_recipient("insurer", country="DE", purposes=both))
    assert more["recipient_new"].params == {"recipient": "insurer", "country": "DE", "purposes": "service"}
    assert more["recipient_abroad"].purposes == {"service"}
    to_both = found(POLICY, with_recipient("insurer", country="DE", purposes=both))
    assert to_both["recipient_abroad"].params["purposes"] == "contract, service"
    assert to_both["recipient_new"].params["purposes"] == "service"
    assert found(abroad, POLICY) == {}
    assert found(abroad, abroad) == {}
    without = varied(recipients={key: one for key, one in POLICY.recipients.items() if key != "insurer"})
    new = found(without, POLICY)
    assert new.keys() == {"recipient_new"}
    assert new["recipient_new"].sentence == "Data may go to a new recipient, insurer, for: contract."
    assert new["recipient_new"].clause == insurer.clause
    assert found(without, abroad)["recipient_abroad"].purposes == {"contract"}


def test_a_term_that_changes_says_from_what_to_what():
    assert found(POLICY, with_term("claim", days=20))["term_changed"].params == {
        "term": "claim",
        "before": 30,
        "after": 20,
    }
    gone = varied(terms={key: term for key, term in POLICY.terms.items() if key != "claim"})
    assert found(POLICY, gone)["term_changed"].params == {"term": "claim", "before": 30, "after": "—"}
    assert found(POLICY, with_term("claim", working=False)).keys() == {"term_changed"}
    assert found(gone, POLICY) == {}
    assert found(POLICY, with_term("claim", days=20))["term_changed"].clause == POLICY.terms["claim"].clause


def test_a_new_role_and_another_operator_are_told_with_their_clauses():
    assert found(varied(roles={}), POLICY)["role_wider"].clause == "3.3"
    named = dataclasses.replace(POLICY.operator, name={**POLICY.operator.name, "en": "Another"})
    changed = found(POLICY, varied(operator=named))["operator_changed"]
    assert changed.clause == "5.1"
    assert changed.purposes == {key for key, p in POLICY.purposes.items() if p.basis is Basis.CONSENT}
