"""What Aliya takes with her is no less than what her cabinet shows: page by page, row by row, value by value."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from derbes.faces.public import paper
from derbes.faces.readable import grouped
from derbes.flows import access, accounts, agreements, appeals, consent, correction, proposal, scans
from tests.conftest import ALIYA, NOON, Person
from tests.faces.walk import page, picture

pytestmark = pytest.mark.django_db

Files = dict[str, bytes]


@pytest.fixture(autouse=True)
def an_hour_later(time_at: Callable[[datetime], None]) -> None:
    """It is an hour after Aliya was verified."""
    time_at(NOON + timedelta(hours=1))


@pytest.fixture
def at_home(aliya: Person) -> Client:
    """Aliya's browser, signed in; and by now there is something of every kind to show."""
    client = Client()
    client.force_login(aliya.user)
    accounts.began(aliya.user, client.session.session_key, "code", at=NOON)  # type: ignore[arg-type]
    scans.add(aliya.actor, aliya.subject, "id_document", picture().read(), "id.jpg", at=NOON)
    change = consent.Change(give=frozenset({("advertising", "")}), language="ru")
    consent.change(aliya.actor, change, at=NOON + timedelta(minutes=1))
    correction.change(
        aliya.actor,
        {"phone_home": "8 7172 55 55 55", "email": "new@example.kz"},
        at=NOON + timedelta(minutes=2),
    )
    certificate = proposal.Scanned(picture().read(), "certificate.jpg")
    proposal.propose(aliya.actor, {"surname": "Ахметова"}, [certificate], at=NOON + timedelta(minutes=3))
    Authenticator.objects.create(
        user=aliya.user, type=Authenticator.Type.WEBAUTHN, data={"name": "phone", "credential": {}}
    )
    return client


