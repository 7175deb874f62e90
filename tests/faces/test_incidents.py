"""Dana deals with a breach at her desk, and Aliya reads in her cabinet what happened; nobody else gets near it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import translation

from derbes.core.accounts.models import User
from derbes.core.incidents.models import Affected, Incident, Search
from derbes.core.journal.models import Entry
from derbes.core.subjects.models import Subject
from derbes.faces.public import paper
from derbes.flows import accounts, affected, incidents, journal, reading
from derbes.flows.incidents import Breach
from tests.conftest import ALIYA, NOON, Person
from tests.faces import walk
from tests.faces.at_work import at_work

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
BREACHES = "/en/office/breaches"
KNOWN = {
    "concerned": ["iin", "surname"],
    "happened": "An account was used by another.",
    "measures": "It is closed.",
}
DETECTED = {"day_day": "23", "day_month": "11", "day_year": "2026", "hour": "12:30"}
ENTERED = {"kind": "access", **DETECTED, **KNOWN}
SOUGHT = {
    "since_day_day": "23",
    "since_day_month": "11",
    "since_day_year": "2026",
    "since_hour": "11:00",
    "until_day_day": "23",
    "until_day_month": "11",
    "until_day_year": "2026",
    "until_hour": "13:00",
}


@pytest.fixture
def desk(aliya: Person, dana: Any, time_at: Callable[[datetime], None]) -> Client:
    """Dana's browser, an hour after her account opened Aliya's IIN."""
    reading.read(accounts.actor(dana), aliya.subject, ["iin"], purpose="rights", at=NOON)
    client = at_work(dana)
    time_at(LATER)
    return client


@pytest.fixture
def number(desk: Client) -> str:
    """A breach that Dana has entered."""
    desk.post(f"{BREACHES}/enter", ENTERED)
    return Incident.objects.get().number


@pytest.fixture
def home(aliya: Person) -> Callable[[str], str]:
    """Return a function that opens Aliya's cabinet in a language."""
    client = Client()
    client.force_login(aliya.user)

    def read_it(language: str = "en") -> str:
        return walk.page(client.get("/cabinet/" if language == "kk" else f"/{language}/cabinet/"))

    return read_it


def at(number: str, what: str = "") -> str:
    return f"{BREACHES}/{number}{what}"


def back_at_work(user: User) -> Client:
    """Sign in anew: the session has ended by then."""
    Authenticator.objects.filter(user=user).delete()
    return at_work(user)


def read(client: Client, address: str) -> str:
    return walk.page(client.get(address))


def found(desk: Client, number: str) -> None:
    desk.post(at(number, "/search"), {**SOUGHT, "code": "d-01"})
    affected.sweep(at=LATER)


def told(desk: Client, number: str) -> None:
    found(desk, number)
    desk.post(at(number, "/told"), {"reference": "ZT-1/26"})
    desk.post(at(number, "/tell"))
    affected.sweep(at=LATER)


# Who may

STEPS = ("/describe", "/search", "/name", "/list", "/told", "/tell", "/close")


@pytest.mark.clause("4.1")
@pytest.mark.parametrize("name", ["bauyrzhan", "chingiz", "gulnar", "madina"])
def test_nobody_without_the_power_sees_or_does_anything(
    number: str, name: str, request: pytest.FixtureRequest
) -> None:
    client = at_work(request.getfixturevalue(name))
    pages = (
        BREACHES,
        f"{BREACHES}/enter",
        at(number),
        at(number, "/letter/kk"),
        at(number, "/letter/kk/letter.pdf"),
    )
    for address in pages:
        assert client.get(address).status_code == 403, address
    assert client.post(f"{BREACHES}/enter", ENTERED).status_code == 403
    for step in STEPS:
        assert client.post(at(number, step), {**KNOWN, **SOUGHT}).status_code == 403, step
    assert BREACHES not in read(client, "/en/office/")
    assert (Incident.objects.get().state, Search.objects.count()) == ("open", 0)


