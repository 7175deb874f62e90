"""Dana answers for the life of data: she blocks, holds, approves and reads the acts; whoever lacks the power is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from derbes.core.accounts.models import User
from derbes.core.acts.models import Act, Approval
from derbes.core.agreements.models import Agreement
from derbes.core.holds.models import Block, Hold
from derbes.core.subjects.models import Subject
from derbes.core.vault.models import PersonKey
from derbes.faces.public import paper
from derbes.flows import accounts, agreements, blocking, destruction, publication, retention
from derbes.law.lifecycle import Ground
from derbes.law.retention import lasts
from derbes.law.vocabulary import Basis
from tests.conftest import ALIYA, NOON, PUBLISHED, Person
from tests.faces import walk
from tests.faces.at_work import PASSWORD, at_work
from tests.faces.reading import Page, foreign

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
THREE_YEARS = lasts(NOON, years=3)
DAY = {"day_day": "1", "day_month": "12", "day_year": "2026"}
TODAY = {"day_day": "23", "day_month": "11", "day_year": "2026"}


@pytest.fixture
def officer(published: str) -> User:
    """A case officer: agreements are theirs to enter."""
    user = User.employ("c-01", unit="cases", role="case_officer", password=PASSWORD, at=PUBLISHED)
    user.set_password(PASSWORD)
    user.initial_password = False
    user.save()
    return user


@pytest.fixture
def desk(aliya: Person, dana: Any, time_at: Callable[[datetime], None]) -> Client:
    """Dana's browser, at her desk an hour after Aliya was verified."""
    client = at_work(dana)
    time_at(LATER)
    return client


def at(person: Person, what: str = "") -> str:
    return f"/en/office/subjects/{person.subject}{what}"


def read(client: Client, address: str) -> str:
    return walk.page(client.get(address))


# Who may


POSTS = (
    "block",
    "lift",
    "hold",
    f"holds/{UUID(int=1)}/release",
    "agreements",
    f"agreements/{UUID(int=1)}/end",
)


@pytest.mark.clause("3.3")
@pytest.mark.parametrize("name", ["bauyrzhan", "chingiz", "erlan", "gulnar"])
def test_who_has_no_power_over_it_sees_nothing_and_does_nothing(
    aliya: Person, name: str, request: pytest.FixtureRequest
) -> None:
    client = at_work(request.getfixturevalue(name))
    for address in ("/office/subjects", at(aliya), "/office/retention"):
        assert client.get(address).status_code == 403, address
    assert client.get("/office/retention/acts").status_code == (200 if name == "erlan" else 403)
    for what in POSTS:
        assert client.post(at(aliya, f"/{what}")).status_code == 403, what
    for address in ("/office/retention/approve", "/office/retention/run"):
        assert client.post(address).status_code == 403, address
    assert "/office/subjects" not in read(client, "/office/")
    assert not Block.objects.exists()


@pytest.mark.clause("3.3")
def test_each_decision_takes_its_own_power(
    aliya: Person, madina: Any, officer: User, time_at: Callable[[datetime], None]
) -> None:
    lawyer, clerk = at_work(madina), at_work(officer)
    time_at(LATER)
    assert lawyer.get(at(aliya, "/hold")).status_code == 200
    assert clerk.get(at(aliya, "/agreements")).status_code == 200
    refused = {
        lawyer: ("/block", "/agreements", "/lift"),
        clerk: ("/block", "/hold", "/lift"),
    }
    for client, what in refused.items():
        assert [client.get(at(aliya, each)).status_code for each in what] == [403] * 3
        assert client.get("/office/retention").status_code == 403
        page = read(client, at(aliya))
        assert not any(f"{at(aliya)}{each}" in page for each in what)


def test_nobody_comes_in_without_signing_in(published: str) -> None:
    for address in ("/office/subjects", "/office/retention", "/office/retention/acts"):
        assert Client().get(address)["Location"].startswith("/office/sign-in")


# A person's data


def test_a_person_is_found_by_the_number_of_a_matter_and_nothing_of_them_is_shown(
    desk: Client, aliya: Person
) -> None:
    found = desk.get("/en/office/subjects", {"number": f" {aliya.number.lower()} "})
    assert found["Location"] == at(aliya)
    page = read(desk, at(aliya))
    assert "In use" in page
    assert "Providing services" in page
    assert not any(value in page for value in (ALIYA["surname"], ALIYA["iin"], ALIYA["email"]))
    unknown = desk.get("/en/office/subjects", {"number": "R26-2222-2222"})
    assert "no matter, appeal or act with this number" in walk.page(unknown)
    assert desk.get(f"/en/office/subjects/{UUID(int=1)}").status_code == 410


