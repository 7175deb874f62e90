"""A person registers: consent first, then data, and a clerk verifies."""

import pytest

from derbes.core.consents.models import Consent
from derbes.core.journal.models import Entry
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.flows import accounts, destruction, journal, reading, registration, verification
from derbes.flows.registration import Illformed, Incomplete, NotAgreed
from derbes.law.permission import Actor, Powerless, Refused
from derbes.law.vocabulary import ActorKind
from derbes.outside import keys
from tests.conftest import ALIYA, NOON

pytestmark = pytest.mark.django_db

TABLES = (Subject, PersonKey, Sealed, Found, Consent)


def without(agreement, **changes):
    return registration.Agreement(
        **{name: getattr(agreement, name) for name in agreement.__slots__} | changes
    )


@pytest.mark.clause("5.1")
@pytest.mark.parametrize("statement", ["processing", "own", "read", "accept"])
def test_without_each_of_the_four_statements_nothing_is_kept(agreement, statement):
    before = Entry.objects.count()
    with pytest.raises(NotAgreed) as refusal:
        registration.begin(without(agreement, statements=agreement.statements - {statement}), at=NOON)
    assert refusal.value.statements == {statement}
    assert not any(table.objects.exists() for table in TABLES)
    assert Entry.objects.count() == before


@pytest.mark.clause("5.2")
def test_without_a_needed_purpose_nothing_is_kept(agreement):
    with pytest.raises(NotAgreed) as refusal:
        registration.begin(without(agreement, agreed=agreement.agreed - {("verification", "")}), at=NOON)
    assert refusal.value.purposes == {"verification"}
    assert not any(table.objects.exists() for table in TABLES)


@pytest.mark.clause("5.2")
def test_each_purpose_and_act_is_a_word_of_its_own(agreement):
    subject = registration.begin(agreement, at=NOON)
    words = {(c.purpose, c.act): c.word for c in Consent.objects.of(subject)}
    assert words[("service", "")] == "given"
    assert words[("advertising", "")] == "refused"
    assert words[("contract", "transfer")] == "refused"


@pytest.mark.clause("2.3")
def test_what_is_typed_is_sealed_and_comes_back(newcomer):
    read = reading.own(newcomer.actor, ["surname", "iin", "phone_mobile"], at=NOON)
    assert read == {"surname": "Сәрсенова", "iin": "900101300007", "phone_mobile": "+77000037733"}
    assert all("Сәрсенова" not in row.body for row in Sealed.objects.all())


@pytest.mark.clause("2.5")
@pytest.mark.clause("2.3.2")
def test_an_address_is_found_however_its_letters_were_typed(newcomer):
    assert vault.find("email", "ALIYA@Example.kz", ring=keys.ring()) == [newcomer.subject]


def test_only_what_is_ill_formed_is_refused(agreement):
    subject = registration.begin(agreement, at=NOON)
    person = accounts.person(subject)
    with pytest.raises(Illformed) as refusal:
        registration.save(person, subject, {"iin": "900101300008", "email": "aliya"}, at=NOON)
    assert {name: error.code for name, error in refusal.value.errors.items()} == {
        "iin": "iin_control",
        "email": "email_form",
    }
    registration.save(person, subject, {"iin": "900101300007", "birth_date": "31.12.1985"}, at=NOON)


@pytest.mark.clause("2.1")
def test_a_field_that_the_policy_does_not_have_is_not_kept(agreement):
    subject = registration.begin(agreement, at=NOON)
    with pytest.raises(Refused) as refusal:
        registration.save(accounts.person(subject), subject, {"health": "good"}, at=NOON)
    assert (refusal.value.clause, refusal.value.code) == ("2.1", "data_not_of_purpose")


@pytest.mark.clause("2.4")
def test_nobody_writes_into_the_record_of_another(agreement, newcomer):
    other = registration.begin(agreement, at=NOON)
    with pytest.raises(Refused, match="not_yours"):
        registration.save(newcomer.actor, other, {"surname": "Сәрсенова"}, at=NOON)


@pytest.mark.clause("1.7")
def test_a_registration_that_lacks_something_is_not_sent(agreement):
    subject = registration.begin(agreement, at=NOON)
    person = accounts.person(subject)
    registration.save(person, subject, ALIYA, at=NOON)
    with pytest.raises(Incomplete) as refusal:
        registration.submit(person, subject, at=NOON)
    assert set(refusal.value.missing) == {"id_document", "confirm:email", "confirm:phone_mobile"}


