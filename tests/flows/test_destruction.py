"""Aliya demands that her data be destroyed: she sees before what goes, and afterwards nothing of it is found anywhere."""

import json
import logging
import sqlite3
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from PIL import Image

from derbes.core.accounts.models import Code, SignIn, User
from derbes.core.acts import residue
from derbes.core.acts.models import Act, Finding
from derbes.core.documents.models import Document
from derbes.core.subjects.models import Subject
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.flows import accounts, agreements, blocking, destruction, registration, scans
from derbes.flows.agreements import EndReason, Kind
from derbes.law.lifecycle import Ground
from derbes.law.permission import Actor, Powerless, Refused
from derbes.law.vocabulary import ActorKind
from derbes.outside import storage
from tests.conftest import ALIYA, NOON

LATER = NOON + timedelta(hours=1)
OFFICER = Actor(kind=ActorKind.STAFF, code="c-01", unit="cases", role="case_officer")
KEPT = {**ALIYA, "phone_mobile": "+77000037733"}


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (600, 400), "white").save(out, "JPEG")
    return out.getvalue()


def everything_kept() -> bytes:
    """Every byte of the database, its log and the stored files: read as bytes, not through the code that wrote them."""
    files = [path for path in Path(settings.STORAGE["path"]).rglob("*") if path.is_file()]
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        files += [Path(name + tail) for tail in ("", "-wal", "-shm") if Path(name + tail).exists()]
        return b"\n".join(path.read_bytes() for path in files)
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')  # noqa: S608  a name from the catalogue
            rows += [row[0].encode() for row in cursor.fetchall()]
    return b"\n".join([*rows, *(path.read_bytes() for path in files)])


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("5.3")
def test_after_she_demands_it_no_byte_of_hers_is_found(aliya, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    scan = scans.add(aliya.actor, aliya.subject, "id_document", picture(), "scan.jpg", at=NOON)
    accounts.began(aliya.user, "a" * 32, "code", at=NOON)
    bodies = [json.loads(one.body) for one in Sealed.objects.filter(subject=aliya.subject)]
    sealed = [text for body in bodies for text in body.values()]
    wrapped = bytes(PersonKey.objects.get(subject=aliya.subject).wrapped)
    assert all(text[:30].encode() in everything_kept() for text in sealed), "the search can find"
    done = destruction.demand(aliya.actor, aliya.subject, at=LATER)
    assert done.nothing_left
    assert done.stays == ()
    kept = everything_kept()
    for value in (*KEPT.values(), *(text.casefold() for text in KEPT.values())):
        assert value.encode() not in kept
        assert value.encode("unicode_escape") not in kept or value.isascii()
    assert wrapped not in kept
    assert wrapped.hex().encode() not in kept
    for text in sealed:
        assert text[:30].encode() not in kept
    assert not storage.store().exists(str(scan))
    for table in (PersonKey, Sealed, Found, Document, Code, SignIn):
        assert not table.objects.exists()
    assert not User.objects.filter(subject=aliya.subject).exists()
    said = caplog.text + "".join(capfd.readouterr())
    assert not any(value in said for value in KEPT.values() if len(value) > 5)


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("5.3")
def test_the_act_says_what_went_why_by_whom_and_what_the_search_found(aliya, dana, chingiz):
    scans.add(aliya.actor, aliya.subject, "id_document", picture(), "scan.jpg", at=NOON)
    number = destruction.demand(aliya.actor, aliya.subject, at=LATER).act
    answers = accounts.actor(dana)
    act, (finding,) = destruction.act(answers, number, at=LATER)
    assert (act.kind, act.ground, act.by, act.edition) == ("destroyed", "demand", "subject", "2026-11-22")
    assert set(act.fields) == {*ALIYA, "id_document", "ip_address", "user_agent"}
    assert act.categories == ["contact", "identity", "scan", "visit"]
    assert act.counts == {"rows": 4, "index": 3, "files": 2, "fields": 10}
    assert finding.nothing_left
    assert sum(finding.searched.values()) > 100_000
    assert [act.number for act in destruction.acts(answers, at=LATER)] == [number]
    for what in (
        lambda: destruction.act(accounts.actor(chingiz), number, at=LATER),
        lambda: destruction.acts(accounts.actor(chingiz), at=LATER),
    ):
        with pytest.raises(Powerless):
            what()
    written = str(
        [list(row) for row in Act.objects.values_list()]
        + [list(row) for row in Finding.objects.values_list()]
    )
    assert not any(value in written for value in KEPT.values())


@pytest.mark.django_db(transaction=True)
def test_the_search_finds_what_was_left_behind_on_purpose(aliya, monkeypatch):
    """A leak: somebody has written her IIN into a table of other data, in clear."""
    Subject.objects.filter(subject=aliya.subject).update(language="kk")
    User.objects.create(id=aliya.subject, code=KEPT["iin"], role="registrar")
    done = destruction.demand(aliya.actor, aliya.subject, at=LATER)
    assert not done.nothing_left
    (finding,) = Finding.objects.all()
    assert [found.split(":")[0] for found in finding.residue] == ["iin"]
    assert KEPT["iin"] not in str(finding.residue)


@pytest.mark.django_db(transaction=True)
def test_the_search_finds_ciphertext_that_was_not_overwritten(tmp_path):
    """Deleted rows of SQLite lie in free pages unless they are overwritten: there the search must see them."""
    if connection.vendor != "sqlite":
        pytest.skip("free pages of SQLite")
    path = tmp_path / "careless.sqlite3"
    careless = sqlite3.connect(path)
    careless.execute("PRAGMA secure_delete=OFF")
    careless.execute("CREATE TABLE kept (body TEXT)")
    careless.executemany(
        "INSERT INTO kept VALUES (?)", [(f"{n:04d}" + "secret of Aliya " * 40,) for n in range(50)]
    )
    careless.commit()
    careless.execute("DELETE FROM kept")
    careless.commit()
    careless.close()
    wanted, _ = residue.needles({"surname": "secret of Aliya"}, [], [], public=b"")
    assert "surname: careless.sqlite3" in residue.search([wanted], [path])[0].residue


@pytest.mark.django_db
@pytest.mark.clause("5.3")
def test_before_it_she_sees_what_goes_what_stays_why_and_until_when(aliya):
    debt = agreements.begin(OFFICER, aliya.subject, Kind.DEBT, started=NOON, obliged=True, at=NOON)
    shown = destruction.preview(aliya.subject, at=NOON)
    assert (shown.refusal, shown.norm) == ("obligation_unfulfilled", "94-V art. 8(2)")
    agreements.end(OFFICER, aliya.subject, debt, EndReason.FULFILLED, ended=NOON, at=NOON)
    shown = destruction.preview(aliya.subject, at=NOON)
    assert shown.refusal == ""
    assert {stay.field for stay in shown.stays} == {"surname", "given_name", "patronymic", "iin"}
    assert {(r.purpose, r.norm) for stay in shown.stays for r in stay.reasons} == {
        ("records", "Tax Code art. 206(3)")
    }
    assert {stay.until.isoformat() for stay in shown.stays} == {"2031-12-31T19:00:00+00:00"}
    assert {"email", "phone_mobile", "birth_date"} <= shown.goes
    done = destruction.demand(aliya.actor, aliya.subject, at=LATER)
    assert done.stays == shown.stays
    act = Act.objects.get(number=done.act)
    assert (act.kind, {one["field"] for one in act.stays}) == (
        "archived",
        {stay.field for stay in shown.stays},
    )
    assert set(act.fields) == {name.partition("/")[0] for name in shown.goes}


@pytest.mark.django_db
def test_nobody_has_the_data_of_another_destroyed(aliya, agreement, bauyrzhan):
    other = registration.register(agreement, ALIYA, at=NOON)
    with pytest.raises(Refused, match="not_yours"):
        destruction.demand(aliya.actor, other, at=LATER)
    with pytest.raises(Powerless):
        destruction.demand(accounts.actor(bauyrzhan), other, at=LATER)
    with pytest.raises(Powerless):
        destruction.unlawful(accounts.actor(bauyrzhan), other, at=LATER)
    assert PersonKey.objects.filter(subject=other).exists()


@pytest.mark.django_db
@pytest.mark.clause("5.3")
def test_what_was_collected_unlawfully_goes_whatever_its_term(aliya, dana):
    agreements.begin(OFFICER, aliya.subject, Kind.DEBT, started=NOON, obliged=True, at=NOON)
    answers = accounts.actor(dana)
    blocking.block(answers, aliya.subject, Ground.SUSPICION, at=NOON)
    blocking.lift(answers, aliya.subject, Ground.CONFIRMED, at=LATER)
    done = destruction.unlawful(answers, aliya.subject, at=LATER)
    act = Act.objects.get(number=done.act)
    assert (act.kind, act.ground, act.norm) == ("destroyed", "unlawful", "94-V art. 25(2)(8)")
    assert not PersonKey.objects.filter(subject=aliya.subject).exists()


@pytest.mark.django_db
def test_an_act_is_neither_changed_nor_removed(aliya):
    from django.db import Error, transaction

    destruction.demand(aliya.actor, aliya.subject, at=LATER)
    for change in (
        lambda: Act.objects.update(by="nobody"),
        lambda: Act.objects.all().delete(),
        lambda: Finding.objects.all().delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()


@pytest.mark.django_db
def test_a_value_that_another_person_has_too_is_still_found_for_them(aliya, agreement):
    double = registration.register(agreement, ALIYA, at=NOON)
    assert destruction.demand(aliya.actor, aliya.subject, at=LATER).nothing_left
    assert Found.objects.filter(subject=double, kind="iin").exists()


@pytest.mark.django_db
def test_a_blocked_draft_is_not_swept(agreement):
    draft = registration.begin(agreement, at=NOON)
    blocking.block(accounts.person(draft), draft, Ground.REQUEST, at=NOON)
    assert destruction.sweep_drafts(at=NOON + timedelta(days=40)) == 0
    blocking.lift(accounts.person(draft), draft, Ground.REQUEST, at=NOON)
    assert destruction.sweep_drafts(at=NOON + timedelta(days=40)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_search_finds_a_name_that_somebody_wrote_down_as_json(aliya):
    from derbes.core.matters.models import Matter

    Matter.objects.filter(subject=aliya.subject).update(asks=[KEPT["surname"]])
    assert not destruction.demand(aliya.actor, aliya.subject, at=LATER).nothing_left
    assert "surname" in str(Finding.objects.get().residue)
