"""Before anything of Aliya is kept: what she is told, what she agrees to, and how she may refuse."""

import re
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.middleware.csrf import CSRF_ALLOWED_CHARS
from django.test import Client
from django.utils import timezone

from derbes.core.accounts.models import User
from derbes.core.consents.models import Consent
from derbes.core.documents.models import Document
from derbes.core.journal.models import Entry
from derbes.core.matters.models import Matter
from derbes.core.subjects.models import Subject
from derbes.core.vault.models import PersonKey, Sealed
from derbes.faces.public import kept
from derbes.faces.public.registration.forms import first_sentence, name_of
from derbes.flows import agreed
from tests.conftest import NOON
from tests.faces.walk import agree, hidden, page, ticks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(published, time_at, monkeypatch):
    """It is noon; nobody is hurried."""
    time_at(NOON)
    monkeypatch.setattr("derbes.faces.public.forms.SOONEST", 0)


@pytest.fixture
def begun(client):
    """Aliya has agreed and begins."""
    agree(client)
    return client


def subject_of(client):
    return UUID(client.session["draft"])


def nothing_kept():
    tables = (
        Subject,
        Consent,
        PersonKey,
        Sealed,
        Document,
        Matter,
        User,
        Session,
        Entry.objects.exclude(operation="publish"),
    )
    return not any(getattr(table, "objects", table).exists() for table in tables)


def test_the_start_tells_what_it_takes_and_asks_for_whom(client):
    shown = page(client.get("/en/register"))
    assert "destroyed after 14 days" in shown
    assert 'href="/en/without-consent"' in shown
    assert 'href="/en/policy"' in shown
    assert client.post("/en/register", {"whom": "other"}).url == "/en/register/consent?for=other"
    assert "Error:" in page(client.post("/en/register", {}))


@pytest.mark.clause("5.1")
def test_nothing_is_ticked_beforehand_and_the_four_statements_stand_apart(client):
    shown = page(client.get("/register/consent"))
    assert "checked" not in shown
    for statement in ("processing", "own", "read", "accept"):
        assert shown.count(f'type="checkbox" id="id_statement-{statement}"') == 1


@pytest.mark.clause("5.2")
def test_every_purpose_and_act_has_a_tick_and_its_whole_text(client):
    answer = client.get("/register/consent")
    shown = page(answer)
    for item in answer.context["offer"].items:
        first = first_sentence(item.text)
        assert f'name="{name_of(item)}"' in shown
        assert all(said in shown for said in (item.title, first, item.text.removeprefix(first).strip()))
    assert "Үлгі" in shown
    assert 'href="/policy/2026-11-22/"' in shown


@pytest.mark.clause("5.1")
@pytest.mark.parametrize(
    "lacking", ["statement-read", "statement-own", "purpose-service", "purpose-verification"]
)
def test_without_what_is_needed_nothing_at_all_is_kept_and_each_lack_is_named(client, lacking):
    seen = hidden(client.get("/en/register/consent"))
    answer = client.post("/en/register/consent", {**seen, **ticks(without=[lacking])})
    assert answer.status_code == 200
    assert f'href="#id_{lacking}"' in page(answer)
    assert "<title>Error:" in page(answer)
    assert nothing_kept()


@pytest.mark.clause("5.1")
def test_who_does_not_agree_leaves_no_trace(client):
    client.get("/register")
    client.get("/register/consent?for=self")
    answer = client.get("/en/without-consent")
    assert "nothing of yours is stored" in page(answer)
    assert "privacy@example.kz" in page(answer)
    assert nothing_kept()
    assert "derbes_session" not in client.cookies


@pytest.mark.clause("5.2")
def test_with_the_consent_the_registration_begins_and_only_what_was_ticked_is_given(client):
    assert agree(client, **{"purpose-advertising": "on"}).url == "/register/tasks"
    given = agreed.now(subject_of(client), at=timezone.now())
    assert ("advertising", "") in given
    assert ("research", "") not in given
    assert ("contract", "transfer") not in given


def test_a_text_that_changed_meanwhile_is_shown_anew_and_not_agreed_to(client, madina):
    seen = hidden(client.get("/register/consent"))
    answer = client.post("/register/consent", {**seen, **ticks(), "seen": "0" * 64})
    assert answer.url == "/register/consent"
    assert not Subject.objects.exists()


def test_a_second_consent_in_the_same_session_opens_no_second_record(begun):
    agree(begun)
    assert Subject.objects.count() == 1


def test_a_robot_that_fills_the_trap_or_answers_at_once_keeps_nothing(client, monkeypatch):
    assert agree(client, homepage="http://spam.example").status_code == 200
    monkeypatch.setattr("derbes.faces.public.forms.SOONEST", 2)
    assert agree(client).status_code == 200
    assert agree(client, since="forged").status_code == 200
    assert nothing_kept()


def test_whoever_was_too_quick_sends_the_same_page_once_more(client, time_at, monkeypatch):
    monkeypatch.setattr("derbes.faces.public.forms.SOONEST", 2)
    again = hidden(agree(client))
    time_at(NOON + timedelta(seconds=3))
    assert client.post("/register/consent?for=self", {**again, **ticks()}).url == "/register/tasks"


def test_a_flood_from_one_address_is_stopped(client):
    answers = [agree(Client(REMOTE_ADDR="203.0.113.9")).status_code for _ in range(31)]
    assert answers[:30] == [302] * 30
    assert answers[30] == 429
    assert agree(Client(REMOTE_ADDR="203.0.113.10")).status_code == 302


def test_switching_the_language_keeps_the_ticks(client):
    seen = hidden(client.get("/register/consent"))
    answer = client.post("/ru/register/consent", {**seen, "statement-read": "on", "switch": "1"})
    assert page(answer).count(" checked") == 1
    assert hidden(answer)["seen"] != seen["seen"]
    assert nothing_kept()


def test_the_first_page_is_made_once_and_each_visitor_has_a_token_of_their_own(published):
    kept._pages.clear()
    visitors, tokens = [Client(enforce_csrf_checks=True) for _ in range(3)], []
    for visitor in visitors:
        page = visitor.get("/register").content.decode()
        assert "@token@" not in page
        assert "@nonce@" not in page
        tokens.append(re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1])
        answer = visitor.post("/register", {"whom": "self", "csrfmiddlewaretoken": tokens[-1]})
        assert answer.status_code == 302
    assert len(kept._pages) == 1
    assert len(set(tokens)) == 3
    stranger = visitors[0].post("/register", {"whom": "self", "csrfmiddlewaretoken": tokens[-1]})
    assert stranger.status_code == 403


def test_the_letters_of_a_token_are_as_likely_as_one_another():
    drawn = Counter(kept._draw(62 * 400))
    assert drawn.keys() == set(range(62))
    assert drawn.total() == 62 * 400
    assert all(250 < times < 550 for times in drawn.values())
    assert bytes(range(62)).translate(kept._LETTERS).decode() == CSRF_ALLOWED_CHARS


def test_the_cookie_of_a_token_is_its_secret_and_not_told_on_the_page(published):
    visitor = Client()
    visitor.get("/register")
    visitor.cookies.clear()
    text = page(visitor.get("/register"))
    secret = visitor.cookies["derbes_csrf"].value
    assert (len(secret), secret in text) == (32, False)