@pytest.mark.clause("5.3")
def test_dana_blocks_with_a_reason_and_lifts_with_one(desk: Client, aliya: Person) -> None:
    assert "Choose the reason" in walk.page(desk.post(at(aliya, "/block")))
    assert not Block.objects.exists()
    assert desk.post(at(aliya, "/block"), {"ground": "suspicion"})["Location"] == at(aliya)
    assert "there is information about a breach" in read(desk, at(aliya))
    listed = read(desk, "/en/office/subjects")
    assert "24 November 2026" in listed
    assert "d-old" not in listed
    assert at(aliya) in listed
    assert "Choose the reason" in walk.page(desk.post(at(aliya, "/lift")))
    desk.post(at(aliya, "/lift"), {"ground": "not_confirmed"})
    block = Block.objects.get(subject=aliya.subject)
    assert (block.ground, block.by, block.lifted_ground, block.lifted_by) == (
        "suspicion",
        "d-01",
        "not_confirmed",
        "d-01",
    )
    assert "Nothing was blocked" in walk.page(
        desk.post(at(aliya, "/lift"), {"ground": "not_confirmed"}, follow=True)
    )


def test_a_block_for_a_time_ends_on_its_day(desk: Client, aliya: Person) -> None:
    assert "This day is not ahead" in walk.page(
        desk.post(at(aliya, "/block"), {"ground": "responsible", **TODAY})
    )
    desk.post(at(aliya, "/block"), {"ground": "responsible", **DAY})
    assert "It ends by itself after 30 November 2026" in read(desk, at(aliya))


def test_a_block_that_was_not_looked_into_in_its_term_stands_out(
    aliya: Person, dana: Any, time_at: Callable[[datetime], None]
) -> None:
    blocking.block(accounts.actor(dana), aliya.subject, Ground.SUSPICION, at=NOON)
    time_at(LATER + timedelta(days=3))
    client = at_work(dana)
    assert "d-old" in read(client, "/en/office/subjects")
    assert "This day is over" in read(client, at(aliya))


@pytest.mark.clause("5.3")
def test_a_hold_has_a_reason_a_paper_and_an_end(desk: Client, aliya: Person) -> None:
    whole = {"reason": "court", "paper": "2-17/26", **DAY}
    for lacking in whole:
        answer = desk.post(at(aliya, "/hold"), {**whole, lacking: ""})
        assert answer.status_code == 200, lacking
    assert "Write the number of the paper alone" in walk.page(
        desk.post(at(aliya, "/hold"), {**whole, "paper": "Сәрсенова"})
    )
    assert not Hold.objects.exists()
    desk.post(at(aliya, "/hold"), whole)
    hold = Hold.objects.get(subject=aliya.subject)
    assert (hold.reason, hold.paper, hold.by) == ("court", "2-17/26", "d-01")
    assert hold.until.isoformat() == "2026-12-01T19:00:00+00:00"  # 24:00 of the last day in Almaty
    page = read(desk, at(aliya))
    assert "up to and including 1 December 2026" in page
    assert "2-17/26" in read(desk, "/en/office/subjects")
    desk.post(at(aliya, f"/holds/{hold.id}/release"))
    assert Hold.objects.get(subject=aliya.subject).released_by == "d-01"
    assert "2-17/26" not in read(desk, "/en/office/subjects")
    assert desk.post(at(aliya, f"/holds/{UUID(int=1)}/release")).status_code == 404


@pytest.mark.clause("5")
def test_an_officer_enters_an_agreement_what_is_owed_and_its_end(
    aliya: Person, officer: User, time_at: Callable[[datetime], None]
) -> None:
    client = at_work(officer)
    time_at(LATER)
    ahead = client.post(at(aliya, "/agreements"), {"kind": "debt", **DAY})
    assert "This day has not come yet" in walk.page(ahead)
    client.post(at(aliya, "/agreements"), {"kind": "debt", "obliged": "on", **TODAY})
    row = Agreement.objects.get(subject=aliya.subject)
    assert (row.kind, row.officer, row.obliged) == ("debt", "c-01", True)
    assert "something is owed" in read(client, at(aliya))
    client.post(at(aliya, f"/agreements/{row.id}/owed"), {"obliged": "0"})
    assert not Agreement.objects.get(subject=aliya.subject).obliged
    early = {"reason": "fulfilled", "day_day": "22", "day_month": "11", "day_year": "2026"}
    assert "It began later than that" in walk.page(client.post(at(aliya, f"/agreements/{row.id}/end"), early))
    client.post(at(aliya, f"/agreements/{row.id}/end"), {"reason": "fulfilled", **TODAY})
    row = Agreement.objects.get(subject=aliya.subject)
    assert row.end_reason == "fulfilled"
    assert row.ended_at is not None
    assert "ended on 23 November 2026: fulfilled" in read(client, at(aliya))
    again = client.post(at(aliya, f"/agreements/{row.id}/owed"), {"obliged": "1"}, follow=True)
    assert "It had ended already" in walk.page(again)
    assert client.get(at(aliya, f"/agreements/{UUID(int=1)}/end")).status_code == 404


