"""Who may do what: the one decision, as properties over the example policy."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.law.permission import Actor, Facts, Permission, Powerless, Refused, Request, empower, permit
from derbes.law.policy import parse
from derbes.law.vocabulary import PROTECTIVE, ActorKind, Basis, Operation
from tests.conftest import example_files

POLICY = parse(example_files())
NOON = datetime(2026, 11, 23, 7, tzinfo=UTC)
ALIYA, DINARA = UUID(int=7), UUID(int=8)
BAUYRZHAN = Actor(kind=ActorKind.STAFF, code="r-17", unit="registry", role="registrar")
CHINGIZ = Actor(kind=ActorKind.STAFF, code="m-03", unit="marketing", role="marketing")
HERSELF = Actor(kind=ActorKind.SUBJECT, subject=ALIYA)
SYSTEM = Actor(kind=ActorKind.SYSTEM, code="retention")
ALL = dict.fromkeys(
    [(key, act) for key in POLICY.purposes for act in ("", "transfer", "cross_border", "publication")], POLICY
)
TAKEN = frozenset({"r-17"})

operations = st.sampled_from(sorted(Operation))
purposes = st.sampled_from(sorted(POLICY.purposes))
data = st.frozensets(st.sampled_from([*sorted(POLICY.data), "health", "income"]), max_size=4)
actors = st.sampled_from([BAUYRZHAN, CHINGIZ, HERSELF, SYSTEM])


def ask(actor=HERSELF, operation=Operation.USE, purpose="service", fields=("surname",), **more):
    return Request(
        actor=actor,
        subject=ALIYA,
        operation=operation,
        purpose=purpose,
        fields=frozenset(fields),
        event="test",
        at=NOON,
        **more,
    )


def refusal(request, facts=None, policy=POLICY) -> Refused:
    with pytest.raises(Refused) as refused:
        permit(request, policy, facts or Facts(consented=ALL, taken_by=TAKEN))
    return refused.value


@pytest.mark.clause("5.1")
@given(
    actor=actors,
    operation=st.sampled_from(sorted(set(Operation) - PROTECTIVE)),
    purpose=purposes,
    fields=data,
)
def test_without_consent_nothing_is_permitted_but_what_the_law_orders(actor, operation, purpose, fields):
    try:
        permission = permit(ask(actor, operation, purpose, fields), POLICY, Facts(taken_by=TAKEN))
    except Refused:
        return
    assert permission.basis is Basis.LAW


@given(actor=actors, operation=operations, purpose=purposes, fields=data)
def test_what_is_permitted_is_within_the_purpose(actor, operation, purpose, fields):
    try:
        permission = permit(
            ask(actor, operation, purpose, fields), POLICY, Facts(consented=ALL, taken_by=TAKEN)
        )
    except Refused:
        return
    assert fields <= POLICY.purposes[purpose].data
    assert operation in POLICY.purposes[purpose].operations
    assert permission.edition == POLICY.edition


@pytest.mark.clause("5.3")
@given(actor=actors, operation=st.sampled_from(sorted(set(Operation) - {Operation.STORE})), purpose=purposes)
def test_a_block_stops_everything_but_storage(actor, operation, purpose):
    facts = Facts(consented=ALL, blocked=True, taken_by=TAKEN)
    with pytest.raises(Refused):
        permit(ask(actor, operation, purpose, ()), POLICY, facts)


@pytest.mark.clause("2.2")
def test_an_unknown_purpose_is_refused_before_anything_else():
    assert refusal(ask(purpose="curiosity")).code == "unknown_purpose"


@pytest.mark.clause("2.1")
@pytest.mark.clause("3.8")
def test_data_that_the_purpose_does_not_need_are_refused():
    assert refusal(ask(purpose="advertising", fields=["iin"])).code == "data_not_of_purpose"


def test_an_instance_counts_as_its_kind_of_data():
    request = ask(purpose="communication", fields=[f"message/{ALIYA}"])
    assert permit(request, POLICY, Facts(consented=ALL)).request is request


@pytest.mark.clause("3.3")
def test_a_role_opens_only_what_its_purposes_open():
    assert permit(ask(BAUYRZHAN, purpose="verification"), POLICY, Facts(consented=ALL, taken_by=TAKEN))
    assert refusal(ask(CHINGIZ, purpose="verification")).code == "purpose_not_of_role"
    assert (
        refusal(ask(replace(BAUYRZHAN, role="nobody"), purpose="verification")).code == "purpose_not_of_role"
    )


@pytest.mark.clause("3.3")
def test_a_clerk_opens_only_for_a_matter_that_they_have():
    facts = Facts(consented=ALL, taken_by=frozenset({"r-18"}))
    assert refusal(ask(BAUYRZHAN, purpose="verification"), facts).code == "matter_not_taken"


@pytest.mark.clause("2.4")
def test_a_person_acts_for_themself_alone():
    assert refusal(ask(replace(HERSELF, subject=DINARA))).code == "not_yours"
    assert refusal(ask(replace(HERSELF, subject=None))).code == "not_yours"


def test_protective_operations_rest_on_no_consent():
    for operation in (Operation.BLOCK, Operation.DESTROY):
        assert permit(ask(SYSTEM, operation), POLICY, Facts())


@pytest.mark.clause("6.5")
def test_a_consent_goes_as_far_as_its_own_edition():
    purpose = POLICY.purposes["advertising"]
    narrow = replace(purpose, data=purpose.data - {"phone_mobile"})
    older = replace(POLICY, edition="2026-01-01", purposes={**POLICY.purposes, "advertising": narrow})
    facts = Facts(consented={("advertising", ""): older})
    assert permit(ask(purpose="advertising", fields=["email"]), POLICY, facts)
    refused = refusal(ask(purpose="advertising", fields=["phone_mobile"]), facts)
    assert (refused.code, refused.clause) == ("consent_narrower", "6.5")


@pytest.mark.clause("6.4")
def test_what_rests_on_a_void_clause_stops_and_the_rest_goes_on():
    clause = replace(POLICY.clauses["2.2.4"], void={"en": "by the court"})
    void = replace(POLICY, clauses={**POLICY.clauses, "2.2.4": clause})
    assert refusal(ask(purpose="advertising", fields=["email"]), policy=void).code == "clause_void"
    assert permit(ask(), void, Facts(consented=ALL))


def transfer(recipient, purpose="contract"):
    return ask(SYSTEM, Operation.TRANSFER, purpose, ["surname"], recipient=recipient)


def test_a_transfer_wants_a_consent_of_its_own_and_abroad_one_more():
    recipient = next(key for key, one in POLICY.recipients.items() if "contract" in one.purposes)
    assert refusal(transfer(recipient), Facts(consented={("contract", ""): POLICY})).code == "no_consent"
    both = {("contract", ""): POLICY, ("contract", "transfer"): POLICY}
    assert isinstance(permit(transfer(recipient), POLICY, Facts(consented=both)), Permission)
    abroad = replace(POLICY.recipients[recipient], country="DE")
    foreign = replace(POLICY, recipients={**POLICY.recipients, recipient: abroad})
    assert (
        refusal(transfer(recipient), Facts(consented=dict.fromkeys(both, foreign)), foreign).code
        == "no_consent"
    )


def test_to_a_recipient_that_the_policy_does_not_have_nothing_goes():
    assert refusal(transfer("a_friend")).code == "unknown_recipient"


@pytest.mark.clause("3.3")
def test_a_power_is_of_the_role_and_a_person_has_none():
    empower(BAUYRZHAN, POLICY, "verify")
    for actor, power in ((BAUYRZHAN, "publish"), (CHINGIZ, "verify"), (HERSELF, "journal")):
        with pytest.raises(Powerless):
            empower(actor, POLICY, power)
