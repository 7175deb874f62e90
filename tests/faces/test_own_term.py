"""Aliya agreed to advertising for a year, and the year is over: her cabinet, her papers and the office say so."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from derbes.faces.cabinet.access import shown
from derbes.flows import access, accounts, consent
from derbes.law.retention import lasts
from tests.conftest import NOON, Person
from tests.faces.at_work import at_work
from tests.faces.reading import Page, foreign
from tests.faces.walk import page

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.3")]
PAIR = frozenset({("advertising", "")})
AFTER = lasts(NOON, years=1) + timedelta(hours=9)
DAY = "23 November 2027"


@pytest.fixture
def at_home(aliya: Person, time_at: Callable[[datetime], None]) -> Client:
    """Aliya's browser, the morning after the year."""
    consent.change(aliya.actor, consent.Change(give=PAIR, language="kk"), at=NOON)
    time_at(AFTER)
    client = Client()
    client.force_login(aliya.user)
    accounts.began(aliya.user, client.session.session_key, "code", at=AFTER)  # type: ignore[arg-type]
    return client


def test_the_list_says_ended_and_offers_it_anew(at_home: Client) -> None:
    text = page(at_home.get("/en/cabinet/consents"))
    assert f"Ended on {DAY}, by its own term." in text
    assert "Give anew" in text
    assert f"Ended on {DAY}" in page(at_home.get("/en/cabinet/consents/words"))


def test_its_page_says_what_that_means_and_one_press_gives_it_anew(at_home: Client, aliya: Person) -> None:
    text = page(at_home.get("/en/cabinet/consents/advertising"))
    assert f"Ended on {DAY}, by its own term." in text
    assert "Withdraw this consent" not in text
    assert at_home.post("/en/cabinet/consents/advertising", {"word": "give"}).status_code == 302
    again = page(at_home.get("/en/cabinet/consents/advertising"))
    assert "It ends by itself after 24 November 2028." in again
    assert "Withdraw this consent" in again


def test_before_the_end_the_day_is_told(at_home: Client, time_at: Callable[[datetime], None]) -> None:
    time_at(NOON + timedelta(days=1))
    assert f"It ends by itself after {DAY}." in page(at_home.get("/en/cabinet/consents"))


@pytest.mark.parametrize("language", ["", "/ru"])
def test_it_reads_whole_in_each_language(at_home: Client, language: str) -> None:
    for address in ("/cabinet/consents", "/cabinet/consents/advertising", "/cabinet/consents/words"):
        found = Page(page(at_home.get(language + address)))
        assert not list(foreign(found))


def test_what_aliya_takes_with_her_says_so_on_paper_and_in_the_table(at_home: Client, aliya: Person) -> None:
    papers: list[dict[str, Any]] = []

    def note(held: access.Held) -> None:
        papers.append(shown(held))

    made = access.export(aliya.actor, "en", note, at=AFTER)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("consents.csv").decode("utf-8-sig"))))
    ended = {row["purpose"]: row["ended"] for row in rows if row["word"] == "given"}
    assert ended["advertising"] == "2027-11-23T19:00:00.000Z"
    assert ended["contract"] == ""
    assert [one["ended"] is not None for one in papers[0]["said"] if one["ended"]] == [True]


def test_the_office_card_says_so_to_dana_and_chingiz_has_no_card(
    at_home: Client, aliya: Person, dana: Any, chingiz: Any
) -> None:
    address = f"/en/office/subjects/{aliya.subject}"
    assert f"Ended on {DAY}, by its own term." in page(at_work(dana).get(address))
    assert at_work(chingiz).get(address).status_code == 403
