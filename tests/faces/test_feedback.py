"""Anybody writes and has a number and a date at once; nothing is kept before consent, nor of others unasked."""

from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from derbes.core.appeals.models import Appeal
from derbes.core.consents.models import Consent
from derbes.core.subjects.models import State, Subject
from derbes.core.vault.models import PersonKey, Sealed
from derbes.flows import accounts, agreed, appeals, consent
from derbes.flows import opening as opened
from tests.conftest import NOON
from tests.faces.walk import hidden, page

pytestmark = pytest.mark.django_db

LETTER = {
    "kind": "question",
    "text": "Қарызым бар ма?",
    "given_name": "Әлия",
    "email": "Aliya@EXAMPLE.kz",
    "agreed": "on",
}


@pytest.fixture(autouse=True)
def noon(published, time_at, monkeypatch):
    time_at(NOON)
    monkeypatch.setattr("derbes.faces.public.forms.SOONEST", 0)


@pytest.fixture
def at_home(aliya):
    """Aliya, signed in."""
    browser = Client()
    browser.force_login(aliya.user)
    return browser


def write(client, prefix="", **changed):
    address = f"{prefix}/feedback"
    letter = {**hidden(client.get(address)), **LETTER, **changed}
    return client.post(address, {name: value for name, value in letter.items() if value is not None})


def nothing_kept():
    return not any(table.objects.exists() for table in (Subject, Consent, PersonKey, Sealed, Appeal))


@pytest.mark.clause("1.8")
def test_the_unregistered_write_and_get_a_number_and_a_date(client):
    assert write(client).url == "/feedback/sent"
    appeal = Appeal.objects.get()
    shown = page(client.get("/feedback/sent"))
    assert appeal.number in shown
    assert "2026 жылғы 23 қараша" in shown
    assert "2026 жылғы 14 желтоқсан" in shown  # fifteen working days
    assert page(client.get("/feedback/sent")).count(appeal.number) == 1  # looked at again, it says the same
    assert Appeal.objects.count() == 1
    assert Subject.objects.get().state == State.CORRESPONDENT
    assert agreed.now(appeal.subject, at=timezone.now()) == {("communication", "")}


@pytest.mark.clause("1.8")
def test_mandatory_fields_are_marked_and_one_way_to_answer_is_enough(client):
    form = client.get("/feedback").context["form"]
    assert {n for n, f in form.fields.items() if f.required} == {"kind", "text", "given_name"}
    assert write(client, email="", phone_mobile="8 (700) 003 77 33").url == "/feedback/sent"
    answer = write(client, "/en", email="")
    assert "one is enough for an answer" in page(answer)
    assert 'href="#id_email"' in page(answer)


@pytest.mark.clause("5.1")
def test_without_consent_nothing_is_kept(client):
    assert "checked" not in page(client.get("/feedback"))
    answer = write(client, "/en", agreed=None)
    assert "Without this consent" in page(answer)
    assert "Қарызым бар ма?" in page(answer)
    assert 'href="/en/without-consent"' in page(answer)
    assert nothing_kept()


@pytest.mark.clause("5.2")
def test_the_text_that_is_kept_as_evidence_can_be_read_first(client):
    offered = client.get("/feedback").context["offer"]
    shown = page(client.get("/feedback"))
    for item in offered.items:
        assert item.title in shown
        assert item.text in shown


@pytest.mark.clause("2.4")
def test_other_peoples_data_are_asked_about_before_they_are_kept(client):
    text = "Көршімнің ЖСН 900101300811, телефоны +7 701 234 56 78"
    answer = write(client, "/en", text=text)
    assert "an IIN, a phone number" in page(answer)
    assert text in page(answer)
    assert nothing_kept()
    refused = client.post("/en/feedback", {**hidden(answer), **LETTER, "text": text})
    assert "take the data out of the text" in page(refused)
    assert nothing_kept()
    sent = client.post("/en/feedback", {**hidden(answer), **LETTER, "text": text, "sure": "on"})
    assert sent.url == "/en/feedback/sent"


