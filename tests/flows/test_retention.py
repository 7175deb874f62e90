"""Terms end: trimmed, archived, destroyed, depersonalised; dry run and real run are one; holds and approvals."""

from datetime import UTC, datetime, timedelta

import pytest

from derbes.core.acts.models import Act
from derbes.core.archive.models import Archived
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.flows import (
    accounts,
    agreements,
    consent,
    destruction,
    gate,
    holds,
    journal,
    registration,
    retention,
)
from derbes.flows.agreements import EndReason, Kind
from derbes.flows.holds import HoldReason
from derbes.law.permission import Actor, Powerless, Refused
from derbes.law.retention import Outcome, lasts, year_end
from derbes.law.vocabulary import ActorKind, Operation
from tests.conftest import ALIYA, NOON

pytestmark = pytest.mark.django_db
SYSTEM = Actor(kind=ActorKind.SYSTEM, code="retention")
OFFICER = Actor(kind=ActorKind.STAFF, code="c-01", unit="cases", role="case_officer")
THREE_YEARS = lasts(NOON, years=3)


@pytest.fixture
def answers(dana):
    return accounts.actor(dana)


def a_year_of_debt(person, *, ended):
    """Aliya had a debt, which is settled."""
    debt = agreements.begin(OFFICER, person.subject, Kind.DEBT, started=NOON, obliged=True, at=NOON)
    agreements.end(OFFICER, person.subject, debt, EndReason.FULFILLED, ended=ended, at=ended)


def approved_run(answers, *, at):
    agreed = retention.dry_run(answers, at=at)
    retention.approve(answers, [item for item in agreed.waiting if item.waits == "approval"], at=at)
    expected = retention.dry_run(answers, at=at)
    done = retention.run(retention.SYSTEM, at=at)
    assert done.digest == expected.digest
    assert [i.subject for i in done.done] == [i.subject for i in expected.done]
    assert retention.dry_run(answers, at=at).done == ()
    return done


@pytest.mark.clause("5.3")
def test_while_she_uses_the_service_nothing_ends_and_after_three_years_all_does(aliya, answers):
    for years in (1, 5, 9):
        assert retention.run(retention.SYSTEM, at=NOON + timedelta(days=366 * years)).done == ()
    left = NOON + timedelta(days=3650)
    agreements.leave(aliya.actor, at=left)
    over = lasts(left, years=3)
    assert not [
        i
        for i in retention.dry_run(answers, at=over - timedelta(seconds=1)).waiting
        if i.outcome is Outcome.END
    ]
    retention.run(retention.SYSTEM, at=over - timedelta(days=1))
    (item,) = approved_run(answers, at=over).done
    assert (item.outcome, item.ground, item.approved_by) == (Outcome.END, "term", "d-01")
    assert not PersonKey.objects.exists()
    assert not Sealed.objects.exists()
    assert not Found.objects.exists()
    row = Subject.objects.get(subject=aliya.subject)
    assert (row.life, row.state, row.review_at) == ("destroyed", "destroyed", None)


@pytest.mark.clause("3.7")
def test_without_approval_a_persons_data_do_not_end(aliya, answers, bauyrzhan):
    agreements.leave(aliya.actor, at=NOON)
    assert retention.run(retention.SYSTEM, at=THREE_YEARS).done == ()
    (item,) = retention.dry_run(answers, at=THREE_YEARS).waiting
    assert item.waits == "approval"
    for what in (retention.dry_run, lambda actor, at: retention.approve(actor, [item], at=at)):
        with pytest.raises(Powerless):
            what(accounts.actor(bauyrzhan), at=THREE_YEARS)


def test_an_approval_is_for_exactly_what_was_seen(aliya, answers):
    agreements.leave(aliya.actor, at=NOON)
    (item,) = retention.dry_run(answers, at=THREE_YEARS).waiting
    retention.approve(answers, [item], at=THREE_YEARS)
    holds.place(
        answers,
        aliya.subject,
        HoldReason.CLAIM,
        paper="17/4",
        until=THREE_YEARS + timedelta(days=9),
        at=THREE_YEARS,
    )
    assert retention.run(retention.SYSTEM, at=THREE_YEARS).done == ()
    assert PersonKey.objects.filter(subject=aliya.subject).exists()


@pytest.mark.clause("5.3")
def test_a_hold_keeps_past_the_term_until_its_end_or_release(aliya, answers, chingiz):
    agreements.leave(aliya.actor, at=NOON)
    until = THREE_YEARS + timedelta(days=100)
    with pytest.raises(Powerless):
        holds.place(
            accounts.actor(chingiz), aliya.subject, HoldReason.COURT, paper="2-17/26", until=until, at=NOON
        )
    with pytest.raises(ValueError):
        holds.place(answers, aliya.subject, HoldReason.COURT, paper="2-17/26", until=NOON, at=NOON)
    holds.place(answers, aliya.subject, HoldReason.COURT, paper="2-17/26", until=until, at=NOON)
    (item,) = retention.run(retention.SYSTEM, at=THREE_YEARS).waiting
    assert item.waits == "hold"
    with pytest.raises(destruction.NotNow, match="hold"):
        destruction.demand(aliya.actor, aliya.subject, at=THREE_YEARS)
    assert retention.run(retention.SYSTEM, at=until - timedelta(seconds=1)).done == ()
    assert len(approved_run(answers, at=until).done) == 1


