"""Aliya takes everything with her: all that is held, in one signed archive; nobody takes what is another's."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from derbes.core.journal import public
from derbes.core.journal.models import Entry
from derbes.core.vault import vault
from derbes.flows import access, accounts, appeals, consent, correction, journal, registration, scans
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind
from tests.conftest import ALIYA, NOON, Person
from tests.faces.walk import picture
from verify import derbes_verify

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


def no_paper(held: access.Held) -> None:
    """No PDF is made."""


def exported(actor: Actor, paper: Callable[[access.Held], bytes | None] = no_paper) -> dict[str, bytes]:
    made = access.export(actor, "en", paper, at=LATER)
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def with_a_scan(aliya: Person) -> Person:
    scans.add(aliya.actor, aliya.subject, "id_document", picture().read(), "id.jpg", at=NOON)
    return aliya


@pytest.mark.clause("6.1")
def test_everything_that_is_kept_is_in_the_archive(with_a_scan: Person) -> None:
    aliya = with_a_scan
    files = exported(aliya.actor)
    data = json.loads(files["data.json"])
    assert {one["field"] for one in data["values"]} == vault.filled(aliya.subject)
    values = {one["field"]: one["value"] for one in data["values"]}
    assert values["surname"] == "Сәрсенова"
    assert values["iin"] == ALIYA["iin"]
    assert values["phone_mobile"] == "+77000037733"
    (scan,) = data["scans"]
    assert files[scan["file"]][:2] == b"\xff\xd8"
    assert scan["size"] == len(files[scan["file"]])
    assert [one["number"] for one in data["matters"]] == [aliya.number]
    rows = list(csv.DictReader(io.StringIO(files["data.csv"].decode("utf-8-sig"))))
    assert {row["field"]: row["value"] for row in rows} == values
    assert all(row["purposes"] and row["clause"] and row["since"] for row in rows)


def test_the_word_the_receipt_and_the_history_are_in_it(aliya: Person) -> None:
    files = exported(aliya.actor)
    occasion = consent.ledger(aliya.subject)[0].occasion
    words = list(csv.DictReader(io.StringIO(files["consents.csv"].decode("utf-8-sig"))))
    assert len(words) == len(consent.ledger(aliya.subject))
    assert {row["receipt"] for row in words} == {f"receipts/{occasion}.json"}
    assert json.loads(files[f"receipts/{occasion}.json"])["document"]["subject"] == str(aliya.subject)
    entries = json.loads(files["history.json"])["document"]["entries"]
    assert "access.export" in entries[-1]["body"]


def test_since_when_a_value_is_as_it_is_comes_from_the_history(aliya: Person) -> None:
    registration.save(
        aliya.actor, aliya.subject, {"phone_home": "8 727 250 00 00"}, at=NOON + timedelta(minutes=5)
    )
    values = {one["field"]: one for one in json.loads(exported(aliya.actor)["data.json"])["values"]}
    assert values["phone_home"]["since"] == "2026-11-23T07:05:00.000Z"
    assert values["surname"]["since"] == "2026-11-23T07:00:00.000Z"


def test_the_manifest_names_each_file_with_its_hash(with_a_scan: Person) -> None:
    files = exported(with_a_scan.actor, lambda _: b"%PDF-1.7")
    manifest = json.loads(files.pop("manifest.json"))["document"]
    assert {one["name"]: one["sha256"] for one in manifest["files"]} == {
        name: sha256(data).hexdigest() for name, data in files.items()
    }
    assert "data.pdf" in files


def test_an_outsider_checks_it_and_finds_every_tampering(with_a_scan: Person, tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    file.write_bytes(access.export(with_a_scan.actor, "kk", no_paper, at=LATER).data)
    for path in public.paths():
        target = tmp_path / "journal" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(public.resource(path).body)  # type: ignore[union-attr]
    call = ["export", str(file), "--key", journal.key()]
    assert derbes_verify.main([*call, "--journal", str(tmp_path / "journal")]) == 0
    whole = unpacked(file)
    for name in whole:
        repack(file, {**whole, name: whole[name][:-1] + bytes([whole[name][-1] ^ 1])})
        assert derbes_verify.main(call) == 1, f"{name} was changed"
        repack(file, {other: data for other, data in whole.items() if other != name})
        assert derbes_verify.main(call) == 1, f"{name} was left out"
    repack(file, {**whole, "more.txt": b"not ours"})
    assert derbes_verify.main(call) == 1
    file.write_bytes(b"no archive")
    assert derbes_verify.main(call) == 1


def unpacked(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repack(file: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def test_it_leaves_one_entry_that_names_all_fields(with_a_scan: Person) -> None:
    before = Entry.objects.count()
    exported(with_a_scan.actor)
    (entry,) = Entry.objects.order_by("-id")[: Entry.objects.count() - before]
    says = json.loads(entry.body)
    assert (says["event"], says["operation"], says["purpose"]) == ("access.export", "use", "rights")
    kept = {name.partition("/")[0] for name in vault.filled(with_a_scan.subject)}
    assert set(says["fields"]) == kept | {"id_document"}


@pytest.mark.clause("3.3")
def test_the_staff_cannot_take_anybodys_data_out(aliya: Person, dana: object) -> None:
    with pytest.raises(access.Unknown):
        access.export(accounts.actor(dana), "kk", no_paper, at=LATER)  # type: ignore[arg-type]


@pytest.mark.clause("4.2")
def test_it_is_not_made_without_end(aliya: Person) -> None:
    for _ in range(access.MOST_AN_HOUR):
        exported(aliya.actor)
    with pytest.raises(access.TooOften):
        exported(aliya.actor)


def test_whoever_wrote_without_registering_has_theirs_too(published: str) -> None:
    letter = appeals.Letter(
        text="Қандай деректерім сақталған?",
        values={"given_name": "Бота", "email": "bota@example.kz"},
        agreed=True,
        language="kk",
    )
    matter = appeals.send(letter, at=NOON)
    files = exported(Actor(kind=ActorKind.SUBJECT, subject=matter.subject))
    values = {
        one["field"].partition("/")[0]: one["value"] for one in json.loads(files["data.json"])["values"]
    }
    assert values["message"] == "Қандай деректерім сақталған?"
    assert values["email"] == "bota@example.kz"


def test_a_cell_never_becomes_a_formula(published: str) -> None:
    text = '=HYPERLINK("https://example.kz")'
    letter = appeals.Letter(text=text, values={"given_name": "Бота"}, agreed=True, language="kk", sure=True)
    files = exported(Actor(kind=ActorKind.SUBJECT, subject=appeals.send(letter, at=NOON).subject))
    cells = {row["value"] for row in csv.DictReader(io.StringIO(files["data.csv"].decode("utf-8-sig")))}
    assert f"'{text}" in cells
    assert text not in cells
    assert text in {one["value"] for one in json.loads(files["data.json"])["values"]}


def test_what_was_asked_for_and_waits_is_marked(aliya: Person) -> None:
    correction.change(aliya.actor, {"email": "new@example.kz"}, at=NOON + timedelta(minutes=5))
    values = json.loads(exported(aliya.actor)["data.json"])["values"]
    assert {one["value"] for one in values if one["waits"]} == {"new@example.kz"}
