"""`manage.py doctor` finds what is wrong with an installation, says it in words with a cure, and shows nobody's data."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from derbes.flows import installation, journal, serving
from derbes.flows.installation import Finding, State, neighbours, parts, work
from derbes.outside import antivirus, front, keys, mail, sms
from tests.conftest import ALIYA, NOON, ROOT

pytestmark = pytest.mark.django_db


def look(part: str, at=NOON) -> Finding:
    return next(one for one in installation.examine(at=at) if one.part == part)


def test_every_part_is_explained_to_the_administrator():
    explained = (ROOT / "docs" / "operation.md").read_text()
    assert [part.name for part in installation.PARTS if f"`{part.name}`" not in explained] == []


def test_an_installation_at_work_is_well(aliya, gulnar):
    for duty in ("journal", "retention", "backup"):
        installation.note(duty, at=NOON)
    journal.integrate(at=NOON)
    found = {one.part: one for one in installation.examine(at=NOON)}
    unwell = {name for name, one in found.items() if one.state is not State.WELL}
    surroundings = {
        "address",
        "clock",
        "paper",
        "disk",
        "folders",
        "account",
    }  # nobody serves; the machine's own
    assert unwell <= surroundings
    assert found["people"].said.startswith("1, ")
    assert found["backup"].said == "the last was made 2026-11-23 07:00 UTC"


def test_nothing_of_anybody_is_shown(aliya, gulnar, capsys):
    with pytest.raises(CommandError) as ended:
        call_command("doctor", "--json")
    said = capsys.readouterr().out
    assert ended.value.returncode == 2
    assert {one["part"] for one in json.loads(said)} == {part.name for part in installation.PARTS}
    assert not [value for value in (*ALIYA.values(), str(aliya.subject)) if value in said]


def test_before_the_first_edition_what_hangs_on_it_is_not_looked_at(db, monkeypatch):
    monkeypatch.setattr(installation, "PARTS", [part for part in installation.PARTS if part.name != "tables"])
    policy = look("policy")
    assert (policy.state, policy.cure) == (State.WRONG, "manage.py publish FOLDER --yes")
    assert look("staff").said == "Not looked at: policy first."


def test_tables_of_an_older_version_are_named(published):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'duties'")
    found = look("tables")
    assert found == Finding(
        "tables",
        State.WRONG,
        "1 changes of the tables are not made; the first is duties 0001_the_duties.",
        "manage.py prepare",
    )
    assert look("worker").said == "Not looked at: tables first."


def test_a_worker_that_is_silent_or_fails_is_seen(published):
    assert "last seen: never" in look("worker").said
    installation.note("journal", at=NOON - timedelta(minutes=6))
    assert look("worker").state is State.WRONG
    installation.note("journal", at=NOON)
    assert look("worker").state is State.WELL
    installation.note("retention", at=NOON - timedelta(hours=4))
    assert look("worker").said == "Not done for three hours: retention."
    installation.note("retention", failed="OperationalError", at=NOON)
    assert look("worker").said == "retention: OperationalError, last done 2026-11-23 03:00 UTC"


def test_a_witness_that_saw_another_journal_is_the_alarm(published):
    installation.note("journal", at=NOON)
    installation.note("witnesses", failed="Split", at=NOON)
    assert "another journal" in look("worker").cure


def test_entries_that_wait_and_a_foreign_signature_are_seen(aliya, settings):
    assert "wait for their place" in look("journal").said
    journal.integrate(at=NOON)
    assert look("journal").said.endswith("signed by the published key")
    settings.JOURNAL_ORIGIN = "elsewhere.example.kz/journal"
    assert "another key" in look("journal").said


@pytest.fixture
def own_keys(tmp_path: Path, settings):
    shutil.copytree(settings.KEYS["path"], tmp_path / "keys")
    settings.KEYS = {"driver": "file", "path": tmp_path / "keys"}
    return tmp_path / "keys"


def test_an_open_key_folder_a_damaged_epoch_and_people_without_keys_are_told_apart(aliya, own_keys):
    assert look("people").state is State.WELL
    epoch = next((own_keys / "epochs").iterdir())
    whole = epoch.read_bytes()
    keys._open.cache_clear()
    epoch.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "does not open under master.key" in look("keys").said
    assert look("people").said == "Not looked at: keys first."
    epoch.rename(epoch.with_name("20200101T000000000000Z.key"))
    keys._open.cache_clear()
    keys.ring().new_epoch(NOON)
    (own_keys / "epochs" / "20200101T000000000000Z.key").unlink()
    assert look("people").said.startswith("1 people are sealed under epochs whose keys are not here")
    own_keys.chmod(0o755)
    keys._open.cache_clear()
    assert "chmod 700" in look("keys").said


def test_new_keys_are_never_made_for_a_journal_that_has_others(aliya, tmp_path, settings):
    journal.integrate(at=NOON)
    settings.KEYS = {"driver": "file", "path": tmp_path / "keys"}
    with pytest.raises(keys.KeysRefused, match="Bring the key folder back"):
        installation.begin(at=NOON)
    assert not (tmp_path / "keys").exists()


def test_in_production_a_missing_backup_an_example_and_an_open_address_are_wrong(published, settings):
    settings.PRODUCTION, settings.DEVELOPMENT = True, False
    assert (look("backup").state, look("policy").state, look("pages").state) == (State.WRONG,) * 3
    installation.note("backup", at=NOON - timedelta(hours=30))
    assert look("backup").state is State.REMARK
    assert look("address").said == f"{settings.ORIGIN} is not https."
    assert look("mail").state is State.WELL  # in memory, as tests have it


def test_neighbours_that_do_not_answer_are_named_with_their_settings(monkeypatch, settings):
    def away(failure):
        def reach(*_, **__):
            raise failure

        return reach

    settings.ANTIVIRUS = {"address": "unix:/nowhere"}
    monkeypatch.setattr(
        mail, "reach", away(mail.NotSent("not_let_in", "The mail server does not let us in."))
    )
    monkeypatch.setattr(
        sms, "reach", away(ValueError("SMS: the gateway needs a URL with a host, and a secret."))
    )
    monkeypatch.setattr(front, "look", away(front.Unanswered("its certificate is not trusted: expired")))
    found = {part.name: parts.find(part, at=NOON) for part in neighbours.PARTS}
    assert found["antivirus"].said == "The antivirus does not answer. No file is taken."
    assert "DERBES_SMTP_HOST" in found["mail"].cure
    assert "DERBES_SMS_URL" in found["sms"].cure
    assert "its certificate is not trusted" in found["address"].said


def test_a_certificate_that_ends_soon_is_a_remark(monkeypatch):
    monkeypatch.setattr(front, "look", lambda _: front.Front(NOON + timedelta(days=13)))
    assert look("address").said.endswith("ends 2026-12-06.")
    monkeypatch.setattr(front, "look", lambda _: front.Front(NOON + timedelta(days=15)))
    assert look("address").state is State.WELL


def test_the_coming_year_is_missed_from_october_on(published, monkeypatch):
    known = work.clocks.calendar()
    few = type(known)(known.version, known.off, known.worked, frozenset({2026}))
    monkeypatch.setattr(work.clocks, "calendar", lambda: few)
    assert look("calendar").said == "The days off of 2027 are not known yet."
    assert look("calendar", NOON.replace(month=9)).state is State.WELL
    assert look("calendar", NOON.replace(year=2027)).state is State.WRONG


def test_a_failure_that_nobody_expected_is_named_by_its_kind_alone(monkeypatch):
    monkeypatch.setattr(neighbours.sms, "reach", lambda: {}["900101300007"])
    said = look("sms").said
    assert "KeyError" in said
    assert "900101300007" not in said


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")
def test_a_role_that_may_empty_the_journal_is_refused_in_production(published, settings):
    settings.PRODUCTION = True
    assert "may empty the journal" in look("privileges").said
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE narrow")
        cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO narrow")
        cursor.execute("SET ROLE narrow")
    try:
        assert look("privileges").state is State.WELL
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("ALTER TABLE consents_consent DISABLE TRIGGER USER")
    assert "triggers are disabled" in look("privileges").said


def test_readiness_tells_of_neighbours_and_is_not_changed_by_them(published, client, settings, monkeypatch):
    monkeypatch.setattr(installation, "_remembered", {})
    settings.ANTIVIRUS = {"address": "unix:/nowhere"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["antivirus"], answer.json()["database"]) == (200, "wrong", "ok")
    monkeypatch.setattr(serving, "check", lambda: (_ for _ in ()).throw(serving.Restored))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["restore"]) == (503, "Restored")


def test_clamd_answers_a_ping(monkeypatch):
    said = []

    class Line:
        def sendall(self, data):
            said.append(data)

        def recv(self, _):
            return b"PONG\0"

        def close(self): ...

    monkeypatch.setattr(antivirus.Clamd, "_connect", lambda _: Line())
    antivirus.reach()
    assert said == [b"zPING\0"]


def test_the_first_administrator_is_let_in_by_the_command_line(published, capsys):
    call_command("employ", "g-02", "--unit", "it", "--role", "administrator")
    password = capsys.readouterr().out.split("\n")[0].rpartition(" ")[2]
    from derbes.core.accounts.models import User

    assert User.objects.get(code="g-02").check_password(password)
    with pytest.raises(CommandError, match="Codes are given once"):
        call_command("employ", "g-02", "--unit", "it", "--role", "administrator")
    with pytest.raises(CommandError, match="queen"):
        call_command("employ", "q-01", "--unit", "it", "--role", "queen")