@pytest.mark.clause("4.1")
def test_erlan_reads_the_register_and_does_nothing(number: str, erlan: Any) -> None:
    client = at_work(erlan)
    assert number in read(client, BREACHES)
    page = read(client, at(number))
    assert KNOWN["happened"] in page
    assert not any(at(number, step) in page for step in STEPS)
    for address in (f"{BREACHES}/enter", at(number, "/letter/kk"), at(number, "/letter/kk/letter.pdf")):
        assert client.get(address).status_code == 403, address
        assert address not in page + read(client, BREACHES)
    assert client.post(f"{BREACHES}/enter", ENTERED).status_code == 403
    for step in STEPS:
        assert client.post(at(number, step), {**KNOWN, **SOUGHT}).status_code == 403, step
    assert (Incident.objects.get().state, Search.objects.count()) == ("open", 0)


def test_neither_a_stranger_nor_a_subject_comes_in(number: str, aliya: Person) -> None:
    for address in (BREACHES, at(number), at(number, "/letter/ru")):
        assert Client().get(address)["Location"].startswith("/en/office/sign-in")
    subject = Client()
    subject.force_login(aliya.user)
    assert subject.get(BREACHES).status_code == 403
    assert subject.post(at(number, "/list")).status_code == 403


# The register


@pytest.mark.clause("4.1")
def test_a_breach_is_entered_and_its_clock_is_seen(desk: Client, number: str, time_at: Any) -> None:
    page = read(desk, BREACHES)
    assert number in page
    assert "35 hours left" in page.lower()
    page = read(desk, at(number))
    for what in ("An account was used by another.", "It is closed.", "Surname", "Authority", "d-01"):
        assert what.lower() in page.lower(), what
    row = Incident.objects.get()
    assert (row.kind, row.measures, row.detected_at) == (
        "access",
        "It is closed.",
        NOON + timedelta(minutes=30),
    )


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "35 hours left"), (31, "4 hours left"), (34.5, "less than an hour left"), (36, "Late by 1 hour")],
)
def test_the_clock_counts_the_hours_of_one_working_day(
    desk: Client, number: str, dana: Any, time_at: Any, hours: float, words: str
) -> None:
    time_at(LATER + timedelta(hours=hours))
    client = back_at_work(dana)
    for address in (BREACHES, at(number)):
        assert words.lower() in read(client, address).lower()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": ""}, "Choose what it is"),
        ({"happened": " "}, "What happened?"),
        ({"hour": "25:00"}, "Write the time as hours and minutes"),
        ({"hour": "14:30"}, "This time has not come yet"),
        ({"concerned": ["blood_type"]}, "blood_type"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_entered(desk: Client, wrong: Any, said: str) -> None:
    answer = desk.post(f"{BREACHES}/enter", {**ENTERED, **wrong})
    assert answer.status_code == 200
    assert "govuk-error-summary" in walk.page(answer)
    assert said in walk.page(answer)
    assert not Incident.objects.exists()


def test_what_is_known_is_written_anew(desk: Client, number: str) -> None:
    assert "It is closed." in read(desk, at(number, "/describe"))
    desk.post(at(number, "/describe"), {**KNOWN, "concerned": [], "measures": "All passwords are new."})
    page = read(desk, at(number))
    assert "All passwords are new." in page
    assert "being worked out" in page


def test_there_is_no_page_of_a_breach_that_is_not_there(desk: Client) -> None:
    for step in ("", *STEPS[:3], "/told", "/letter/kk", "/letter/kk/letter.pdf"):
        assert desk.get(at("B26-2222-2222", step)).status_code == 404, step


# Whom it affects


@pytest.mark.clause("4.1")
def test_the_affected_are_searched_and_the_page_tells_how_many_and_not_who(
    desk: Client, number: str, aliya: Person
) -> None:
    assert "stolen backup" in read(desk, at(number, "/search")), "the limits are told beside the search"
    desk.post(at(number, "/search"), {**SOUGHT, "code": "d-01"})
    assert "goes on" in read(desk, at(number))
    affected.sweep(at=LATER)
    page = read(desk, at(number))
    assert "Found 1 of 1 people" in page
    assert str(aliya.subject) not in page
    assert not any(value in page for value in (ALIYA["surname"], ALIYA["iin"], aliya.number))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"since_hour": ""}, "govuk-error"), ({"until_hour": "10:00"}, "The end must be later")],
)
def test_a_search_has_a_beginning_and_a_later_end(desk: Client, number: str, wrong: Any, said: str) -> None:
    assert said in walk.page(desk.post(at(number, "/search"), {**SOUGHT, **wrong}))
    assert not Search.objects.exists()


