"""Aliya signs in by a code; nobody learns from the pages who is known here; nobody gets in without the code."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from derbes.core.accounts.models import SignIn
from derbes.flows import registration
from derbes.outside import sms
from tests.conftest import ALIYA, NOON
from tests.faces.walk import page

pytestmark = pytest.mark.django_db

WAYS = ["8 (700) 003 77 33", "+77000037733", "ALIYA@Example.kz", "900101 300007"]


@pytest.fixture(autouse=True)
def noon(published, time_at):
    time_at(NOON)


def ask(client, who="8 700 003 77 33", **more):
    return client.post("/sign-in", {"who": who, **more})


@pytest.mark.parametrize("who", WAYS)
def test_a_phone_an_e_mail_and_an_iin_lead_to_the_cabinet(client, aliya, sent, who):
    assert ask(client, who).url == "/sign-in/code"
    typed = next(word for word in sent()[-1].text.split() if word.isdigit())
    assert client.post("/sign-in/code", {"code": f"{typed[:3]} {typed[3:]}"}).url == "/cabinet/"
    assert UUID(client.session["_auth_user_id"]) == aliya.user.pk
    assert SignIn.objects.get().way == "code"
    assert SignIn.objects.get().session == client.session.session_key


def test_the_pages_are_the_same_for_the_known_and_the_unknown(aliya, sent):
    known, unknown = Client(), Client()
    answers = [ask(known), ask(unknown, "8 701 234 56 78")]
    assert {(answer.status_code, answer.url) for answer in answers} == {(302, "/sign-in/code")}
    looks = {page(each.get("/sign-in/code")).split("<main")[1].split("csrf")[0] for each in (known, unknown)}
    assert len(looks) == 1
    wrong = {
        page(each.post("/sign-in/code", {"code": "1"})).split("<main")[1].split("csrf")[0]
        for each in (known, unknown)
    }
    assert len(wrong) == 1
    assert [message.to for message in sent()] == ["+77000037733"]


def test_a_code_that_could_not_be_sent_tells_nothing_either(client, aliya, monkeypatch):
    def broken(to, text):
        raise sms.NotSent("unreachable", "The gateway does not answer.")

    monkeypatch.setattr(sms, "send", broken)
    assert ask(client).url == "/sign-in/code"
    assert client.post("/sign-in/code", {"again": "1"}).url == "/sign-in/code?again=1"


def test_what_was_typed_is_in_no_session_and_no_address(client, aliya):
    answer = ask(client)
    assert "700" not in answer.url
    kept = Session.objects.get().get_decoded()
    assert "7000037733" not in str(kept)


@pytest.mark.clause("4.1")
def test_a_wrong_code_opens_nothing_and_costs_a_try(client, aliya, code):
    ask(client)
    for _ in range(5):
        assert "This is not the code" in page(client.post("/en/sign-in/code", {"code": "000000"}))
    client.post("/sign-in/code", {"code": code("+77000037733")})
    assert "_auth_user_id" not in client.session


def test_an_old_code_opens_nothing(client, aliya, code, time_at):
    ask(client)
    time_at(NOON + timedelta(minutes=11))
    assert "This is not the code" in page(client.post("/en/sign-in/code", {"code": code("+77000037733")}))


def test_a_code_is_good_once_and_in_the_browser_that_asked(client, aliya, code):
    ask(client)
    typed = code("+77000037733")
    other = Client()
    assert other.post("/sign-in/code", {"code": typed}).url == "/sign-in"
    ask(other, "8 701 234 56 78")
    assert "This is not the code" in page(other.post("/en/sign-in/code", {"code": typed}))
    assert client.post("/sign-in/code", {"code": typed}).status_code == 302
    client.post("/sign-out")
    ask(client, "8 701 234 56 78")
    assert "This is not the code" in page(client.post("/en/sign-in/code", {"code": typed}))


def test_another_code_makes_the_one_before_useless(client, aliya, code):
    ask(client)
    first = code("+77000037733")
    assert client.post("/sign-in/code", {"again": "1"}).url == "/sign-in/code?again=1"
    assert "Another code is on its way" in page(client.get("/en/sign-in/code?again=1"))
    second = code("+77000037733")
    if first != second:
        assert "This is not the code" in page(client.post("/en/sign-in/code", {"code": first}))
    assert client.post("/sign-in/code", {"code": second}).url == "/cabinet/"


def test_asking_too_often_is_stopped_for_the_known_and_the_unknown_alike(aliya):
    for number, who in enumerate(("8 700 003 77 33", "8 701 234 56 78")):
        browser = Client(REMOTE_ADDR=f"203.0.113.{number}")
        assert [ask(browser, who).status_code for _ in range(6)] == [302] * 5 + [429]
        assert [browser.post("/sign-in/code", {"again": "1"}).status_code for _ in range(5)] == [302] * 4 + [
            429
        ]


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("12345", "phone number with its code"),
        ("900101300008", "control digit"),
        ("a@b", "in full"),
        ("", "required"),
    ],
)
def test_what_cannot_be_a_contact_is_explained(client, who, sentence):
    answer = client.post("/en/sign-in", {"who": who})
    assert sentence in page(answer)
    assert "<title>Error:" in page(answer)


def test_a_page_asked_for_is_come_to_after_signing_in_and_a_foreign_one_is_not(aliya, code):
    for onward, address in (
        ("/ru/cabinet/looks", "/ru/cabinet/looks"),
        ("https://evil.example/", "/cabinet/"),
        ("//evil.example", "/cabinet/"),
    ):
        browser = Client()
        assert ("evil" in page(browser.get("/sign-in", {"next": onward})).split("<main")[1]) is False
        ask(browser, next=onward)
        assert browser.post("/sign-in/code", {"code": code("+77000037733")}).url == address


def test_switching_the_language_keeps_what_was_typed(client):
    answer = client.post("/ru/sign-in", {"who": "12345", "switch": "1"})
    assert 'value="12345"' in page(answer)
    assert "govuk-error-summary" not in page(answer)


def test_signing_in_changes_the_key_of_the_session(client, aliya, code):
    ask(client)
    before = client.session.session_key
    client.post("/sign-in/code", {"code": code("+77000037733")})
    assert client.session.session_key != before


def test_signing_out_takes_a_press_and_ends_the_session(client, aliya, code):
    ask(client)
    client.post("/sign-in/code", {"code": code("+77000037733")})
    assert "Sign out?" in page(client.get("/en/sign-out"))
    assert "_auth_user_id" in client.session
    client.post("/sign-out")
    assert "_auth_user_id" not in client.session
    assert not SignIn.objects.exists()
    assert client.get("/cabinet/").url.startswith("/sign-in")


def test_nobody_is_locked_out_by_a_stranger_who_registers_with_their_iin(
    client, aliya, agreement, code, sent
):
    registration.register(
        agreement, {**ALIYA, "phone_mobile": "8 701 999 99 99", "email": "x@example.kz"}, at=NOON
    )
    ask(client, "900101300007")
    assert sent()[-1].to == "+77000037733"


def test_who_is_signed_in_is_not_asked_again(client, aliya):
    client.force_login(aliya.user)
    assert client.get("/sign-in").url == "/cabinet/"
    assert client.get("/register").url == "/cabinet/"


def test_the_passkey_form_is_there_for_browsers_that_can(client):
    shown = page(client.get("/en/sign-in"))
    assert 'action="/en/cabinet/passkeys/sign-in" data-passkey="get" hidden' in shown
    assert "js/passkeys.js" in shown
