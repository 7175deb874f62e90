"""Aliya changes her data in the cabinet, and Bauyrzhan sees to what takes a document; nobody else does either."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from derbes.flows import accounts, proposal, reading, verification
from tests.conftest import NOON, Person
from tests.faces.at_work import at_work, page
from tests.faces.walk import picture

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
NEW = "new@example.kz"
MINE = ("/cabinet/data/change", "/cabinet/data/change/document", "/cabinet/data/changes")
CONTACTS = {"email": "aliya@example.kz", "phone_mobile": "+77000037733", "phone_home": "", "phone_work": ""}
IDENTITY = {
    "surname": "Ахметова",
    "given_name": "Әлия",
    "patronymic": "Қайратқызы",
    "birth_date_day": "1",
    "birth_date_month": "1",
    "birth_date_year": "1990",
    "iin": "",
}


@pytest.fixture(autouse=True)
def an_hour_later(time_at: Callable[[datetime], None]) -> None:
    """It is an hour after Aliya was verified."""
    time_at(LATER)


@pytest.fixture
def at_home(aliya: Person) -> Client:
    """Aliya's browser, signed in."""
    client = Client()
    client.force_login(aliya.user)
    accounts.began(aliya.user, client.session.session_key, "code", at=timezone.now())  # type: ignore[arg-type]
    return client


@pytest.fixture
def asked(at_home: Client, aliya: Person) -> str:
    """Aliya has asked for her new surname."""
    at_home.post("/cabinet/data/change/document", {**IDENTITY, "scans": [picture()]})
    return proposal.corrections(aliya.subject).get().number


@pytest.mark.parametrize("address", MINE)
def test_nobody_else_comes_in(published: str, chingiz: Any, address: str) -> None:
    assert Client().get(address).status_code == 302
    client = Client()
    client.force_login(chingiz)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("language", ["", "/ru", "/en"])
