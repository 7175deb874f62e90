"""Aliya and the life of her data: she sees how long each is kept and why, blocks, withdraws, leaves, destroys; nobody else does."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import derbes_verify
import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from derbes.core.acts.models import Act
from derbes.core.agreements.models import Agreement
from derbes.core.holds.models import Block
from derbes.core.journal import public as journal_files
from derbes.core.subjects.models import Subject
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.faces.public import paper
from derbes.flows import accounts, agreements, blocking, consent, holds, journal
from derbes.flows.agreements import Kind
from derbes.flows.holds import HoldReason
from derbes.law.lifecycle import Ground
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind
from tests.conftest import ALIYA, NOON, Person
from tests.faces import walk
from tests.faces.reading import Page, foreign

pytestmark = pytest.mark.django_db

OFFICER = Actor(kind=ActorKind.STAFF, code="c-01", unit="cases", role="case_officer")
LATER = NOON + timedelta(hours=1)
PAGES = ("/cabinet/life", "/cabinet/life/block", "/cabinet/life/leave", "/cabinet/life/destroy")


@pytest.fixture(autouse=True)
def an_hour_later(time_at: Callable[[datetime], None]) -> None:
    cache.clear()
    time_at(LATER)


@pytest.fixture
def at_home(aliya: Person) -> Client:
    client = Client()
    client.force_login(aliya.user)
    accounts.began(aliya.user, client.session.session_key, "code", at=timezone.now())
    return client


def owe(person: Person) -> None:
    agreements.begin(OFFICER, person.subject, Kind.DEBT, started=NOON, obliged=True, at=NOON)


def read(client: Client, address: str) -> str:
    return walk.page(client.get(address))


def demand(client: Client, **changed: str) -> Any:
    return client.post("/en/cabinet/life/destroy", {"known": "on", "contact": "phone_mobile", **changed})


# Who comes in


@pytest.mark.parametrize("page", PAGES)
def test_nobody_who_is_not_signed_in_comes_in(published: str, page: str) -> None:
    assert Client().get(page)["Location"].startswith("/sign-in?next=")


@pytest.mark.clause("3.3")
@pytest.mark.parametrize("page", PAGES)
def test_the_staff_have_no_rights_over_it_here(dana: Any, page: str) -> None:
    client = Client()
    client.force_login(dana)
    assert client.get(page).status_code == 403


@pytest.mark.parametrize("language", ["", "/ru", "/en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_three_languages_and_no_browser_keeps_it(
    at_home: Client, page: str, language: str
) -> None:
    answer = at_home.get(language + page)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert not any(value in walk.page(answer) for value in (ALIYA["surname"], ALIYA["iin"], "003 77 33"))


# How long, and why


@pytest.mark.clause("5.3")
def test_she_reads_until_when_each_is_kept_and_why(at_home: Client, aliya: Person) -> None:
    before = read(at_home, "/en/cabinet/life")
    assert "the term has not started yet" in before
    assert "Providing services" in before
    assert 'href="/en/policy/2026-11-22/5.3"' in before
    agreements.leave(aliya.actor, at=NOON)
    after = read(at_home, "/en/cabinet/life")
    assert "up to and including 23 November 2029" in after
    assert "ended on 23 November 2026" in after
    assert "the term has not started yet" not in after


def test_a_law_that_orders_longer_wins_for_what_it_orders(at_home: Client, aliya: Person) -> None:
    debt = agreements.begin(OFFICER, aliya.subject, Kind.DEBT, started=NOON, at=NOON)
    agreements.end(OFFICER, aliya.subject, debt, agreements.EndReason.FULFILLED, ended=NOON, at=NOON)
    page = read(at_home, "/en/cabinet/life")
    assert "up to and including 31 December 2031" in page
    assert "Tax Code, art. 206(3)" in page
    assert "up to and including 23 November 2029" in page, "the rest goes earlier"


def test_a_hold_is_told_with_its_end(at_home: Client, aliya: Person, dana: Any) -> None:
    until = LATER + timedelta(days=10)
    holds.place(accounts.actor(dana), aliya.subject, HoldReason.COURT, paper="2-17/26", until=until, at=LATER)
    page = read(at_home, "/en/cabinet/life")
    assert "held for a court case, up to and including 3 December 2026" in page
    assert "2-17/26" not in page
    assert "may not be destroyed before it ends" in read(at_home, "/en/cabinet/life/destroy")


def test_who_leaves_starts_the_terms(at_home: Client, aliya: Person) -> None:
    assert at_home.post("/en/cabinet/life/leave").status_code == 302
    row = Agreement.objects.get(subject=aliya.subject)
    assert (row.end_reason, row.ended_at) == ("left", LATER)
    assert "I do not use the service any more" not in read(at_home, "/en/cabinet/life")


@pytest.mark.clause("5")
def test_who_owes_cannot_leave_and_reads_why(at_home: Client, aliya: Person) -> None:
    owe(aliya)
    answer = at_home.post("/en/cabinet/life/leave")
    assert answer.status_code == 409
    assert "An obligation of yours is not fulfilled yet" in walk.page(answer)
    assert Agreement.objects.get(subject=aliya.subject).ended_at is None


# Blocking


@pytest.mark.clause("5.3")
def test_she_blocks_and_lifts(at_home: Client, aliya: Person) -> None:
    sent = at_home.post("/en/cabinet/life/block", {"length": "open", "known": "on"})
    assert sent.status_code == 302
    assert Block.objects.get(subject=aliya.subject).ground == "request"
    assert "Your data are blocked" in read(at_home, "/en/cabinet/")
    assert at_home.get("/en/cabinet/data").status_code == 403
    page = read(at_home, "/en/cabinet/life")
    assert "Lift the block" in page
    refused = at_home.get("/en/cabinet/life/destroy")
    assert "Destroying is among the things that a block stops" in walk.page(refused)
    at_home.post("/en/cabinet/life/unblock")
    assert Block.objects.get(subject=aliya.subject).lifted_ground == "request"
    assert "The block is lifted" in read(at_home, "/en/cabinet/life")
    assert at_home.get("/en/cabinet/data").status_code == 200


def test_a_block_may_be_for_a_time(at_home: Client, aliya: Person) -> None:
    day = {"length": "day", "known": "on", "day_day": "1", "day_month": "12", "day_year": "2026"}
    at_home.post("/en/cabinet/life/block", day)
    assert "It ends by itself after 30 November 2026" in read(at_home, "/en/cabinet/life")
    blocking.sweep(at=LATER + timedelta(days=8))
    assert Subject.objects.get(subject=aliya.subject).blocked_at is None


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({}, "Choose for how long"),
        ({"length": "open"}, "Read what stops, and tick it"),
        ({"length": "day", "known": "on"}, "Say until which day"),
        (
            {"length": "day", "known": "on", "day_day": "23", "day_month": "11", "day_year": "2026"},
            "This day is not ahead",
        ),
    ],
)
def test_what_was_not_said_is_asked_for_and_nothing_is_blocked(
    at_home: Client, typed: dict[str, str], error: str
) -> None:
    page = walk.page(at_home.post("/en/cabinet/life/block", typed))
    assert error in page
    assert "<title>Error:" in page
    assert not Block.objects.exists()


def test_a_block_by_suspicion_is_not_hers_to_lift(at_home: Client, aliya: Person, dana: Any) -> None:
    blocking.block(accounts.actor(dana), aliya.subject, Ground.SUSPICION, at=LATER)
    page = read(at_home, "/en/cabinet/life")
    assert "there is information about a breach" in page
    assert "The responsible person looks into it by 24 November 2026" in page
    assert "Lift the block" not in page
    at_home.post("/en/cabinet/life/unblock")
    assert Subject.objects.get(subject=aliya.subject).blocked_at is not None


def test_another_language_keeps_what_was_chosen_and_blocks_nothing(at_home: Client) -> None:
    page = walk.page(at_home.post("/ru/cabinet/life/block", {"length": "open", "known": "on", "switch": "1"}))
    assert re.search(r'value="open"[^>]*checked', page)
    assert not Block.objects.exists()


# Withdrawal


@pytest.mark.clause("5")
def test_a_withdrawal_that_cannot_be_is_refused_with_its_ground(at_home: Client, aliya: Person) -> None:
    owe(aliya)
    before = read(at_home, "/en/cabinet/consents/contract")
    assert "cannot be withdrawn now" in before
    answer = at_home.post("/en/cabinet/consents/contract", {"word": "withdraw"})
    page = walk.page(answer)
    assert answer.status_code == 409
    assert "Law 94-V, art. 8(2)" in page
    assert ("contract", "") in consent.state(aliya.subject, "en", at=LATER)[1]
    assert any(row.says["event"] == "consent.bound" for row in journal.own(aliya.actor, at=LATER))


@pytest.mark.clause("5")
def test_what_is_a_choice_stops_although_something_is_owed(at_home: Client, aliya: Person) -> None:
    owe(aliya)
    for purpose, act in (("advertising", ""), ("contract", "transfer")):
        at_home.post(f"/en/cabinet/consents/{purpose}" + (f"/{act}" if act else ""), {"word": "give"})
    assert at_home.post("/en/cabinet/consents/advertising", {"word": "withdraw"}).status_code == 302
    partly = at_home.post("/en/cabinet/consents/contract", {"word": "withdraw"})
    page = walk.page(partly)
    assert "Part of it has stopped" in page
    now = consent.state(aliya.subject, "en", at=LATER)[1]
    assert ("contract", "") in now
    assert not {("contract", "transfer"), ("advertising", "")} & now


# Destroying


@pytest.mark.clause("5.3")
def test_before_it_she_reads_what_goes_what_stays_and_until_when(at_home: Client, aliya: Person) -> None:
    page = read(at_home, "/en/cabinet/life/destroy")
    assert "Individual identification number (IIN)" in page
    assert "No law orders to keep anything" in page
    assert "32 days" in page
    debt = agreements.begin(OFFICER, aliya.subject, Kind.DEBT, started=NOON, at=NOON)
    agreements.end(OFFICER, aliya.subject, debt, agreements.EndReason.FULFILLED, ended=NOON, at=NOON)
    page = read(at_home, "/en/cabinet/life/destroy")
    assert "up to and including 31 December 2031" in page
    assert "Tax Code, art. 206(3)" in page


def test_it_takes_a_tick_and_a_code_and_nothing_goes_without(
    at_home: Client, aliya: Person, code: Any
) -> None:
    assert "Read what goes and what stays, and tick it" in walk.page(demand(at_home, known=""))
    assert "Choose where to send the code" in walk.page(demand(at_home, contact=""))
    assert at_home.get("/en/cabinet/life/destroy/code")["Location"] == "/en/cabinet/life/destroy"
    assert at_home.post("/en/cabinet/life/destroy/code", {"code": "000000"}).status_code == 302
    assert demand(at_home)["Location"] == "/en/cabinet/life/destroy/code"
    right = code("+7700")
    wrong = str((int(right) + 1) % 10**6).zfill(6)
    assert "not the code that was sent last" in walk.page(
        at_home.post("/en/cabinet/life/destroy/code", {"code": wrong})
    )
    assert PersonKey.objects.filter(subject=aliya.subject).exists()


def test_a_code_for_signing_in_destroys_nothing(at_home: Client, aliya: Person, code: Any) -> None:
    demand(at_home)
    accounts.ask_sign_in("iin", ALIYA["iin"], who="203.0.113.7", at=LATER)
    at_home.post("/en/cabinet/life/destroy/code", {"code": code("+7700")})
    assert PersonKey.objects.filter(subject=aliya.subject).exists()


@pytest.mark.clause("5.3")
def test_she_destroys_and_has_an_act(at_home: Client, aliya: Person, code: Any, monkeypatch: Any) -> None:
    demand(at_home)
    done = walk.page(at_home.post("/en/cabinet/life/destroy/code", {"code": code("+7700")}))
    assert Act.objects.get().number in done
    assert not PersonKey.objects.exists()
    assert not Sealed.objects.exists()
    assert not Found.objects.exists()
    act = Act.objects.get(subject=aliya.subject)
    page = read(at_home, "/en/act")
    assert act.number in page
    assert "the person demanded it" in page.lower()
    assert "Surname" in page
    assert at_home.get("/en/cabinet/")["Location"].startswith("/en/sign-in")
    monkeypatch.setattr(paper, "pdf", str.encode)
    on_paper = at_home.get("/en/act/act.pdf")
    assert on_paper["Content-Type"] == "application/pdf"
    assert act.number in on_paper.content.decode()
    assert str(aliya.subject) not in on_paper.content.decode() + page


def last_history(page: str) -> bytes:
    found = re.search(
        r'download="(D26-[^"]+)\.json" href="data:application/json;base64,([A-Za-z0-9+/=]+)"', page
    )
    assert found is not None
    assert found[1] == Act.objects.get().number
    return base64.b64decode(found[2])


@pytest.mark.clause("5.3")
def test_her_last_history_proves_the_destruction_and_is_kept_nowhere(
    at_home: Client, aliya: Person, code: Any, tmp_path: Path, capsys: Any
) -> None:
    demand(at_home)
    done = walk.page(at_home.post("/en/cabinet/life/destroy/code", {"code": code("+7700")}))
    saved = tmp_path / "last.json"
    saved.write_bytes(last_history(done))
    told = json.loads(saved.read_bytes())["document"]
    last = json.loads(told["entries"][-1]["body"])
    assert (last["event"], last["operation"]) == ("destruction.demand", "destroy")
    public = tmp_path / "journal"
    for path in journal_files.paths():
        (public / path).parent.mkdir(parents=True, exist_ok=True)
        (public / path).write_bytes(journal_files.resource(path).body)
    call = ["history", str(saved), "--key", journal.key(), "--journal", str(public)]
    assert derbes_verify.main(call) == 0
    assert f"{told['count']}" in capsys.readouterr().out

    secret = told["secret"]
    assert secret not in read(at_home, "/en/act")
    assert not any(secret in str(session.get_decoded()) for session in Session.objects.all())


def test_her_last_history_goes_along_when_she_changes_the_language_of_that_page(
    at_home: Client, aliya: Person, code: Any
) -> None:
    demand(at_home)
    done = at_home.post("/en/cabinet/life/destroy/code", {"code": code("+7700")})
    shown = walk.page(done)
    assert 'formaction="/ru/act"' in shown
    assert 'action="/en/act"' in shown
    russian = walk.page(at_home.post("/ru/act", {**walk.hidden(done), "switch": "1"}))
    assert last_history(russian) == last_history(shown)
    again = at_home.post("/en/cabinet/life/destroy/code", {"code": "000000"})
    assert again["Location"] == "/en/act"
    assert "data:application/json" not in walk.page(at_home.post("/ru/act", {"last": "<b>", "switch": "1"}))


def test_what_a_law_orders_stays_in_the_archive_and_the_act_says_so(
    at_home: Client, aliya: Person, code: Any
) -> None:
    debt = agreements.begin(OFFICER, aliya.subject, Kind.DEBT, started=NOON, at=NOON)
    agreements.end(OFFICER, aliya.subject, debt, agreements.EndReason.FULFILLED, ended=NOON, at=NOON)
    demand(at_home)
    at_home.post("/en/cabinet/life/destroy/code", {"code": code("+7700")})
    page = read(at_home, "/en/act")
    assert "Everything but what a law orders to keep was destroyed" in page
    assert "up to and including 31 December 2031" in page
    assert Subject.objects.get(subject=aliya.subject).life == "restricted_archive"


@pytest.mark.clause("5")
def test_who_owes_reads_a_reasoned_refusal_and_what_can_be_done_instead(
    at_home: Client, aliya: Person
) -> None:
    owe(aliya)
    page = read(at_home, "/en/cabinet/life/destroy")
    assert "Law 94-V, art. 8(2)" in page
    assert "withdraw what is your choice, or block your data" in page
    assert demand(at_home).status_code == 409
    assert PersonKey.objects.filter(subject=aliya.subject).exists()


def test_what_comes_between_the_code_and_its_typing_is_seen(
    at_home: Client, aliya: Person, code: Any
) -> None:
    demand(at_home)
    owe(aliya)
    answer = at_home.post("/en/cabinet/life/destroy/code", {"code": code("+7700")})
    assert answer.status_code == 409
    assert PersonKey.objects.filter(subject=aliya.subject).exists()


def test_codes_are_not_sent_without_end(at_home: Client) -> None:
    assert [demand(at_home).status_code for _ in range(6)] == [302] * 5 + [429]


# In one language


def foreign_words(client: Client, language: str, *addresses: str) -> list[str]:
    prefix = "" if language == "kk" else f"/{language}"
    return [word for each in addresses for word in foreign(Page(read(client, prefix + each)))]


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_all_of_it_is_said_in_the_language_of_the_page(
    language: str, at_home: Client, aliya: Person, dana: Any, code: Any
) -> None:
    owe(aliya)
    responsible = accounts.actor(dana)
    until = LATER + timedelta(days=9)
    hold = holds.place(responsible, aliya.subject, HoldReason.CLAIM, paper="1", until=until, at=LATER)
    assert foreign_words(at_home, language, *PAGES, "/cabinet/consents/contract") == []
    prefix = "" if language == "kk" else f"/{language}"
    refused = at_home.post(f"{prefix}/cabinet/consents/contract", {"word": "withdraw"})
    assert list(foreign(Page(walk.page(refused)))) == []
    blocking.block(responsible, aliya.subject, Ground.SUSPICION, at=LATER)
    assert foreign_words(at_home, language, *PAGES, "/cabinet/") == []
    blocking.lift(responsible, aliya.subject, Ground.NOT_CONFIRMED, at=LATER)
    holds.release(responsible, aliya.subject, hold, at=LATER)
    debt = Agreement.objects.get(subject=aliya.subject)
    ended = agreements.EndReason.FULFILLED
    agreements.end(OFFICER, aliya.subject, debt.id, ended, ended=LATER, at=LATER)
    assert foreign_words(at_home, language, *PAGES) == []
    demand(at_home)
    assert foreign_words(at_home, language, "/cabinet/life/destroy/code") == []
    at_home.post("/cabinet/life/destroy/code", {"code": code("+7700")})
    assert foreign_words(at_home, language, "/act") == []
    assert foreign_words(Client(), language, "/act") == []


# The act, by its number


def test_an_act_is_shown_to_whoever_has_its_number_and_to_nobody_without(
    at_home: Client, aliya: Person, code: Any
) -> None:
    demand(at_home)
    at_home.post("/en/cabinet/life/destroy/code", {"code": code("+7700")})
    number = Act.objects.get().number
    later = Client()
    assert number not in read(later, "/en/act")
    assert later.get("/en/act/act.pdf")["Location"] == "/en/act"
    assert "There is no act with this number" in walk.page(later.post("/en/act", {"number": "D26-2222-2222"}))
    assert "looks like" in walk.page(later.post("/en/act", {"number": "1"}))
    found = later.post("/en/act", {"number": f" {number.lower()} "}, follow=True)
    assert "All data were destroyed" in walk.page(found)
    assert number not in found.request["PATH_INFO"]


def test_numbers_of_acts_cannot_be_guessed_by_trying(published: str) -> None:
    client = Client()
    answers = [client.post("/en/act", {"number": f"D26-2222-{n:04}"}).status_code for n in range(2000, 2061)]
    assert answers[-1] == 429
