"""Every refusal of the one decision, with its code, clause and norm; and beside each, what is just permitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from derbes.law.permission import Actor, Facts, Powerless, empower, permit
from derbes.law.retention import consent_ends
from derbes.law.vocabulary import ActorKind, Basis, Operation
from tests.law.test_permission import (
    ALIYA,
    ALL,
    BAUYRZHAN,
    DINARA,
    HERSELF,
    NOON,
    POLICY,
    SYSTEM,
    TAKEN,
    ask,
    refusal,
    transfer,
)

AGREED = Facts(consented=ALL, taken_by=TAKEN)
PROGRAM = Actor(kind=ActorKind.TOKEN, code="t-1", role="integration", purposes=frozenset({"service"}))
DANA = Actor(kind=ActorKind.STAFF, code="d-01", unit="compliance", role="dpo")
RECIPIENT = next(key for key, one in POLICY.recipients.items() if "contract" in one.purposes)
VOID = replace(
    POLICY, clauses={**POLICY.clauses, "2.2.4": replace(POLICY.clauses["2.2.4"], void={"en": "by the court"})}
)
BLOCKED, ARCHIVED, DECEASED = (
    Facts(
        consented=ALL,
        taken_by=TAKEN,
        blocked=name == "blocked",
        archived=name == "archived",
        deceased=name == "deceased",
    )
    for name in ("blocked", "archived", "deceased")
)


def told(request, facts=AGREED, policy=POLICY) -> tuple[str, str, str]:
    refused = refusal(request, facts, policy)
    assert refused.request is request
    assert str(refused) == f"§{refused.clause}: {refused.code}"
    return refused.code, refused.clause, refused.norm


@pytest.mark.parametrize(
    ("request_", "facts", "policy", "answer"),
    [
        (ask(purpose="curiosity"), AGREED, POLICY, ("unknown_purpose", "2.2", "94-V art. 7(8)")),
        (ask(purpose="advertising", fields=["email"]), AGREED, VOID, ("clause_void", "2.2.4", "")),
        (ask(operation=Operation.COLLECT, purpose="advertising", fields=["email"]), AGREED, POLICY,
         ("operation_not_of_purpose", "5.3", "94-V art. 14")),
        (ask(purpose="advertising", fields=["iin"]), AGREED, POLICY, ("data_not_of_purpose", "2.1", "94-V art. 7(9)")),
        (ask(replace(HERSELF, subject=DINARA)), AGREED, POLICY, ("not_yours", "2.4", "94-V art. 24")),
        (ask(replace(BAUYRZHAN, role="lawyer")), AGREED, POLICY, ("purpose_not_of_role", "3.3", "94-V art. 11")),
        (ask(BAUYRZHAN, purpose="verification"), Facts(consented=ALL), POLICY, ("matter_not_taken", "3.3", "94-V art. 11")),
        (ask(), BLOCKED, POLICY, ("blocked", "5.3", "94-V art. 1")),
        (ask(), ARCHIVED, POLICY, ("archived", "3.4", "255-VIII art. 41(3)")),
        (ask(), DECEASED, POLICY, ("deceased", "5", "94-V art. 8(1)")),
        (ask(SYSTEM), DECEASED, POLICY, ("deceased", "5", "94-V art. 8(1)")),
        (ask(purpose="rights"), DECEASED, POLICY, ("deceased", "5", "94-V art. 8(1)")),
        (ask(purpose="rights"), ARCHIVED, POLICY, ("archived", "3.4", "255-VIII art. 41(3)")),
        (ask(), Facts(), POLICY, ("no_consent", "5.1", "94-V art. 8(1)")),
        (transfer(RECIPIENT), Facts(consented={("contract", ""): POLICY}), POLICY, ("no_consent", "3.6.1", "94-V art. 8(1)")),
        (transfer("a_friend"), AGREED, POLICY, ("unknown_recipient", "3.10", "94-V art. 7(6)")),
        (transfer("state_body"), AGREED, POLICY, ("unknown_recipient", "3.10", "94-V art. 7(6)")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)  # fmt: skip
def test_a_refusal_says_which_clause_and_norm(request_, facts, policy, answer):
    assert told(request_, facts, policy) == answer


@pytest.mark.clause("2.1")
def test_a_purpose_may_have_all_the_data_it_names():
    assert permit(ask(fields=POLICY.purposes["service"].data), POLICY, AGREED).basis is Basis.CONSENT


@pytest.mark.clause("3.3")
def test_a_role_that_is_not_assigned_people_needs_no_matter():
    assert permit(ask(DANA, purpose="records", fields=["iin"]), POLICY, Facts())


@pytest.mark.clause("3.3")
def test_a_program_has_the_purposes_of_its_role_that_its_token_names():
    assert permit(ask(PROGRAM), POLICY, AGREED)
    assert told(ask(PROGRAM, purpose="contract"))[0] == "purpose_not_of_role"
    beyond = replace(PROGRAM, purposes=frozenset({"advertising"}))
    assert told(ask(beyond, purpose="advertising", fields=["email"]))[0] == "purpose_not_of_role"
    assert told(ask(replace(PROGRAM, purposes=frozenset())))[0] == "purpose_not_of_role"
    assert told(ask(replace(PROGRAM, role="nobody")))[0] == "purpose_not_of_role"


@pytest.mark.clause("5.3")
def test_what_is_blocked_is_stored_and_nothing_else():
    assert permit(ask(SYSTEM, Operation.STORE), POLICY, BLOCKED)
    for operation in (Operation.USE, Operation.DESTROY, Operation.BLOCK):
        assert told(ask(SYSTEM, operation), BLOCKED)[0] == "blocked"


@pytest.mark.clause("3.4")
def test_what_is_archived_opens_by_order_of_a_law_and_may_be_stored_blocked_and_destroyed():
    assert permit(ask(DANA, purpose="records", fields=["iin"]), POLICY, ARCHIVED)
    assert permit(ask(SYSTEM, Operation.STORE), POLICY, ARCHIVED)
    assert permit(ask(SYSTEM, Operation.DESTROY), POLICY, ARCHIVED)
    assert permit(ask(SYSTEM, Operation.BLOCK), POLICY, ARCHIVED)


def test_of_one_who_has_died_only_what_a_law_orders_goes_on_and_what_protects():
    assert permit(ask(DANA, purpose="records", fields=["iin"]), POLICY, DECEASED)
    assert permit(ask(DANA, purpose="rights", fields=["iin"]), POLICY, DECEASED)
    assert permit(ask(SYSTEM, Operation.STORE), POLICY, DECEASED)
    assert permit(ask(SYSTEM, Operation.DESTROY), POLICY, DECEASED)
    assert told(ask(SYSTEM, Operation.COLLECT), DECEASED)[0] == "deceased"


def test_what_rests_on_law_asks_for_no_consent_and_what_rests_on_consent_does_even_for_storing():
    assert permit(ask(purpose="rights", fields=["iin"]), POLICY, Facts()).basis is Basis.LAW
    assert told(ask(SYSTEM, Operation.STORE), Facts())[0] == "no_consent"


@pytest.mark.clause("5.3")
def test_a_consent_for_a_time_ends_to_the_second():
    key = ("advertising", "")
    facts = Facts(consented={key: POLICY}, given_at={key: NOON})
    until = consent_ends(POLICY.purposes["advertising"], NOON)
    asked = ask(purpose="advertising", fields=["email"])
    assert permit(replace(asked, at=until - timedelta(seconds=1)), POLICY, facts)
    assert told(replace(asked, at=until), facts) == ("consent_over", "5.3", "94-V art. 8(5)")


@pytest.mark.clause("6.5")
def test_a_consent_covers_only_what_its_edition_had():
    service = POLICY.purposes["service"]

    def edition(**changes):
        return replace(POLICY, purposes={**POLICY.purposes, "service": replace(service, **changes)})

    without = replace(POLICY, purposes={key: one for key, one in POLICY.purposes.items() if key != "service"})
    for older in (
        without,
        edition(operations=service.operations - {Operation.USE}),
        edition(data=frozenset({"iin"})),
    ):
        assert told(ask(), Facts(consented={("service", ""): older})) == (
            "consent_narrower",
            "6.5",
            "94-V art. 7(8)",
        )
    assert permit(ask(fields=service.data), POLICY, Facts(consented={("service", ""): POLICY}))


def test_a_consent_to_a_transfer_covers_the_recipients_of_its_edition_for_their_purposes():
    def consented(recipients):
        older = replace(POLICY, recipients=recipients)
        return Facts(consented={("contract", ""): older, ("contract", "transfer"): older})

    assert permit(transfer(RECIPIENT), POLICY, consented(POLICY.recipients))
    gone = {key: one for key, one in POLICY.recipients.items() if key != RECIPIENT}
    other = {
        **POLICY.recipients,
        RECIPIENT: replace(POLICY.recipients[RECIPIENT], purposes=frozenset({"communication"})),
    }
    for recipients in (gone, other):
        assert told(transfer(RECIPIENT), consented(recipients))[0] == "consent_narrower"


def test_the_trace_of_an_actor_is_codes_and_nothing_of_a_person():
    assert BAUYRZHAN.trace() == {"kind": "staff", "code": "r-17", "unit": "registry", "role": "registrar"}
    assert HERSELF.trace() == {"kind": "subject", "code": None, "unit": None, "role": None}
    assert str(ALIYA) not in str(HERSELF.trace())


def test_a_power_needs_a_role_that_has_it_and_someone_who_works_here():
    empower(Actor(kind=ActorKind.SYSTEM, code="console"), POLICY, "publish")
    empower(Actor(kind=ActorKind.TOKEN, code="t-1", role="integration"), POLICY, "block")
    for actor in (
        replace(HERSELF, role="administrator"),
        replace(BAUYRZHAN, role="nobody"),
        replace(BAUYRZHAN, role="auditor"),
    ):
        with pytest.raises(Powerless) as refused:
            empower(actor, POLICY, "publish")
        assert (refused.value.power, refused.value.clause) == ("publish", "3.3")
        assert "publish" in str(refused.value)


def test_of_several_powers_one_is_enough_and_none_is_not():
    empower(replace(BAUYRZHAN, role="auditor"), POLICY, "retention journal")
    with pytest.raises(Powerless):
        empower(replace(BAUYRZHAN, role="auditor"), POLICY, "retention incidents")
