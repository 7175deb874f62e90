"""The worker rests while nothing may be served, and finds out what became of what was left unconfirmed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from derbes.core.accounts.models import Code, User
from derbes.core.documents.models import Document
from derbes.core.subjects.models import Subject
from derbes.core.vault import removal
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.faces.jobs.management.commands import worker
from derbes.flows import accounts, blocking, installation, replay, scans, serving
from derbes.law.lifecycle import Ground, Life
from derbes.law.moments import stamp
from derbes.outside import tombstones
from tests.conftest import NOON
from tests.flows.test_ending import picture

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_ledger(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(settings, "TOMBSTONES", {"path": tmp_path / "erasures.log"})
    monkeypatch.setattr(serving._memory, "until", 0.0)
    monkeypatch.setattr(serving._memory, "pending", False)
    monkeypatch.setattr(serving, "MOMENT", 0.0)


@pytest.fixture
def restored() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE restore_pending (said TEXT NOT NULL)")
        mark = json.dumps({"made": stamp(NOON), "ledger": {"n": 0, "chain": ""}})
        cursor.execute("INSERT INTO restore_pending VALUES (%s)", [mark])


def told() -> list[tuple[str, bool]]:
    return [(one.kind.value, one.confirmed) for one in tombstones.since(NOON)]


def test_what_happened_is_confirmed_and_what_did_not_is_undone(aliya):
    for kind in ("destroyed", "blocked"):
        tombstones.note(kind, aliya.subject, NOON)
    Subject.objects.filter(subject=aliya.subject).update(blocked_at=NOON)
    assert replay.settle(at=LATER) == 2
    assert told() == [("blocked", True)]
    tombstones.note("destroyed", aliya.subject, LATER)
    removal.remove([aliya.subject])
    assert replay.settle(at=LATER + timedelta(hours=1)) == 1
    assert told() == [("blocked", True), ("destroyed", True)]


def test_a_step_that_may_still_be_under_way_is_left_alone(aliya):
    tombstones.note("destroyed", aliya.subject, NOON)
    assert replay.settle(at=NOON + timedelta(minutes=9)) == 0
    assert told() == [("destroyed", False)]


def test_the_worker_rests_while_nothing_may_be_served(published, restored, monkeypatch):
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)  # the test's transaction goes on
    worked = list[int]()
    worker.Command()._try("scans", lambda: worked.append(1))
    assert worked == []
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE restore_pending")
    worker.Command()._try("scans", lambda: worked.append(1))
    assert worked == [1]


@pytest.mark.parametrize("path", ["/policy", "/ru/policy", "/en/cabinet/", "/office/"])
def test_everybody_is_told_in_their_language_to_come_back(published, restored, client, path):
    answer = client.get(path)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    language = path.split("/")[1] if path[:4] in {"/ru/", "/en/"} else "kk"
    assert f'<html lang="{language}">' in answer.content.decode()


def test_readiness_names_the_restore(published, restored):
    well, parts = installation.ready(at=NOON)
    assert (well, parts["restore"]) == (False, "Restored")


def test_there_is_nothing_to_replay_where_nothing_was_restored(published, tmp_path):
    (tmp_path / "ledger").touch()
    with pytest.raises(replay.NothingPending):
        replay.replay([tmp_path / "ledger"], at=NOON)


def replayed() -> replay.Replayed:
    return replay.replay([tombstones.place()], at=LATER)


def noted(kind: str, subject: UUID, *, at: datetime = NOON, confirmed: bool = True) -> None:
    number = tombstones.note(kind, subject, at)
    if confirmed:
        tombstones.confirm(number)


def test_nothing_of_who_was_destroyed_is_left(aliya, restored):
    Subject.objects.filter(subject=aliya.subject).update(deceased_paper="24-17/3", of_age_year=2008)
    scans.add(aliya.actor, aliya.subject, "id_document", picture(), "scan.jpg", at=NOON)
    noted("destroyed", aliya.subject)
    assert replayed().destroyed == 1
    row = Subject.objects.get(subject=aliya.subject)
    assert (row.life, row.state) == (Life.DESTROYED, "destroyed")
    assert (row.deceased_paper, row.of_age_year, row.review_at) == ("", None, None)
    for table in (PersonKey, Sealed, Found, Document, Code):
        assert not table.objects.filter(subject=aliya.subject).exists()
    assert not User.objects.filter(subject=aliya.subject).exists()
    assert serving.said() is None


def test_a_block_is_set_again_for_somebody_to_look_into(aliya, dana, restored):
    noted("blocked", aliya.subject)
    assert replayed().blocked == 1
    officer = accounts.actor(dana)
    (standing,) = blocking.standing(officer, at=LATER)
    assert standing.subject == aliya.subject
    blocking.lift(officer, aliya.subject, Ground.NOT_CONFIRMED, at=LATER)
    assert Subject.objects.get(subject=aliya.subject).blocked_at is None


def test_a_block_that_was_lifted_since_is_lifted_again(aliya, dana, restored):
    blocking.block(accounts.actor(dana), aliya.subject, Ground.RESPONSIBLE, at=NOON)
    noted("blocked", aliya.subject)
    noted("unblocked", aliya.subject, at=LATER)
    assert replayed().unblocked == 1
    assert Subject.objects.get(subject=aliya.subject).life == Life.ACTIVE
    assert blocking.standing(accounts.actor(dana), at=LATER) == []


@pytest.mark.parametrize(
    ("kind", "confirmed", "counted"), [("destroyed", False, "doubtful"), ("archived", True, "archived")]
)
def test_what_cannot_be_done_by_itself_is_blocked_until_a_person_decides(
    aliya, dana, restored, kind, confirmed, counted
):
    noted(kind, aliya.subject, confirmed=confirmed)
    assert getattr(replayed(), counted) == 1
    assert removal.known([aliya.subject])
    assert [one.ground for one in blocking.standing(accounts.actor(dana), at=LATER)] == [Ground.SUSPICION]


def test_what_was_done_long_before_the_backup_is_not_done_again(aliya, restored):
    noted("blocked", aliya.subject, at=NOON - timedelta(days=2))
    assert replayed() == replay.Replayed(0, 0, 0, 0, 0)


def test_a_damaged_ledger_lets_nobody_in(aliya, restored):
    noted("destroyed", aliya.subject)
    text = tombstones.place().read_text()
    tombstones.place().write_text(text.replace("destroyed", "unblocked"))
    with pytest.raises(replay.Damaged):
        replayed()
    assert serving.said() is not None
    assert removal.known([aliya.subject])