def taken(client: Client, language: str = "/en") -> Files:
    answer = client.post(f"{language}/cabinet/export")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="export-2026-11-23.zip"'
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was written on paper, as the page that the PDF is made of."""
    pages: list[str] = []

    def kept(whole: str) -> bytes:
        pages.append(unescape(re.sub(r"\s+", " ", whole)))
        return b"%PDF-1.7"

    monkeypatch.setattr(paper, "pdf", kept)
    monkeypatch.setattr(paper, "POSSIBLE", True)
    return pages


def data_of(files: Files) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(files["data.json"])
    return whole


def rows_of(shown: str) -> list[tuple[str, str]]:
    """The rows of the summary lists of a page: key, and the value without what stands below it."""
    pattern = (
        r'<dt class="govuk-summary-list__key">(.*?)</dt>\s*<dd class="govuk-summary-list__value">(.*?)</dd>'
    )
    found = re.findall(pattern, shown, re.DOTALL)
    return [(key.strip(), re.split(r"<(?:br|details|p)\b", value.strip())[0].strip()) for key, value in found]


# Parity


@pytest.mark.clause("2.1")
def test_every_value_of_my_data_is_in_each_form(at_home: Client, written: list[str]) -> None:
    shown = page(at_home.post("/en/cabinet/data", {"show": "1"}))
    files = taken(at_home)
    table = list(csv.DictReader(io.StringIO(files["data.csv"].decode("utf-8-sig"))))
    values = [(key, value) for key, value in rows_of(shown) if not value.startswith("<img")]
    assert len(values) == len(table) == len(data_of(files)["values"])
    assert len(values) > 10
    for key, value in values:
        assert key in {row["label"] for row in table}
        assert f"<strong>{key}</strong>: {value}</p>" in written[0]
    raw = {grouped(row["value"]) for row in table} | {"1 January 1990"}
    assert {value for _, value in values} <= raw
    assert {row["value"] for row in table} == {one["value"] for one in data_of(files)["values"]}


def test_every_ground_of_my_data_is_with_its_value(at_home: Client, written: list[str]) -> None:
    shown = page(at_home.get("/en/cabinet/data"))
    grounds = set(re.findall(r'/en/policy/2026-11-22/([\d.]+)">clause', shown))
    data = data_of(taken(at_home))
    told = {one["clause"] for value in [*data["values"], *data["scans"]] for one in value["purposes"]}
    assert len(grounds) > 3
    assert grounds <= told


def test_every_scan_is_in_it_whole(at_home: Client, aliya: Person, written: list[str]) -> None:
    shown = page(at_home.get("/en/cabinet/data"))
    ids = set(re.findall(r"/data/scans/([0-9a-f-]{36})/preview", shown))
    files = taken(at_home)
    assert len(ids) == 2
    assert {Path(name).stem for name in files if name.startswith("scans/")} == ids
    for scan in ids:
        assert at_home.get(f"/cabinet/data/scans/{scan}").content == files[f"scans/{scan}.jpg"]
        assert f"scans/{scan}.jpg" in written[0]


def test_every_consent_and_every_word_is_in_it(at_home: Client, aliya: Person, written: list[str]) -> None:
    files = taken(at_home)
    given = re.findall(
        r'class="[^"]*tag[^"]*done[^"]*"[^>]*>\s*Given', page(at_home.get("/en/cabinet/consents"))
    )
    assert len(given) == len(data_of(files)["agreed"]) > 5
    ledger = consent.ledger(aliya.subject)
    assert len(data_of(files)["words"]) == len(ledger)
    shown = page(at_home.get("/en/cabinet/consents/words"))
    receipts = set(re.findall(r"/receipts/([0-9a-f-]{36})", shown))
    assert len(receipts) == 2
    assert {Path(name).stem for name in files if name.startswith("receipts/")} == receipts
    assert written[0].count("<strong>Given</strong>") == sum(row.word == "given" for row in ledger)


def test_every_look_is_in_it_with_its_proof(at_home: Client, written: list[str]) -> None:
    shown = page(at_home.get("/en/cabinet/looks"))
    numbers = {int(n) for n in re.findall(r"entry=(\d+)", shown)}
    entries = {one["n"]: one for one in json.loads(taken(at_home)["history.json"])["document"]["entries"]}
    assert len(numbers) > 5
    assert numbers <= entries.keys()
    assert all(one["proof"] is not None and one["body"] for one in entries.values())


def test_where_she_is_signed_in_and_her_passkeys_are_in_it(at_home: Client, written: list[str]) -> None:
    files = taken(at_home)
    assert "by a one-time code" in page(at_home.get("/en/cabinet/sessions"))
    assert [one["way"] for one in data_of(files)["signed_in"]] == ["code"]
    assert "Phone or tablet" in page(at_home.get("/en/cabinet/passkeys"))
    assert [one["kind"] for one in data_of(files)["passkeys"]] == ["phone"]
    for words in ("by a one-time code", "Phone or tablet"):
        assert words in written[0]


def test_her_matters_and_appeals_are_in_it(at_home: Client, aliya: Person, written: list[str]) -> None:
    letter = appeals.Letter(text="Менің деректерім дұрыс па?", values={}, agreed=True, language="kk")
    appeals.write(aliya.actor, letter, at=timezone.now())
    home = page(at_home.get("/en/cabinet/"))
    files = taken(at_home)
    numbers = set(re.findall(r"\b[RC]\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}\b", home))
    told = {one["number"] for one in data_of(files)["matters"]}
    assert len(numbers) == 2
    assert numbers < told
    assert {number[0] for number in told} == {"R", "C", "A"}
    assert all(number in written[0] for number in told)
    assert "Менің деректерім дұрыс па?" in {one["value"] for one in data_of(files)["values"]}
    assert data_of(files)["appeal_events"]


def test_the_course_of_her_data_is_in_it(at_home: Client, aliya: Person, written: list[str]) -> None:
    agreements.leave(aliya.actor, at=timezone.now())
    told = data_of(taken(at_home))
    assert [bool(one["ended_at"]) for one in told["agreements"]] == [True]
    assert {"blocks", "holds", "steps", "acts"} <= told.keys()


# The page


@pytest.mark.parametrize("language", ["", "/ru", "/en"])
def test_the_page_says_what_is_in_it_and_makes_nothing_by_a_look(at_home: Client, language: str) -> None:
    answer = at_home.get(f"{language}/cabinet/export")
    assert answer["Content-Type"].startswith("text/html")
    assert "manifest.json" in page(answer)
    assert f'href="{language}/cabinet/export"' in page(at_home.get(f"{language}/cabinet/"))


def test_nobody_else_takes_it(at_home: Client, chingiz: Any) -> None:
    assert Client().post("/cabinet/export").status_code == 302
    client = Client()
    client.force_login(chingiz)
    assert client.post("/cabinet/export").status_code == 403


@pytest.mark.clause("4.2")
def test_it_is_not_made_without_end(at_home: Client, written: list[str]) -> None:
    for _ in range(access.MOST_AN_HOUR):
        taken(at_home)
    answer = at_home.post("/cabinet/export")
    assert answer.status_code == 429
    assert answer["Retry-After"]


@pytest.mark.skipif(not paper.POSSIBLE, reason="libpango is not on this machine")
@pytest.mark.parametrize("language", ["", "/ru", "/en"])
def test_the_paper_is_in_her_language_and_says_every_value(
    at_home: Client, tmp_path: Path, language: str
) -> None:
    files = taken(at_home, language)
    file = tmp_path / "data.pdf"
    file.write_bytes(files["data.pdf"])
    told = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True, text=True).stdout
    words = set(re.findall(r"\w+", told))
    for value in ("Сәрсенова", "Қайратқызы", "Ахметова", ALIYA["iin"]):
        assert value in words
    labels = {word for one in data_of(files)["values"] for word in re.findall(r"\w+", one["label"])}
    assert labels <= words


def test_without_paper_the_rest_is_whole(at_home: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "POSSIBLE", False)
    files = taken(at_home)
    assert "data.pdf" not in files
    assert "data.csv" in files