# Terms


@pytest.fixture
def at_the_end(aliya: Person, dana: Any, time_at: Callable[[datetime], None]) -> Client:
    """Aliya left three years ago; Dana's browser."""
    agreements.leave(aliya.actor, at=NOON)
    time_at(THREE_YEARS)
    return at_work(dana)


def digest(page: str) -> str:
    return page.partition('name="digest" value="')[2].partition('"')[0]


@pytest.mark.clause("5.3")
def test_nothing_ends_while_no_term_has(desk: Client) -> None:
    page = read(desk, "/en/office/retention")
    assert "No term has ended" in page
    assert "Run now" not in page


@pytest.mark.clause("3.7")
def test_dana_sees_approves_and_runs_and_the_run_does_what_she_saw(at_the_end: Client, aliya: Person) -> None:
    page = read(at_the_end, "/en/office/retention")
    assert "Waits for approval" in page
    assert "Run now" not in page, "what waits for approval is not run"
    assert ALIYA["surname"] not in page
    assert "Nothing was ticked" in walk.page(at_the_end.post("/en/office/retention/approve", follow=True))
    told = at_the_end.post("/en/office/retention/approve", {"digest": digest(page)}, follow=True)
    assert "1 approved" in walk.page(told)
    assert Approval.objects.get().by == "d-01"
    page = walk.page(told)
    done = at_the_end.post("/en/office/retention/run", {"digest": digest(page)}, follow=True)
    assert "1 act was drawn up" in walk.page(done)
    assert not PersonKey.objects.filter(subject=aliya.subject).exists()
    act = Act.objects.get(subject=aliya.subject)
    assert (act.kind, act.approved_by) == ("destroyed", "d-01")
    assert act.number in walk.page(done)
    assert "No term has ended" in read(at_the_end, "/en/office/retention")


def test_what_has_changed_since_is_neither_approved_nor_run(at_the_end: Client, aliya: Person) -> None:
    page = read(at_the_end, "/en/office/retention")
    hold = {"reason": "claim", "paper": "17/4", "day_day": "1", "day_month": "12", "day_year": "2030"}
    at_the_end.post(at(aliya, "/hold"), hold)
    told = at_the_end.post("/en/office/retention/approve", {"digest": digest(page)}, follow=True)
    assert "Something has changed since you looked" in walk.page(told)
    assert "Held: waits" in walk.page(told)
    run = at_the_end.post("/en/office/retention/run", {"digest": "0"}, follow=True)
    assert "nothing was done" in walk.page(run)
    assert Subject.objects.get(subject=aliya.subject).life == "active"


def test_the_register_has_the_act_its_paper_and_what_the_search_found(
    desk: Client, aliya: Person, monkeypatch: pytest.MonkeyPatch, chingiz: Any, erlan: Any
) -> None:
    assert "No act was drawn up yet" in read(desk, "/en/office/retention/acts")
    done = destruction.demand(aliya.actor, aliya.subject, at=LATER)
    listed = read(desk, "/en/office/retention/acts")
    assert done.act in listed
    assert ("nothing left" if done.nothing_left else "something found") in listed
    page = read(desk, f"/en/office/retention/acts/{done.act}")
    assert "What the search found" in page
    assert "The person demanded it" in page
    monkeypatch.setattr(paper, "pdf", str.encode)
    on_paper = desk.get(f"/en/office/retention/acts/{done.act}/act.pdf")
    assert on_paper["Content-Type"] == "application/pdf"
    assert done.act in on_paper.content.decode()
    assert desk.get("/en/office/retention/acts/D26-2222-2222").status_code == 404
    auditor = at_work(erlan)
    assert done.act in read(auditor, "/en/office/retention/acts")
    assert "What the search found" in read(auditor, f"/en/office/retention/acts/{done.act}")
    home = read(auditor, "/en/office/")
    assert "/en/office/retention/acts" in home
    assert '"/en/office/retention"' not in home + read(auditor, "/en/office/retention/acts")
    stranger = at_work(chingiz)
    for address in (done.act, f"{done.act}/act.pdf"):
        assert stranger.get(f"/en/office/retention/acts/{address}").status_code == 403