def test_somebody_is_named_by_the_number_of_their_matter(desk: Client, number: str, aliya: Person) -> None:
    assert "no matter, appeal or act" in walk.page(
        desk.post(at(number, "/name"), {"number": "R26-2222-2222"})
    )
    desk.post(at(number, "/name"), {"number": aliya.number.lower()})
    desk.post(at(number, "/name"), {"number": aliya.number})
    assert Affected.objects.get().subject == aliya.subject
    assert Incident.objects.get().affected == 1, "named twice is affected once"


# The authority


@pytest.mark.clause("4.1")
@pytest.mark.parametrize(("language", "said"), [("kk", "Қолданылған шаралар"), ("ru", "Принятые меры")])
def test_the_letter_to_the_authority_is_on_screen_and_on_paper(
    desk: Client, number: str, language: str, said: str
) -> None:
    found(desk, number)
    page = read(desk, at(number, f"/letter/{language}"))
    for what in (number, said, "It is closed.", "privacy@example.kz"):
        assert what in page
    assert ALIYA["surname"] not in page
    if paper.POSSIBLE:
        made = desk.get(at(number, f"/letter/{language}/letter.pdf"))
        assert made["Content-Type"] == "application/pdf"
        assert made.content.startswith(b"%PDF")
        assert f"{number}-{language}.pdf" in made["Content-Disposition"]
    assert desk.get(at(number, "/letter/de")).status_code == 404