def test_the_authors_own_contact_in_the_text_is_nobody_elses(client):
    assert write(client, text="Маған aliya@example.kz арқылы жазыңыз").url == "/feedback/sent"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"email": "aliya"}, "Write the e-mail address in full"),
        ({"email": "", "phone_mobile": "+8 700 003 77 33"}, "+7, not +8"),
        ({"given_name": "4лия"}, "Write the name in letters"),
        ({"text": "а" * 4001}, "longer than 4000 characters"),
        ({"text": " "}, "Fill in this field"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(client, changed, sentence):
    answer = write(client, "/en", **changed)
    assert sentence in page(answer)
    assert "<title>Error:" in page(answer)
    assert nothing_kept()


def test_switching_the_language_keeps_the_letter_and_judges_nothing(client):
    answer = write(client, "/ru", switch="1", email="aliya", agreed="on")
    assert 'lang="ru"' in page(answer)
    assert 'value="aliya"' in page(answer)
    assert " checked" in page(answer)
    assert "govuk-error" not in page(answer)
    assert nothing_kept()


def test_a_robot_keeps_nothing(client, monkeypatch):
    assert write(client, homepage="spam").status_code == 200
    monkeypatch.setattr("derbes.faces.public.forms.SOONEST", 2)
    assert write(client).status_code == 200
    assert nothing_kept()


def test_a_flood_from_one_address_is_stopped(client):
    answers = [write(client).status_code for _ in range(31)]
    assert answers == [302] * 30 + [429]


def test_who_is_signed_in_is_not_asked_how_to_be_answered(at_home):
    form = at_home.get("/feedback").context["form"]
    assert not form.fields.keys() & {"given_name", "email", "phone_mobile", "agreed"}
    assert (
        at_home.post(
            "/feedback", {**hidden(at_home.get("/feedback")), "kind": "question", "text": "Сұрақ"}
        ).url
        == "/feedback/sent"
    )
    assert Subject.objects.count() == 1
    assert Appeal.objects.count() == 1


def test_who_took_back_the_consent_to_be_answered_is_asked_for_it_again(at_home, aliya):
    gone = consent.Change(withdraw=frozenset({("communication", "")}), language="kk")
    consent.change(aliya.actor, gone, at=NOON)
    seen = hidden(at_home.get("/en/feedback"))
    assert "Without this consent" in page(
        at_home.post("/en/feedback", {**seen, "kind": "question", "text": "Сұрақ"})
    )
    assert (
        at_home.post("/feedback", {**seen, "kind": "question", "text": "Сұрақ", "agreed": "on"}).url
        == "/feedback/sent"
    )
    assert ("communication", "") in agreed.now(aliya.subject, at=timezone.now())


def test_a_row_of_the_journal_can_be_asked_about(at_home, client):
    assert "entry No. 7" in page(at_home.get("/en/feedback?entry=7"))
    assert (
        "<script"
        not in page(at_home.get("/en/feedback?entry=<script>")).split("</main>")[0].split("<main")[1]
    )
    assert "entry No." not in page(client.get("/en/feedback?entry=7"))


@pytest.mark.clause("3.3")
def test_a_message_is_read_by_who_has_its_matter_and_by_nobody_else(client, bauyrzhan, chingiz):
    write(client)
    appeal = Appeal.objects.get()
    field = f"message/{appeal.id}"
    clerk, other = accounts.actor(bauyrzhan), accounts.actor(chingiz)
    appeals.take(clerk, appeal.number, at=NOON)
    seen = opened.look(clerk, UUID(str(appeal.subject)), [field], [], purpose="communication", at=NOON)
    assert seen.values[field] == LETTER["text"]
    with pytest.raises(opened.Refused):
        opened.look(other, appeal.subject, [field], [], purpose="communication", at=NOON)