@pytest.mark.parametrize("address", MINE)
def test_every_page_opens_in_three_languages_and_is_kept_by_no_browser(
    at_home: Client, address: str, language: str
) -> None:
    answer = at_home.get(language + address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


# At once


@pytest.mark.clause("2.5")
def test_what_is_hers_to_say_is_changed_at_once(at_home: Client) -> None:
    form = page(at_home.get("/en/cabinet/data/change"))
    assert 'value="aliya@example.kz"' in form
    assert 'name="surname"' not in form
    answer = at_home.post(
        "/en/cabinet/data/change", {**CONTACTS, "phone_home": "8 7172 55 55 55"}, follow=True
    )
    assert "+7 717 255 55 55" in page(answer)
    assert "Your data are kept as you wrote them." in page(answer)


@pytest.mark.clause("2.5")
def test_a_new_contact_waits_for_its_code_in_sight(at_home: Client, code: Callable[[str], str]) -> None:
    answer = at_home.post("/en/cabinet/data/change", {**CONTACTS, "email": "New@Example.kz"})
    assert answer["Location"] == "/en/cabinet/data/change/contact/email"
    assert "Enter the code" in page(at_home.get("/en/cabinet/data"))
    waits = page(at_home.get(answer["Location"]))
    assert "New@example.kz" in waits
    at_home.post(answer["Location"], {"send": "1"})
    wrong = page(at_home.post(answer["Location"], {"code": "1"}))
    assert "<title>Error" in wrong
    done = at_home.post(answer["Location"], {"code": code("New@example.kz")}, follow=True)
    assert "The new contact is confirmed" in page(done)
    shown = page(at_home.get("/en/cabinet/data"))
    assert "New@example.kz" in shown
    assert "aliya@example.kz" not in shown
    assert "Enter the code" not in shown


def test_a_new_contact_can_be_thrown_away(at_home: Client) -> None:
    at_home.post("/cabinet/data/change", {**CONTACTS, "email": NEW})
    at_home.post("/cabinet/data/change/contact/email", {"drop": "1"})
    shown = page(at_home.get("/cabinet/data"))
    assert NEW not in shown
    assert "aliya@example.kz" in shown
    assert at_home.get("/cabinet/data/change/contact/email").status_code == 302


def test_what_is_wrong_is_said_beside_it_and_what_was_typed_stays(at_home: Client) -> None:
    wrong = page(at_home.post("/en/cabinet/data/change", {**CONTACTS, "phone_home": "12", "email": ""}))
    assert "<title>Error" in wrong
    assert "Write the phone number with its code" in wrong
    assert 'href="#id_email"' in wrong
    assert 'value="12"' in wrong


def test_another_language_keeps_what_was_typed(at_home: Client) -> None:
    shown = page(at_home.post("/ru/cabinet/data/change", {**CONTACTS, "phone_home": "12", "switch": "1"}))
    assert '<html lang="ru"' in shown
    assert 'value="12"' in shown
    assert "Ошибка" not in shown


# On a document


@pytest.mark.clause("2.5")
def test_a_change_on_a_document_gets_a_number_and_a_date_at_once(at_home: Client, aliya: Person) -> None:
    form = page(at_home.get("/en/cabinet/data/change/document"))
    assert 'value="Сәрсенова"' in form
    assert "900101300007" not in form
    answer = at_home.post("/en/cabinet/data/change/document", {**IDENTITY, "scans": [picture()]}, follow=True)
    matter = proposal.corrections(aliya.subject).get()
    assert matter.number in page(answer)
    assert "due by 24 November 2026" in page(answer)
    assert matter.asks == ["surname"]
    shown = page(at_home.get("/en/cabinet/data"))
    assert "Сәрсенова" in shown
    assert "Asked for" in shown
    assert matter.number in shown
    assert matter.number in page(at_home.get("/en/cabinet/"))


def test_without_a_document_or_a_difference_it_says_so(at_home: Client, aliya: Person) -> None:
    wrong = page(at_home.post("/en/cabinet/data/change/document", IDENTITY))
    assert "Choose a file." in wrong
    same = {**IDENTITY, "surname": "Сәрсенова", "scans": [picture()]}
    assert "Nothing differs" in page(at_home.post("/en/cabinet/data/change/document", same))
    assert not proposal.corrections(aliya.subject).exists()


def test_one_that_is_being_seen_to_stands_in_the_way_of_another(at_home: Client, asked: str) -> None:
    form = page(at_home.get("/cabinet/data/change/document"))
    assert asked in form
    assert 'name="surname"' not in form
    again = at_home.post("/cabinet/data/change/document", {**IDENTITY, "scans": [picture()]})
    assert again.status_code == 200


def test_it_is_taken_back_by_its_owner_and_seen_by_no_other(
    at_home: Client, asked: str, aliya: Person
) -> None:
    at_home.post(f"/cabinet/data/change/{asked}")
    assert proposal.corrections(aliya.subject).get().outcome == "taken_back"
    assert at_home.get("/cabinet/data/change/C26-AAAA-AAAA").status_code == 404


def test_a_late_answer_is_shown_late(
    at_home: Client, asked: str, time_at: Callable[[datetime], None]
) -> None:
    time_at(NOON + timedelta(days=9))
    assert "We are late" in page(at_home.get(f"/en/cabinet/data/change/{asked}"))
    assert "was due by 24 November 2026: we are late" in page(at_home.get("/en/cabinet/"))


# Is it still right?


@pytest.mark.clause("2.5")
def test_after_half_a_year_she_is_asked_once(
    at_home: Client, aliya: Person, time_at: Callable[[datetime], None]
) -> None:
    assert "Are your data still right?" not in page(at_home.get("/en/cabinet/"))
    time_at(NOON + timedelta(days=181))
    at_home.force_login(aliya.user)
    home = page(at_home.get("/en/cabinet/"))
    assert "Are your data still right?" in home
    assert 'href="/en/cabinet/data/change"' in home
    answer = at_home.post("/en/cabinet/data/right", follow=True)
    assert "Thank you" in page(answer)
    assert "Are your data still right?" not in page(at_home.get("/en/cabinet/"))


def test_what_was_changed_is_listed_without_what_stood_there(at_home: Client) -> None:
    at_home.post("/cabinet/data/change", {**CONTACTS, "phone_home": "8 7172 55 55 55"})
    at_home.post("/cabinet/data/change", {**CONTACTS, "phone_home": "8 7172 66 66 66"})
    shown = page(at_home.get("/en/cabinet/data/changes"))
    assert shown.count("Data were changed") == 2
    assert "Home phone" in shown
    assert "7172" not in shown


# At the office


@pytest.mark.clause("3.3")
def test_the_clerk_sees_values_only_by_purpose_and_decides_once(
    asked: str, bauyrzhan: Any, aliya: Person
) -> None:
    client = at_work(bauyrzhan)
    assert asked in page(client.get("/en/office/corrections"))
    assert asked in page(client.get("/en/office/"))
    case = f"/en/office/corrections/{asked}"
    shown = page(client.get(case))
    assert "Surname" in shown
    assert "Due by 24 November 2026" in shown
    for value in ("Сәрсенова", "Ахметова"):
        assert value not in shown
    client.post(f"{case}/take")
    assert "Choose the purpose" in page(client.post(f"{case}/open"))
    opened = client.post(f"{case}/open", {"purpose": "verification"})
    assert "no-store" in opened["Cache-Control"]
    for value in ("Сәрсенова", "Ахметова", "data:image/jpeg;base64,"):
        assert value in page(opened)
    scan = re.search(r'name="scan" value="([^"]+)"', page(opened))
    assert scan is not None
    whole = client.post(f"{case}/scan", {"scan": scan[1], "purpose": "verification"})
    assert whole["Content-Type"] == "image/jpeg"
    assert client.get(f"{case}/accept").status_code == 200
    assert client.post(f"{case}/accept").status_code == 302
    assert client.post(f"{case}/accept").status_code == 409
    assert client.post(f"{case}/refuse", {"reason": "not_shown"}).status_code == 409
    assert reading.own(aliya.actor, ["surname"], at=LATER) == {"surname": "Ахметова"}


@pytest.mark.clause("3.3")
def test_nothing_is_opened_before_it_is_taken(asked: str, bauyrzhan: Any) -> None:
    answer = at_work(bauyrzhan).post(f"/en/office/corrections/{asked}/open", {"purpose": "verification"})
    assert answer.status_code == 403
    assert "Ахметова" not in page(answer)


def test_a_refusal_has_its_reason_and_she_reads_it(asked: str, bauyrzhan: Any, at_home: Client) -> None:
    client = at_work(bauyrzhan)
    client.post(f"/office/corrections/{asked}/take")
    assert "Choose the reason" in page(client.post(f"/en/office/corrections/{asked}/refuse"))
    client.post(f"/office/corrections/{asked}/refuse", {"reason": "not_shown"})
    assert "The document does not show what you asked to change." in page(
        at_home.get(f"/en/cabinet/data/change/{asked}")
    )


@pytest.mark.clause("3.3")
@pytest.mark.parametrize("path", ["", "/accept", "/refuse"])
def test_the_staff_without_the_power_are_refused(asked: str, chingiz: Any, path: str) -> None:
    client = at_work(chingiz)
    assert client.get(f"/office/corrections/{asked}{path}").status_code == 403
    assert client.get("/office/corrections").status_code == 403
    assert "corrections" not in page(client.get("/office/"))


def test_a_registration_is_no_change_and_a_change_no_registration(
    aliya: Person, asked: str, bauyrzhan: Any
) -> None:
    client = at_work(bauyrzhan)
    assert client.get(f"/office/corrections/{aliya.number}").status_code == 404
    assert client.get(f"/office/registrations/{asked}").status_code == 404


def test_a_colleagues_change_is_not_taken(asked: str, bauyrzhan: Any, published: str) -> None:
    from derbes.core.accounts.models import User

    other = User.employ("r-18", unit="registry", role="registrar", password="x" * 12, at=NOON)
    verification.take(accounts.actor(other), asked, at=LATER)
    assert at_work(bauyrzhan).post(f"/office/corrections/{asked}/take").status_code == 409
