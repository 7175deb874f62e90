"""A person's appeals: number and date at once, the same clock in the cabinet and by number and code."""

from datetime import date, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest

from derbes.core.appeals.models import Appeal
from derbes.flows import accounts, appeals
from derbes.law.appeals import Kind
from tests.faces.walk import hidden

pytestmark = pytest.mark.django_db

ALMATY = ZoneInfo("Asia/Almaty")
TENTH = datetime(2026, 12, 10, 12, tzinfo=ALMATY)


@pytest.fixture
def tenth(time_at, monkeypatch):
    """It is noon of 10 December 2026 in Almaty, and nobody is in a hurry."""
    time_at(TENTH)
    monkeypatch.setattr("derbes.faces.public.forms.SOONEST", 0)


def letter(kind=Kind.CLAIM, **more):
    return appeals.Letter(
        **{"text": "Құқығым бұзылды", "values": {}, "agreed": False, "language": "kk", "kind": kind} | more
    )


@pytest.mark.clause("6.2")
def test_a_claim_of_the_tenth_of_december_is_due_on_the_twenty_seventh_of_january(aliya, client, tenth):
    client.force_login(aliya.user)
    typed = {**hidden(client.get("/feedback")), "kind": "claim", "text": "Құқығым бұзылды"}
    answer = client.post("/feedback", typed, follow=True)
    page = answer.content.decode()
    appeal = Appeal.objects.get(subject=aliya.subject)
    assert appeal.due == date(2027, 1, 27)
    assert appeal.number in page
    assert "2027 жылғы 27 қаңтар" in page
    listed = client.get("/cabinet/appeals").content.decode()
    assert "2027 жылғы 27 қаңтар" in listed


@pytest.mark.clause("6.2")
def test_a_pause_and_its_end_show_both_dates_and_reasons(aliya, dana, client, tenth, time_at):
    number = appeals.write(aliya.actor, letter(), at=TENTH).number
    clerk = accounts.actor(dana)
    appeals.take(clerk, number, at=TENTH)
    appeals.pause(clerk, number, "details_wanted", "Қай күні болды?", at=TENTH + timedelta(days=4))
    time_at(TENTH + timedelta(days=5))
    client.force_login(aliya.user)
    waiting = client.get(f"/en/cabinet/appeals/{number}").content.decode()
    assert "details are needed" in waiting
    assert "Қай күні болды?" in waiting
    client.post(f"/en/cabinet/appeals/{number}", {"text": "Дүйсенбіде"})
    resumed = client.get(f"/en/cabinet/appeals/{number}").content.decode()
    appeal = Appeal.objects.get(number=number)
    assert appeal.due > date(2027, 1, 27)
    assert "the person has answered" in resumed
    assert "The date was 27 January 2027" in resumed


def test_a_late_appeal_is_shown_late_and_its_date_does_not_move(aliya, client, tenth, time_at):
    number = appeals.write(aliya.actor, letter(), at=TENTH).number
    time_at(datetime(2027, 1, 29, 12, tzinfo=ALMATY))
    client.force_login(aliya.user)
    page = client.get(f"/en/cabinet/appeals/{number}").content.decode()
    assert "late by 2 working days" in page
    assert "27 January 2027" in page


def test_nobody_sees_the_appeal_of_another(aliya, published, client, tenth):
    values = {"email": "d@example.kz"}
    other = appeals.send(letter(Kind.QUESTION, values=values, agreed=True), at=TENTH)
    client.force_login(aliya.user)
    assert client.get(f"/cabinet/appeals/{other.number}").status_code == 404
    assert client.post(f"/cabinet/appeals/{other.number}/back").status_code == 404


@pytest.mark.clause("1.8")
def test_the_unregistered_see_theirs_by_number_and_code(published, client, code, tenth):
    number = appeals.send(letter(values={"email": "d@example.kz"}), at=TENTH).number
    assert client.get("/appeal").status_code == 302
    client.post("/appeal/find", {"number": number.lower().replace("-", " ")})
    assert "code" in client.post("/appeal/code", {"code": "000000"}).content.decode()
    client.post("/appeal/code", {"code": code("d@example.kz")})
    page = client.get("/appeal").content.decode()
    assert number in page
    assert "2027 жылғы 27 қаңтар" in page


def test_the_unregistered_take_everything_with_them_once_they_have_shown_who_they_are(
    published, client, code, tenth
):
    number = appeals.send(letter(values={"email": "d@example.kz"}), at=TENTH).number
    assert client.post("/appeal/export").url == "/appeal/find"
    client.post("/appeal/find", {"number": number})
    client.post("/appeal/code", {"code": code("d@example.kz")})
    archive = ZipFile(BytesIO(client.post("/appeal/export").content))
    assert "d@example.kz" in archive.read("data.json").decode()
    assert "Құқығым бұзылды" in archive.read("data.json").decode()


def test_an_unknown_number_looks_like_a_known_one(published, client, tenth):
    answer = client.post("/appeal/find", {"number": "A26-2222-2222"})
    assert answer.status_code == 302
    assert client.get("/appeal/code").status_code == 200
    assert client.get("/appeal").status_code == 302


@pytest.mark.clause("5.1")
def test_a_question_needs_consent_and_a_right_does_not(published, client, tenth):
    typed = {**hidden(client.get("/feedback")), "text": "Деректерім қайда?", "given_name": "Дина"}
    typed["email"] = "d@example.kz"
    client.post("/feedback", {**typed, "kind": "question"})
    assert not Appeal.objects.exists()
    client.post("/feedback", {**typed, "kind": "access"})
    assert Appeal.objects.get().kind == "access"


def test_a_person_takes_an_appeal_back_once(aliya, client, tenth):
    number = appeals.write(aliya.actor, letter(), at=TENTH).number
    client.force_login(aliya.user)
    client.post(f"/cabinet/appeals/{number}/back")
    assert Appeal.objects.get(number=number).stage == "closed"
    assert client.post(f"/cabinet/appeals/{number}/back", follow=True).status_code == 200