def test_a_contact_typed_anew_is_not_confirmed_any_more(agreement, code):
    subject = registration.begin(agreement, at=NOON)
    person = accounts.person(subject)
    registration.save(person, subject, ALIYA, at=NOON)
    accounts.ask_confirmation(subject, "email", at=NOON)
    with pytest.raises(accounts.WrongCode):
        accounts.confirm(person, subject, "email", "000000", at=NOON)
    accounts.confirm(person, subject, "email", code("aliya"), at=NOON)
    assert registration.standing(subject, at=NOON).confirmed == {"email"}
    registration.save(person, subject, {"email": "other@example.kz"}, at=NOON)
    assert registration.standing(subject, at=NOON).confirmed == frozenset()


@pytest.mark.clause("3.2")
def test_a_code_sent_to_her_own_phone_does_not_confirm_the_phone_of_another(agreement, code):
    subject = registration.begin(agreement, at=NOON)
    person = accounts.person(subject)
    registration.save(person, subject, ALIYA, at=NOON)
    accounts.ask_confirmation(subject, "phone_mobile", at=NOON)
    registration.save(person, subject, {"phone_mobile": "+77010002233"}, at=NOON)
    with pytest.raises(accounts.WrongCode):
        accounts.confirm(person, subject, "phone_mobile", code("+7700"), at=NOON)
    assert registration.standing(subject, at=NOON).confirmed == frozenset()


def test_a_draft_is_thrown_away_with_all_that_is_in_it(agreement):
    subject = registration.begin(agreement, at=NOON)
    person = accounts.person(subject)
    registration.save(person, subject, ALIYA, at=NOON)
    destruction.discard(person, subject, at=NOON)
    assert not any(table.objects.filter(subject=subject).exists() for table in (PersonKey, Sealed, Found))
    with pytest.raises(registration.Unknown):
        reading.own(person, ["surname"], at=NOON)


@pytest.mark.clause("3.2")
def test_a_clerk_who_has_taken_the_matter_verifies(newcomer, bauyrzhan):
    clerk = accounts.actor(bauyrzhan)
    with pytest.raises(Refused, match="matter_not_taken"):
        reading.read(clerk, newcomer.subject, ["iin"], purpose="verification", at=NOON)
    verification.take(clerk, newcomer.number, at=NOON)
    assert reading.read(clerk, newcomer.subject, ["iin"], purpose="verification", at=NOON)
    verification.verify(clerk, newcomer.number, at=NOON)
    assert Subject.objects.get(subject=newcomer.subject).state == "verified"
    with pytest.raises(verification.Decided):
        verification.verify(clerk, newcomer.number, at=NOON)


@pytest.mark.clause("3.3")
def test_when_the_matter_is_closed_the_clerk_reads_no_more(aliya, bauyrzhan):
    with pytest.raises(Refused, match="matter_not_taken"):
        reading.read(accounts.actor(bauyrzhan), aliya.subject, ["iin"], purpose="verification", at=NOON)


@pytest.mark.clause("3.3")
@pytest.mark.parametrize("purpose", ["verification", "service", "advertising", "rights"])
def test_chingiz_reads_nothing_of_aliya(aliya, chingiz, purpose):
    with pytest.raises(Refused):
        reading.read(accounts.actor(chingiz), aliya.subject, ["email"], purpose=purpose, at=NOON)
    (attempt,) = Entry.objects.filter(actor_code="m-03")
    assert '"outcome":"refused"' in attempt.body


@pytest.mark.clause("3.3")
def test_chingiz_has_no_queue(newcomer, chingiz):
    with pytest.raises(Powerless):
        verification.queue(accounts.actor(chingiz), verification.Kind.REGISTRATION, at=NOON)
    with pytest.raises(Powerless):
        verification.take(accounts.actor(chingiz), newcomer.number, at=NOON)


@pytest.mark.clause("2.2")
def test_a_purpose_that_the_policy_does_not_have_opens_nothing(aliya, dana):
    with pytest.raises(Refused, match="unknown_purpose"):
        reading.read(accounts.actor(dana), aliya.subject, ["iin"], purpose="curiosity", at=NOON)


@pytest.mark.clause("4.1")
def test_a_refusal_is_seen_by_the_person(aliya, chingiz):
    with pytest.raises(Refused):
        reading.read(accounts.actor(chingiz), aliya.subject, ["iin"], purpose="service", at=NOON)
    journal.integrate(at=NOON)
    seen = [row.says for row in journal.own(aliya.actor, at=NOON)]
    assert any(says["outcome"] == "refused" and says["actor"]["code"] == "m-03" for says in seen)


def test_a_stranger_has_no_way_to_a_person(aliya):
    stranger = Actor(kind=ActorKind.SUBJECT, subject=None)
    with pytest.raises(Refused, match="not_yours"):
        reading.read(stranger, aliya.subject, ["iin"], purpose="rights", at=NOON)
