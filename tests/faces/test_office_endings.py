"""Dana enters a death and has destroyed what was obtained unlawfully; documents go with answers; nobody else may."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from derbes.core.appeals.models import Appeal
from derbes.core.subjects.models import Subject
from derbes.core.vault.models import PersonKey
from derbes.flows import access, accounts, appeals, blocking, holds
from derbes.law.appeals import Kind
from derbes.law.lifecycle import Ground
from tests.conftest import NOON, Person
from tests.faces.at_work import at_work
from tests.faces.reading import Page, foreign
from tests.faces.walk import page, picture

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
DEATH = {"day_day": "23", "day_month": "11", "day_year": "2026", "paper": "26-1"}
SURE = {"confirmed": "on", "known": "on"}


@pytest.fixture
def desk(aliya: Person, dana: Any, time_at: Callable[[datetime], None]) -> Client:
    client = at_work(dana)
    time_at(LATER)
    return client


def at(person: Person, what: str = "", language: str = "/en") -> str:
    return f"{language}/office/subjects/{person.subject}{what}"


@pytest.mark.parametrize("what", ["/died", "/unlawful"])
def test_only_who_has_the_power_over_terms_comes_in(
    aliya: Person, bauyrzhan: Any, chingiz: Any, erlan: Any, gulnar: Any, madina: Any, what: str
) -> None:
    for stranger in (bauyrzhan, chingiz, erlan, gulnar, madina):
        client = at_work(stranger)
        assert client.get(at(aliya, what)).status_code == 403
        assert client.post(at(aliya, what), {**DEATH, **SURE}).status_code == 403
    assert Subject.objects.get(subject=aliya.subject).deceased_at is None
    assert PersonKey.objects.filter(subject=aliya.subject).exists()


@pytest.mark.parametrize("language", ["", "/ru"])
@pytest.mark.parametrize("what", ["", "/died", "/unlawful"])
def test_the_pages_read_whole_in_each_language(desk: Client, aliya: Person, what: str, language: str) -> None:
    assert not list(foreign(Page(page(desk.get(at(aliya, what, language))))))


@pytest.mark.clause("5.3")
def test_a_death_is_entered_with_its_day_and_its_document(desk: Client, aliya: Person) -> None:
    assert "The person has died" in page(desk.get(at(aliya)))
    assert "Write the number of the paper alone" in page(
        desk.post(at(aliya, "/died"), {**DEATH, "paper": "Әлия"})
    )
    ahead = desk.post(at(aliya, "/died"), {**DEATH, "day_year": "2027"})
    assert "This day has not come yet" in page(ahead)
    assert desk.post(at(aliya, "/died"), DEATH).status_code == 302
    shown = page(desk.get(at(aliya)))
    assert "It was entered on 23 November 2026." in shown
    assert "26-1" in shown
    assert "It had been entered already." in page(desk.post(at(aliya, "/died"), DEATH, follow=True))


@pytest.mark.clause("5.3")
def test_what_was_obtained_unlawfully_goes_at_once_with_an_act(desk: Client, aliya: Person) -> None:
    shown = page(desk.get(at(aliya, "/unlawful")))
    assert "within 1 working day" in shown
    assert "IIN" in shown
    assert "Tick this only when it is confirmed" in page(desk.post(at(aliya, "/unlawful"), {"known": "on"}))
    assert PersonKey.objects.filter(subject=aliya.subject).exists()
    answer = desk.post(at(aliya, "/unlawful"), SURE, follow=True)
    assert "Everything was destroyed" in page(answer)
    assert not PersonKey.objects.filter(subject=aliya.subject).exists()
    assert "Nothing is left of these data." in page(desk.get(at(aliya, "/unlawful")))


def test_a_block_and_a_hold_stand_in_the_way_and_the_page_says_what_to_do(
    desk: Client, aliya: Person, dana: Any
) -> None:
    answers = accounts.actor(dana)
    holds.place(
        answers,
        aliya.subject,
        holds.HoldReason.COURT,
        paper="2-17/26",
        until=NOON + timedelta(days=9),
        at=NOON,
    )
    assert "not destroyed before the hold has ended" in page(desk.get(at(aliya, "/unlawful")))
    assert "nothing was destroyed" in page(desk.post(at(aliya, "/unlawful"), SURE, follow=True))
    blocking.block(answers, aliya.subject, Ground.SUSPICION, at=NOON)
    assert "Lift it first" in page(desk.get(at(aliya, "/unlawful")))
    assert PersonKey.objects.filter(subject=aliya.subject).exists()


# Documents with an answer


def filed(aliya: Person) -> str:
    letter = appeals.Letter(text="Шағым", values={}, agreed=False, language="kk", kind=Kind.CLAIM)
    return appeals.write(aliya.actor, letter, at=NOON).number


ANSWER = {"outcome": "granted", "template": "claim", "ground": "breach_confirmed", "words": "Түзетілді."}


@pytest.mark.clause("1.6")
def test_a_document_goes_with_the_letter_and_is_in_the_cabinet_and_in_the_export(
    desk: Client, aliya: Person
) -> None:
    number = filed(aliya)
    address = f"/en/office/messages/{number}/answer"
    letter = page(desk.post(address, ANSWER))
    assert "Documents for the person" in letter
    assert 'enctype="multipart/form-data"' in letter
    document = SimpleUploadedFile("certificate.png", picture().read(), "image/png")
    assert desk.post(address, {**ANSWER, "send": "1", "file": document}).status_code == 302
    home = Client()
    home.force_login(aliya.user)
    accounts.began(aliya.user, home.session.session_key, "code", at=LATER)  # type: ignore[arg-type]
    assert "Document 1, from us" in page(home.get(f"/en/cabinet/appeals/{number}"))
    made = access.export(aliya.actor, "en", lambda _: None, at=LATER)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        scans = json.loads(archive.read("data.json"))["scans"]
        assert [scan["field"] for scan in scans] == ["attachment"]
        assert scans[0]["file"] in archive.namelist()


def test_a_file_that_is_not_taken_sends_nothing_and_says_why(desk: Client, aliya: Person) -> None:
    number = filed(aliya)
    wrong = SimpleUploadedFile("virus.pdf", b"MZ\x90\x00" * 40, "application/pdf")
    answer = page(desk.post(f"/en/office/messages/{number}/answer", {**ANSWER, "send": "1", "file": wrong}))
    assert "Error:" in answer
    assert "not what its name says" in answer
    assert Appeal.objects.get(number=number).stage == "open"


def test_chingiz_sends_no_answer_with_a_document(aliya: Person, chingiz: Any) -> None:
    number = filed(aliya)
    document = SimpleUploadedFile("certificate.png", picture().read(), "image/png")
    data = {**ANSWER, "send": "1", "file": document}
    assert at_work(chingiz).post(f"/en/office/messages/{number}/answer", data).status_code == 403
    assert Appeal.objects.get(number=number).stage == "open"