def test_a_search_that_found_something_is_seen(desk: Client, aliya: Person) -> None:
    done = destruction.demand(aliya.actor, aliya.subject, at=LATER)
    act = Act.objects.get(number=done.act)
    retention.Finding.write(
        act, searched={"database": 4096}, residue=["iin: database"], unsearched=[], at=LATER + timedelta(1)
    )
    assert "something found" in read(desk, "/en/office/retention/acts")
    page = read(desk, f"/en/office/retention/acts/{done.act}")
    assert "Individual identification number (IIN) · database file with its free pages" in page


def test_the_register_goes_on_page_by_page(desk: Client, aliya: Person) -> None:
    rows = [
        Act.draw_up_many(
            [aliya.subject.bytes],
            Act._meta.get_field("kind").choices[1][0],
            ground="term",
            norm="94-V art. 18",
            edition="2026-11-22",
            by="retention",
            at=NOON + timedelta(minutes=n),
        )[0]
        for n in range(55)
    ]
    first = read(desk, "/en/office/retention/acts")
    assert rows[-1].number in first
    assert rows[0].number not in first
    onward = first.partition('rel="next" href="')[2].partition('"')[0]
    assert rows[0].number in read(desk, f"/en/office/retention/acts{onward}")
    assert desk.get("/en/office/retention/acts?before=2026-99-99").status_code == 200


# In one language


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_all_of_it_is_said_in_the_language_of_the_page(
    language: str, at_the_end: Client, aliya: Person
) -> None:
    prefix = "" if language == "kk" else f"/{language}"
    person = f"{prefix}/office/subjects/{aliya.subject}"
    desk = at_the_end
    seen = [desk.get(f"{prefix}/office/retention")]
    seen += [desk.post(f"{person}/{what}") for what in ("block", "lift", "hold")]
    hold = {"reason": "incident", "paper": "1", "day_day": "1", "day_month": "12", "day_year": "2030"}
    desk.post(f"{person}/hold", hold)
    desk.post(f"{person}/block", {"ground": "responsible", **hold, "reason": ""})
    seen += [desk.get(f"{prefix}/office/{page}") for page in ("subjects", "retention", "subjects?number=1")]
    seen.append(desk.get(person))
    (drawn,) = Act.draw_up_many(
        [aliya.subject.bytes],
        retention.Act._meta.get_field("kind").choices[1][0],
        ground="unlawful",
        norm="94-V art. 25(2)(8)",
        edition="2026-11-22",
        fields=["iin"],
        counts={"rows": 1, "index": 1, "files": 1, "fields": 1},
        by="retention",
        at=THREE_YEARS,
    )
    act = Act.objects.get(number=drawn.number)
    places = ["ciphertext: database", "index: log", "surname: table vault_sealed"]
    retention.Finding.write(
        act, searched={"database": 1}, residue=places, unsearched=UNSEARCHED, at=THREE_YEARS
    )
    seen += [desk.get(f"{prefix}/office/retention/acts{page}") for page in ("", f"/{act.number}")]
    navigation = {"Appeals", "Punctuality", "Breaches", "Working days"}
    words = {word for page in seen for word in foreign(Page(walk.page(page))) if "vault_sealed" not in word}
    assert [word for word in sorted(words) if word.removeprefix("not translated: ") not in navigation] == []


UNSEARCHED = (
    "write-ahead log: a transaction is open",
    "write-ahead log: somebody is reading",
    "dead rows: a transaction is open",
    "write-ahead log and copies: closed with the epoch key",
    "given_name: a short or public word",
)


def test_words_stand_in_the_order_of_the_policy(desk: Client, aliya: Person) -> None:
    shown = read(desk, at(aliya)).partition("Consents")[2]
    policy = publication.in_force(LATER).policy
    said = [purpose.label["en"] for purpose in policy.purposes.values() if purpose.basis is Basis.CONSENT]
    places = [shown.lower().index(f"<strong>{label.lower()}</strong>") for label in said]
    assert len(places) > 4
    assert places == sorted(places)
