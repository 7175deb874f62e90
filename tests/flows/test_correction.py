"""Aliya keeps her data right: her contacts by a code, her names on a document that Bauyrzhan has seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from derbes.core.journal.models import Entry
from derbes.core.matters.models import Matter
from derbes.core.vault import vault
from derbes.flows import (
    accounts,
    codes,
    consent,
    correction,
    destruction,
    proposal,
    reading,
    registration,
    review,
    scans,
    verification,
)
from derbes.law.permission import Actor, Powerless, Refused
from derbes.law.vocabulary import ActorKind
from derbes.outside import keys
from tests.conftest import ALIYA, NOON, Person
from tests.faces.walk import picture

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
NEW = "new@example.kz"
MARRIED = {"surname": "Ахметова"}


def kept(aliya: Person, *names: str) -> dict[str, str]:
    return reading.own(aliya.actor, names, at=LATER)


def found(kind: str, value: str) -> list[Any]:
    return vault.find(kind, value, ring=keys.ring())


def bodies() -> list[dict[str, Any]]:
    return [json.loads(body) for body in Entry.objects.order_by("id").values_list("body", flat=True)]


def a_scan() -> proposal.Scanned:
    return proposal.Scanned(picture().read(), "certificate.jpg")


def proposed(aliya: Person, values: dict[str, str] = MARRIED, at: datetime = LATER) -> Matter:
    return proposal.propose(aliya.actor, values, [a_scan()], at=at)


@pytest.fixture
def asked(aliya: Person) -> str:
    """Aliya has asked for her new surname, and Bauyrzhan has not taken it yet."""
    return proposed(aliya).number


@pytest.fixture
def clerk(bauyrzhan: Any, asked: str) -> Actor:
    """Bauyrzhan has taken it."""
    actor = accounts.actor(bauyrzhan)
    verification.take(actor, asked, at=LATER)
    return actor


# At once


@pytest.mark.clause("2.5")
def test_what_is_hers_to_say_is_changed_at_once(aliya: Person) -> None:
    assert correction.change(aliya.actor, {"phone_home": "8 7172 55 55 55"}, at=LATER) == frozenset()
    assert kept(aliya, "phone_home") == {"phone_home": "+77172555555"}


@pytest.mark.clause("2.5")
def test_a_new_contact_takes_its_place_only_by_the_code_sent_there(
    aliya: Person, code: Callable[[str], str]
) -> None:
    assert correction.change(aliya.actor, {"email": NEW}, at=LATER) == {"email"}
    assert kept(aliya, "email") == {"email": ALIYA["email"]}
    assert (found("email", ALIYA["email"]), found("email", NEW)) == ([aliya.subject], [])
    correction.ask_code(aliya.actor, "email", at=LATER)
    correction.confirm(aliya.actor, "email", code(NEW), at=LATER)
    assert kept(aliya, "email") == {"email": NEW}
    assert (found("email", ALIYA["email"]), found("email", NEW)) == ([], [aliya.subject])
    assert correction.waiting(aliya.actor) == {}


def test_until_then_she_signs_in_by_the_old_contact(aliya: Person, code: Callable[[str], str]) -> None:
    correction.change(aliya.actor, {"email": NEW}, at=LATER)
    ticket = accounts.ask_sign_in("email", ALIYA["email"], who="203.0.113.7", at=LATER)
    assert accounts.sign_in(ticket, code(ALIYA["email"]), at=LATER) == aliya.user


def test_the_confirmed_contact_is_told_of_a_new_one(aliya: Person, sent: Callable[[], list[Any]]) -> None:
    correction.change(aliya.actor, {"email": NEW}, at=LATER)
    (told,) = [message for message in sent() if "+77000037733" in message.to][-1:]
    assert "cabinet" in told.text
    assert NEW not in told.text


def test_a_wrong_code_changes_nothing(aliya: Person) -> None:
    correction.change(aliya.actor, {"email": NEW}, at=LATER)
    correction.ask_code(aliya.actor, "email", at=LATER)
    with pytest.raises(correction.WrongCode):
        correction.confirm(aliya.actor, "email", "00000x", at=LATER)
    assert kept(aliya, "email") == {"email": ALIYA["email"]}


def test_a_code_for_one_new_contact_confirms_no_other(aliya: Person, code: Callable[[str], str]) -> None:
    correction.change(aliya.actor, {"email": NEW}, at=LATER)
    correction.ask_code(aliya.actor, "email", at=LATER)
    correction.change(aliya.actor, {"email": "another@example.kz"}, at=LATER)
    with pytest.raises(correction.WrongCode):
        correction.confirm(aliya.actor, "email", code(NEW), at=LATER)


def test_a_code_for_signing_in_confirms_no_contact(aliya: Person, code: Callable[[str], str]) -> None:
    correction.change(aliya.actor, {"email": NEW}, at=LATER)
    accounts.ask_sign_in("email", ALIYA["email"], who="203.0.113.7", at=LATER)
    with pytest.raises(correction.WrongCode):
        correction.confirm(aliya.actor, "email", code(ALIYA["email"]), at=LATER)


def test_a_new_contact_can_be_thrown_away(aliya: Person) -> None:
    correction.change(aliya.actor, {"email": NEW}, at=LATER)
    correction.drop(aliya.actor, "email", at=LATER)
    assert not [name for name in vault.filled(aliya.subject) if name.startswith("email/")]
    with pytest.raises(correction.Nothing):
        correction.ask_code(aliya.actor, "email", at=LATER)


def test_what_waits_stays_when_something_else_is_changed(aliya: Person) -> None:
    correction.change(aliya.actor, {"email": NEW}, at=LATER)
    correction.change(aliya.actor, {"email": ALIYA["email"], "phone_work": "8 7172 55 55 55"}, at=LATER)
    assert correction.waiting(aliya.actor).keys() == {"email"}


def test_codes_are_not_sent_without_end(aliya: Person) -> None:
    correction.change(aliya.actor, {"email": NEW}, at=LATER)
    for _ in range(5):
        correction.ask_code(aliya.actor, "email", at=LATER)
    with pytest.raises(correction.TooOften):
        correction.ask_code(aliya.actor, "email", at=LATER)


def test_the_ill_formed_is_refused_and_the_unlikely_is_not(aliya: Person) -> None:
    with pytest.raises(correction.Illformed) as wrong:
        correction.change(aliya.actor, {"phone_home": "12", "email": "a@b"}, at=LATER)
    assert wrong.value.errors.keys() == {"phone_home", "email"}
    correction.change(aliya.actor, {"phone_home": "8 7172 00 00 00"}, at=LATER)


def test_what_the_service_cannot_do_without_is_not_removed(aliya: Person) -> None:
    with pytest.raises(correction.Illformed):
        correction.change(aliya.actor, {"phone_mobile": ""}, at=LATER)
    correction.change(aliya.actor, {"phone_home": "8 7172 55 55 55"}, at=LATER)
    correction.change(aliya.actor, {"phone_home": ""}, at=LATER)
    assert "phone_home" not in vault.filled(aliya.subject)


@pytest.mark.clause("2.5")
@pytest.mark.parametrize("field", ["surname", "iin", "birth_date", "id_document", "message"])
def test_who_she_is_cannot_be_changed_at_once(aliya: Person, field: str) -> None:
    with pytest.raises(correction.NotYours):
        correction.change(aliya.actor, {field: "Ахметова"}, at=LATER)


def test_nobody_changes_for_another(aliya: Person, chingiz: Any, bauyrzhan: Any) -> None:
    for user in (chingiz, bauyrzhan):
        with pytest.raises(correction.Unknown):
            correction.change(accounts.actor(user), {"phone_home": "8 7172 55 55 55"}, at=LATER)


def test_a_draft_is_changed_by_its_tasks_and_not_here(published: str, agreement: Any) -> None:
    subject = registration.begin(agreement, at=NOON)
    with pytest.raises(correction.Unknown):
        correction.change(accounts.person(subject), {"phone_home": "8 7172 55 55 55"}, at=LATER)


@pytest.mark.clause("2.4")
def test_a_representative_changes_nothing_until_confirmed(published: str) -> None:
    offered = registration.offer("kk", at=NOON, represented=True)
    agreement = registration.Agreement(
        statements=frozenset(offered.statements),
        agreed=frozenset((purpose, "") for purpose in offered.needed),
        language="kk",
        represented=True,
    )
    subject = registration.register(agreement, ALIYA, at=NOON)
    with pytest.raises(correction.Unknown):
        correction.change(accounts.person(subject), {"phone_home": "8 7172 55 55 55"}, at=LATER)


def test_a_change_needs_no_consent(aliya: Person) -> None:
    given = frozenset(consent.state(aliya.subject, "kk", at=LATER)[1])
    consent.change(aliya.actor, consent.Change(withdraw=given, language="kk"), at=LATER)
    correction.change(aliya.actor, {"phone_home": "8 7172 55 55 55"}, at=LATER)
    assert "phone_home" in vault.filled(aliya.subject)


# On a document


@pytest.mark.clause("2.5")
def test_a_change_on_a_document_has_a_number_and_is_due_in_one_working_day(aliya: Person) -> None:
    friday = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)
    matter = proposed(aliya, at=friday)
    assert matter.number.startswith("C26-")
    assert matter.due == date(2026, 11, 30)
    assert kept(aliya, "surname") == {"surname": "Сәрсенова"}
    assert f"surname/{matter.id}" in vault.filled(aliya.subject)


def test_a_change_that_is_none_is_not_asked_for(aliya: Person) -> None:
    with pytest.raises(proposal.Nothing):
        proposed(aliya, {"surname": "Сәрсенова", "given_name": ""})
    with pytest.raises(proposal.Nothing):
        proposed(aliya, {"surname": " "})


@pytest.mark.clause("2.5")
def test_without_a_document_it_is_not_taken(aliya: Person) -> None:
    with pytest.raises(proposal.NoDocument):
        proposal.propose(aliya.actor, MARRIED, [], at=LATER)
    with pytest.raises(proposal.FileRefused):
        proposal.propose(aliya.actor, MARRIED, [proposal.Scanned(b"MZ no scan", "scan.pdf")], at=LATER)
    assert not proposal.corrections(aliya.subject).exists()
    assert not scans.of(aliya.subject)


def test_contacts_take_no_document(aliya: Person) -> None:
    with pytest.raises(proposal.NotYours):
        proposed(aliya, {"email": NEW})


def test_one_change_is_seen_to_at_a_time(aliya: Person, asked: str) -> None:
    with pytest.raises(proposal.Waiting) as waits:
        proposed(aliya, {"given_name": "Алия"})
    assert waits.value.number == asked


def test_it_can_be_taken_back(aliya: Person, asked: str) -> None:
    proposal.take_back(aliya.actor, asked, at=LATER)
    assert not [name for name in vault.filled(aliya.subject) if name.startswith("surname/")]
    with pytest.raises(proposal.Nothing):
        proposal.take_back(aliya.actor, asked, at=LATER)


def test_another_persons_change_is_not_there_to_be_taken_back(
    aliya: Person, asked: str, agreement: Any
) -> None:
    other = registration.register(agreement, {**ALIYA, "iin": "900101300811"}, at=NOON)
    with pytest.raises(Matter.DoesNotExist):
        proposal.take_back(accounts.person(other), asked, at=LATER)


@pytest.mark.clause("3.2")
def test_the_clerk_compares_and_makes_the_change(aliya: Person, asked: str, clerk: Actor) -> None:
    compared = review.compare(clerk, asked, purpose="verification", at=LATER)
    assert [(line.key, line.now, line.asked) for line in compared.lines] == [
        ("surname", "Сәрсенова", "Ахметова")
    ]
    assert [scan.preview[:2] for scan in compared.scans] == [b"\xff\xd8"]
    review.accept(clerk, asked, at=LATER)
    assert kept(aliya, "surname") == {"surname": "Ахметова"}
    assert not [name for name in vault.filled(aliya.subject) if name.startswith("surname/")]
    assert proposal.corrections(aliya.subject).get().outcome == "accepted"


def test_a_changed_iin_is_the_one_she_is_found_by(aliya: Person, bauyrzhan: Any, agreement: Any) -> None:
    registration.register(agreement, {**ALIYA, "iin": "900101300811"}, at=NOON)
    number = proposed(aliya, {"iin": "900101300811"}).number
    actor = accounts.actor(bauyrzhan)
    verification.take(actor, number, at=LATER)
    assert review.compare(actor, number, purpose="verification", at=LATER).doubles == 1
    review.accept(actor, number, at=LATER)
    assert aliya.subject in found("iin", "900101300811")
    assert found("iin", ALIYA["iin"]) == []


def test_of_a_refused_change_nothing_stays(aliya: Person, asked: str, clerk: Actor) -> None:
    review.refuse(clerk, asked, "not_shown", at=LATER)
    assert kept(aliya, "surname") == {"surname": "Сәрсенова"}
    assert not [name for name in vault.filled(aliya.subject) if name.startswith("surname/")]
    matter = proposal.corrections(aliya.subject).get()
    assert (matter.outcome, matter.reason) == ("refused", "not_shown")


def test_a_reason_that_is_not_in_the_list_refuses_nothing(asked: str, clerk: Actor) -> None:
    with pytest.raises(ValueError, match="reason"):
        review.refuse(clerk, asked, "because", at=LATER)


def test_it_is_decided_once(asked: str, clerk: Actor) -> None:
    review.accept(clerk, asked, at=LATER)
    for again in (
        lambda: review.accept(clerk, asked, at=LATER),
        lambda: review.refuse(clerk, asked, "not_shown", at=LATER),
        lambda: review.compare(clerk, asked, purpose="verification", at=LATER),
    ):
        with pytest.raises(review.Decided):
            again()


@pytest.mark.clause("3.3")
def test_whoever_has_not_taken_it_sees_and_decides_nothing(aliya: Person, asked: str, bauyrzhan: Any) -> None:
    with pytest.raises(Refused) as refusal:
        review.compare(accounts.actor(bauyrzhan), asked, purpose="verification", at=LATER)
    assert refusal.value.code == "matter_not_taken"
    with pytest.raises(Refused):
        review.accept(accounts.actor(bauyrzhan), asked, at=LATER)
    assert kept(aliya, "surname") == {"surname": "Сәрсенова"}


@pytest.mark.clause("3.3")
def test_whoever_has_not_the_power_does_not_even_see_that_it_is_there(asked: str, chingiz: Any) -> None:
    for deed in (
        lambda who: review.matter(who, asked, at=LATER),
        lambda who: review.accept(who, asked, at=LATER),
        lambda who: verification.queue(who, verification.Kind.CORRECTION, at=LATER),
    ):
        with pytest.raises(Powerless):
            deed(accounts.actor(chingiz))


def test_a_correction_is_not_verified_as_a_registration(asked: str, clerk: Actor) -> None:
    with pytest.raises(Matter.DoesNotExist):
        verification.verify(clerk, asked, at=LATER)


def test_she_is_told_of_the_decision(asked: str, clerk: Actor, sent: Callable[[], list[Any]]) -> None:
    before = len(sent())
    review.accept(clerk, asked, at=LATER)
    assert len(sent()) == before + 1


@pytest.mark.clause("1.6")
def test_its_scan_stays_until_it_is_decided_and_ends_in_its_term(
    aliya: Person, asked: str, clerk: Actor
) -> None:
    scans.sweep(at=NOON + timedelta(days=60))
    assert len(scans.of(aliya.subject)) == 1
    review.accept(clerk, asked, at=NOON + timedelta(days=60))
    scans.sweep(at=NOON + timedelta(days=89))
    assert len(scans.of(aliya.subject)) == 1
    scans.sweep(at=NOON + timedelta(days=91))
    assert scans.of(aliya.subject) == []


# What stays behind, and asking whether it is still right


@pytest.mark.clause("4.2")
def test_the_journal_has_what_was_changed_and_no_value(aliya: Person, asked: str, clerk: Actor) -> None:
    review.accept(clerk, asked, at=LATER)
    correction.change(aliya.actor, {"phone_home": "8 7172 55 55 55"}, at=LATER)
    changes = correction.changes(aliya.actor, at=LATER)
    assert [(one["event"], one["fields"], one["actor"]["kind"]) for one in changes[:2]] == [
        ("correction.change", ["phone_home"], "subject"),
        ("correction.accepted", ["surname"], "staff"),
    ]
    whole = "".join(Entry.objects.values_list("body", flat=True))
    for value in ("Сәрсенова", "Ахметова", "7172555555"):
        assert value not in whole


def test_a_look_or_a_refusal_is_no_change(aliya: Person, asked: str, clerk: Actor) -> None:
    kept(aliya, "surname")
    review.refuse(clerk, asked, "not_shown", at=LATER)
    events = {one["event"] for one in correction.changes(aliya.actor, at=LATER)}
    assert "reading.own" not in events
    assert "correction.refused" not in events


@pytest.mark.clause("2.5")
def test_after_half_a_year_she_is_asked_and_her_yes_is_good_for_another(aliya: Person) -> None:
    def asked_at(days: int) -> datetime | None:
        at = NOON + timedelta(days=days)
        here = registration.standing(aliya.subject, at=at)
        return correction.asked_since(here.row, here.policy, at=at)

    assert asked_at(180) is None
    assert asked_at(181) == NOON
    correction.still_right(aliya.actor, at=NOON + timedelta(days=181))
    assert asked_at(361) is None
    assert asked_at(362) == NOON + timedelta(days=181)
    last = bodies()[-1]
    assert (last["event"], last["operation"]) == ("correction.still_right", "use")
    assert "surname" in last["fields"]


def test_a_change_is_as_good_as_a_yes(aliya: Person) -> None:
    at = NOON + timedelta(days=181)
    correction.change(aliya.actor, {"phone_home": "8 7172 55 55 55"}, at=at)
    here = registration.standing(aliya.subject, at=at)
    assert correction.asked_since(here.row, here.policy, at=at) is None


def test_nobody_says_yes_for_another(aliya: Person, dana: Any) -> None:
    with pytest.raises(correction.Unknown):
        correction.still_right(accounts.actor(dana), at=LATER)
    with pytest.raises(correction.Unknown):
        correction.still_right(Actor(kind=ActorKind.SYSTEM, code="codes"), at=LATER)


def test_a_code_reaches_only_a_contact_that_is_kept(aliya: Person) -> None:
    with pytest.raises(codes.gate.Unknown):
        codes.send(aliya.subject, f"email/{aliya.subject}", "correct", at=LATER)


def test_when_her_data_end_it_is_forgotten_when_they_were_right(published: str, agreement: Any) -> None:
    from derbes.core.corrections.models import Checked

    subject = registration.begin(agreement, at=NOON)
    Checked.note(subject, at=NOON)
    destruction.discard(accounts.person(subject), subject, at=LATER)
    assert Checked.last(subject) is None