def test_a_released_hold_keeps_nothing(aliya, answers):
    agreements.leave(aliya.actor, at=NOON)
    hold = holds.place(
        answers, aliya.subject, HoldReason.AUDIT, paper="9", until=THREE_YEARS + timedelta(days=900), at=NOON
    )
    retention.run(retention.SYSTEM, at=THREE_YEARS)
    holds.release(answers, aliya.subject, hold, at=THREE_YEARS)
    assert len(approved_run(answers, at=THREE_YEARS).done) == 1


@pytest.mark.clause("3.4")
@pytest.mark.clause("5.3")
def test_what_tax_law_orders_goes_to_an_archive_of_its_own_key_and_ends_there(aliya, answers):
    ended = NOON + timedelta(days=365)
    a_year_of_debt(aliya, ended=ended)
    key_before = bytes(PersonKey.objects.get(subject=aliya.subject).wrapped)
    retention.run(retention.SYSTEM, at=ended)
    (item,) = approved_run(answers, at=lasts(ended, years=3)).done
    assert (item.outcome, item.end) == (Outcome.ARCHIVE, "restricted_archive")
    assert vault.filled(aliya.subject) == {"surname", "given_name", "patronymic", "iin"}
    assert bytes(PersonKey.objects.get(subject=aliya.subject).wrapped) != key_before
    assert not Found.objects.filter(subject=aliya.subject).exists()
    over = lasts(year_end(ended), years=5)
    (row,) = retention.archived(answers, at=over)
    assert (row.purposes, row.norms, row.until) == (["records"], ["Tax Code art. 206(3)"], over)
    retention.run(retention.SYSTEM, at=over - timedelta(seconds=1))
    assert PersonKey.objects.filter(subject=aliya.subject).exists()
    approved_run(answers, at=over)
    assert not PersonKey.objects.filter(subject=aliya.subject).exists()
    assert not Archived.objects.standing().exists()
    assert [act.kind for act in Act.objects.of(aliya.subject)] == ["archived", "destroyed"]


@pytest.mark.clause("3.4")
def test_the_archive_opens_for_the_named_ground_alone(aliya, answers, bauyrzhan):
    a_year_of_debt(aliya, ended=NOON)
    destruction.demand(aliya.actor, aliya.subject, at=NOON)
    later = NOON + timedelta(days=1)
    for purpose in ("rights", "service", "contract", "verification"):
        with pytest.raises(Refused):
            gate.ask(SYSTEM, aliya.subject, Operation.USE, purpose, ["iin"], event="try", at=later)
    with pytest.raises(Refused):
        gate.ask(
            accounts.actor(bauyrzhan), aliya.subject, Operation.USE, "records", ["iin"], event="try", at=later
        )
    opened = gate.ask(
        answers, aliya.subject, Operation.USE, "records", ["iin", "surname"], event="records.open", at=later
    )
    assert vault.take(opened) == {"iin": ALIYA["iin"], "surname": ALIYA["surname"]}


@pytest.mark.clause("5")
def test_what_was_withdrawn_stops_at_once_and_its_data_end(aliya, answers):
    choice = consent.Change(withdraw=frozenset({("verification", ""), ("communication", "")}), language="kk")
    told = consent.withdraw(aliya.actor, choice, at=NOON)
    assert told.answer.outcome == "stopped"
    everything = frozenset((key, "") for key in ("service", "identification", "contract"))
    consent.withdraw(aliya.actor, consent.Change(withdraw=everything, language="kk"), at=NOON)
    with pytest.raises(Refused, match="no_consent"):
        gate.ask(SYSTEM, aliya.subject, Operation.USE, "contract", ["iin"], event="try", at=NOON)
    (item,) = approved_run(answers, at=NOON).done
    assert (item.outcome, item.ground) == (Outcome.END, "withdrawn")


@pytest.mark.clause("5")
def test_while_something_is_owed_what_it_needs_is_refused_with_the_ground(aliya):
    agreements.begin(OFFICER, aliya.subject, Kind.DEBT, started=NOON, obliged=True, at=NOON)
    assert ("contract", "") in consent.bound(aliya.subject, at=NOON)
    wanted = consent.Change(withdraw=frozenset({("contract", ""), ("service", "")}), language="kk")
    told = consent.withdraw(aliya.actor, wanted, at=NOON)
    assert (told.answer.outcome, told.occasion) == ("refused", None)
    assert (told.answer.ground, told.answer.norm) == ("obligation_unfulfilled", "94-V art. 8(2)")
    entry = journal.own(aliya.actor, at=NOON)[1].says
    assert entry["detail"] == {
        "refused": ["contract", "service"],
        "ground": told.answer.ground,
        "norm": told.answer.norm,
    }
    with pytest.raises(destruction.NotNow, match="obligation"):
        destruction.demand(aliya.actor, aliya.subject, at=NOON)
    with pytest.raises(agreements.Obliged):
        agreements.leave(aliya.actor, at=NOON)