@pytest.mark.clause("4.1")
def test_the_list_is_a_file_kept_nowhere_and_each_line_an_entry_of_hers(
    desk: Client, number: str, aliya: Person
) -> None:
    assert desk.post(at(number, "/list")).status_code == 404, "nobody is affected yet"
    found(desk, number)
    assert desk.get(at(number, "/list")).status_code == 405, "looking at a link opens nothing"
    answer: Any = desk.post(at(number, "/list"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].startswith(f"Сәрсенова Әлия Қайратқызы;{ALIYA['iin']};+77000037733")
    assert "no-store" in answer["Cache-Control"]
    seen = [row.says["event"] for row in journal.own(aliya.actor, others=True, at=LATER)]
    assert seen.count("incidents.authority") == 1


def test_of_whom_is_blocked_the_list_says_withheld(desk: Client, number: str, aliya: Person) -> None:
    found(desk, number)
    Subject.objects.filter(subject=aliya.subject).update(blocked_at=LATER)
    answer: Any = desk.post(at(number, "/list"))
    text = b"".join(answer.streaming_content).decode()
    assert "withheld" in text
    assert ALIYA["iin"] not in text


# To its end


@pytest.mark.clause("4.1")
def test_the_way_is_authority_people_closed(desk: Client, number: str) -> None:
    early = walk.page(desk.post(at(number, "/tell"), follow=True))
    assert "Nothing was done" in early
    assert "Nothing was done" in walk.page(desk.post(at(number, "/close"), {"confirmed": "1"}, follow=True))
    found(desk, number)
    desk.post(at(number, "/told"), {"reference": "ZT-1/26"})
    page = read(desk, at(number))
    assert "ZT-1/26" in page
    assert "told in time" in page
    assert "Nothing was done" in walk.page(desk.post(at(number, "/told"), follow=True)), "told once"
    assert "1 person gets an SMS" in read(desk, at(number, "/tell"))
    assert desk.post(at(number, "/tell"))["Location"] == at(number)
    assert "0 of 1" in read(desk, at(number))
    affected.sweep(at=LATER)
    page = read(desk, at(number))
    assert "1 of 1" in page
    assert "Everybody was told" in page
    desk.post(at(number, "/close"), {"confirmed": "1"})
    assert Incident.objects.get().state == "closed"
    assert at(number, "/close") not in read(desk, at(number))


@pytest.mark.clause("4.1")
def test_who_is_found_after_everybody_was_told_is_told_too_before_the_end(
    desk: Client, number: str, aliya: Person, sent: Any
) -> None:
    desk.post(at(number, "/told"))
    desk.post(at(number, "/tell"))
    affected.sweep(at=LATER)
    assert Incident.objects.get().state == "subjects_notified"
    desk.post(at(number, "/name"), {"number": aliya.number})
    early = walk.page(desk.post(at(number, "/close"), {"confirmed": "1"}, follow=True))
    assert "Nothing was done" in early
    assert Incident.objects.get().state == "subjects_notified"
    before = len(sent())
    affected.sweep(at=LATER)
    affected.sweep(at=LATER)
    assert len(sent()) == before + 1
    desk.post(at(number, "/close"), {"confirmed": "1"})
    assert Incident.objects.get().state == "closed"


def test_a_false_alarm_is_closed_as_one_and_its_clock_stops(
    desk: Client, number: str, dana: Any, time_at: Any
) -> None:
    assert "false alarm" in read(desk, at(number, "/close"))
    desk.post(at(number, "/close"), {"confirmed": "0"})
    time_at(LATER + timedelta(days=5))
    page = read(back_at_work(dana), BREACHES)
    assert "It was no breach" in page
    assert "late" not in page.partition("<tbody")[2].partition("</tbody")[0].lower()


def test_a_term_that_was_missed_stays_missed(desk: Client, number: str, dana: Any, time_at: Any) -> None:
    time_at(LATER + timedelta(days=5))
    client = back_at_work(dana)
    assert "late by 3 days" in read(client, at(number)).lower()
    client.post(at(number, "/told"))
    assert "told late, by 3 days" in read(client, at(number)).lower()


def test_addresses_hold_the_number_of_the_breach_alone(number: str) -> None:
    with translation.override("kk"):
        assert reverse("office:incident", args=[number]) == f"/office/breaches/{number}"


# The person


@pytest.mark.clause("4.1")
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_aliya_reads_what_happened_and_what_to_do_once_she_was_told(
    desk: Client, number: str, home: Callable[[str], str], language: str
) -> None:
    found(desk, number)
    assert number not in home(language), "before she is told she does not learn it by chance"
    told(desk, number)
    page = home(language)
    for what in (
        number,
        "An account was used by another.",
        "It is closed.",
        "privacy@example.kz",
        "/cabinet/life/block",
    ):
        assert what in page


def test_who_is_not_affected_reads_nothing_and_leaves_no_entry(
    dana: Any, home: Callable[[str], str], time_at: Any
) -> None:
    time_at(LATER)
    number = incidents.detect(
        accounts.actor(dana), Breach.ACCESS, detected_at=NOON, data=[], happened="It happened.", at=LATER
    )
    assert number not in home("en")
    assert not any("incidents.own" in body for body in Entry.objects.values_list("body", flat=True))


def test_while_her_data_are_blocked_the_cabinet_says_that_there_was_one(
    desk: Client, number: str, aliya: Person, home: Callable[[str], str]
) -> None:
    told(desk, number)
    Subject.objects.filter(subject=aliya.subject).update(blocked_at=LATER)
    page = home("en")
    assert "The security of your personal data was broken" in page
    assert "An account was used by another." not in page
