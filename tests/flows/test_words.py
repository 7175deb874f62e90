"""A person gives and takes back their word, and can prove what they said."""

import json

import pytest
from django.db import DatabaseError

from derbes.core.consents.models import Consent
from derbes.core.journal.models import Entry
from derbes.flows import accounts, appeals, consent, journal, reading
from derbes.law.permission import Refused
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

ADVERTISING = frozenset({("advertising", "")})


def give(person):
    consent.change(person.actor, consent.Change(give=ADVERTISING, language="kk"), at=NOON)


def take_back(person):
    consent.change(person.actor, consent.Change(withdraw=ADVERTISING, language="kk"), at=NOON)


@pytest.mark.clause("2.2.4")
def test_advertising_opens_data_only_while_it_is_agreed_to(aliya, chingiz):
    marketing = accounts.actor(chingiz)
    give(aliya)
    assert reading.read(marketing, aliya.subject, ["email"], purpose="advertising", at=NOON)
    take_back(aliya)
    with pytest.raises(Refused) as refusal:
        reading.read(marketing, aliya.subject, ["email"], purpose="advertising", at=NOON)
    assert (refusal.value.clause, refusal.value.code) == ("5.1", "no_consent")


@pytest.mark.clause("5")
def test_what_was_said_is_never_overwritten(aliya):
    give(aliya)
    take_back(aliya)
    words = [c.word for c in Consent.objects.of(aliya.subject) if c.purpose == "advertising"]
    assert words == ["refused", "given", "withdrawn"]
    with pytest.raises(DatabaseError, match="only added"):
        Consent.objects.filter(subject=aliya.subject).update(word="given")


def test_saying_the_same_again_adds_nothing(aliya):
    give(aliya)
    before = Consent.objects.count()
    give(aliya)
    assert Consent.objects.count() == before


@pytest.mark.clause("5.2")
def test_the_receipt_holds_the_text_that_was_shown(aliya):
    occasion = Consent.objects.of(aliya.subject).first().occasion
    receipt = consent.receipt(aliya.actor, occasion, at=NOON)
    document = receipt["document"]
    assert document["language"] == "kk"
    assert {one["purpose"] for one in document["consents"] if one["state"] == "given"} >= {"service"}
    assert json.loads(receipt["opening"]["body"])["event"] == "registration.begin"


def test_nobody_gets_the_receipt_of_another(aliya, published):
    occasion = Consent.objects.of(aliya.subject).first().occasion
    letter = appeals.Letter(
        text="Сәлеметсіз бе", values={"email": "d@example.kz"}, agreed=True, language="kk"
    )
    other = appeals.send(letter, at=NOON).subject
    with pytest.raises(Consent.DoesNotExist):
        consent.receipt(accounts.person(other), occasion, at=NOON)


@pytest.mark.clause("1.8")
def test_a_message_has_a_number_at_once_and_is_sealed(published):
    letter = appeals.Letter(
        text="Менің деректерім қайда?", values={"email": "d@example.kz"}, agreed=True, language="kk"
    )
    appeal = appeals.send(letter, at=NOON)
    assert appeal.number.startswith("A26-")
    assert appeal.received_at == NOON


@pytest.mark.clause("5.1")
def test_a_message_without_consent_is_not_kept(published):
    letter = appeals.Letter(text="Сәлем", values={"email": "d@example.kz"}, agreed=False, language="kk")
    before = Entry.objects.count()
    with pytest.raises(appeals.NotAgreed):
        appeals.send(letter, at=NOON)
    assert Entry.objects.count() == before


@pytest.mark.clause("2.4")
def test_the_author_is_asked_about_other_peoples_data(published):
    values = {"email": "d@example.kz"}
    text = "Көршімнің ЖСН 900101300007, телефоны 8 701 000 00 05"
    letter = appeals.Letter(text=text, values=values, agreed=True, language="kk")
    with pytest.raises(appeals.Strangers) as asked:
        appeals.send(letter, at=NOON)
    assert asked.value.kinds == {"iin", "phone"}
    sure = appeals.Letter(text=text, values=values, agreed=True, language="kk", sure=True)
    assert appeals.send(sure, at=NOON)


def test_a_persons_history_is_complete_and_theirs(aliya):
    history = journal.history(aliya.actor, at=NOON)
    document = history["document"]
    assert [entry["n"] for entry in document["entries"]] == list(range(1, document["count"] + 1))


def test_the_journal_is_as_it_was_signed(aliya):
    journal.integrate(at=NOON)
    assert journal.verify().sound