def test_an_agreement_is_the_officers_who_began_it_and_nobody_elses(aliya, chingiz, bauyrzhan):
    agreement = agreements.begin(OFFICER, aliya.subject, Kind.DEBT, started=NOON, at=NOON)
    gate.ask(OFFICER, aliya.subject, Operation.USE, "contract", ["iin"], event="case.read", at=NOON)
    for other in map(accounts.actor, (chingiz, bauyrzhan)):
        with pytest.raises(Powerless):
            agreements.end(other, aliya.subject, agreement, EndReason.FULFILLED, ended=NOON, at=NOON)
    agreements.end(OFFICER, aliya.subject, agreement, EndReason.FULFILLED, ended=NOON, at=NOON)
    with pytest.raises(Refused, match="matter_not_taken"):
        gate.ask(OFFICER, aliya.subject, Operation.USE, "contract", ["iin"], event="case.read", at=NOON)


@pytest.mark.clause("5.3")
def test_when_she_has_died_nothing_rests_on_her_consent_and_the_term_runs_from_then(
    aliya, answers, bauyrzhan
):
    with pytest.raises(Powerless):
        agreements.died(accounts.actor(bauyrzhan), aliya.subject, on=NOON, paper="26-1", at=NOON)
    agreements.died(answers, aliya.subject, on=NOON, paper="26-1", at=NOON + timedelta(days=30))
    with pytest.raises(Refused, match="deceased"):
        gate.ask(
            SYSTEM,
            aliya.subject,
            Operation.USE,
            "service",
            ["iin"],
            event="try",
            at=NOON + timedelta(days=31),
        )
    retention.run(retention.SYSTEM, at=NOON + timedelta(days=31))
    assert len(approved_run(answers, at=THREE_YEARS).done) == 1


def test_for_one_under_age_the_term_waits_until_they_are_of_age(aliya, answers, bauyrzhan):
    with pytest.raises(Powerless):
        agreements.under_age(accounts.actor(bauyrzhan), aliya.subject, of_age=2035, at=NOON)
    with pytest.raises(ValueError):
        agreements.under_age(answers, aliya.subject, of_age=2055, at=NOON)
    agreements.under_age(answers, aliya.subject, of_age=2035, at=NOON)
    agreements.leave(aliya.actor, at=NOON)
    retention.run(retention.SYSTEM, at=THREE_YEARS)
    assert PersonKey.objects.exists()
    of_age = datetime(2035, 12, 31, 18, tzinfo=UTC)
    retention.run(retention.SYSTEM, at=lasts(of_age, years=3) - timedelta(days=1))
    assert len(approved_run(answers, at=lasts(of_age, years=3)).done) == 1


@pytest.mark.clause("2.2.5")
def test_who_agreed_to_research_leaves_a_number_in_a_group_and_nothing_else(published, agreement, answers):
    agreement = type(agreement)(
        statements=agreement.statements, agreed=agreement.agreed | {("research", "")}, language="kk"
    )
    crowd = [
        registration.register(agreement, {**ALIYA, "birth_date": f"199{n % 10}-01-01"}, at=NOON)
        for n in range(12)
    ]
    people = [accounts.actor(accounts.account_of(subject, at=NOON)) for subject in crowd]
    for person in people:
        agreements.leave(person, at=NOON)
    retention.run(retention.SYSTEM, at=NOON + timedelta(days=1))
    consents_renewed = THREE_YEARS - timedelta(days=300)
    for person in people:
        consent.change(
            person, consent.Change(withdraw=frozenset({("research", "")}), language="kk"), at=consents_renewed
        )
        consent.change(
            person, consent.Change(give=frozenset({("research", "")}), language="kk"), at=consents_renewed
        )
    over = lasts(consents_renewed, years=1)
    done = approved_run(answers, at=over)
    assert {item.end for item in done.done} == {"depersonalised"}
    assert not PersonKey.objects.exists()
    (group,) = retention.remains()
    assert group.people == 12
    assert group.features == {"born": "1990s", "language": "*", "years": "4", "ended": "2030"}


@pytest.mark.clause("5.3")
def test_a_consent_for_a_year_is_good_for_a_year_and_can_be_given_anew(aliya, chingiz):
    marketing = accounts.actor(chingiz)

    def read(at):
        return gate.ask(marketing, aliya.subject, Operation.USE, "advertising", ["email"], event="try", at=at)

    consent.change(aliya.actor, consent.Change(give=frozenset({("advertising", "")}), language="kk"), at=NOON)
    over = lasts(NOON, years=1)
    read(over - timedelta(seconds=1))
    with pytest.raises(Refused, match="consent_over"):
        read(over)
    choice = frozenset({("advertising", "")})
    consent.change(aliya.actor, consent.Change(withdraw=choice, language="kk"), at=over)
    consent.change(aliya.actor, consent.Change(give=choice, language="kk"), at=over + timedelta(minutes=1))
    read(over + timedelta(minutes=2))
