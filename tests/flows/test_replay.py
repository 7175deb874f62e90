"""The worker rests while nothing may be served, and finds out what became of what was left unconfirmed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from derbes.core.subjects.models import Subject
from derbes.core.vault import removal
from derbes.faces.jobs.management.commands import worker
from derbes.flows import installation, replay, serving
from derbes.outside import tombstones
from tests.conftest import NOON

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
        cursor.execute("INSERT INTO restore_pending VALUES ('{}')")


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
    worker.Command()._try(lambda: worked.append(1))
    assert worked == []
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE restore_pending")
    worker.Command()._try(lambda: worked.append(1))
    assert worked == [1]


@pytest.mark.parametrize("path", ["/policy", "/ru/policy", "/en/cabinet/", "/office/"])
def test_everybody_is_told_in_their_language_to_come_back(published, restored, client, path):
    answer = client.get(path)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    language = path.split("/")[1] if path[:4] in {"/ru/", "/en/"} else "kk"
    assert f'<html lang="{language}">' in answer.content.decode()


def test_readiness_names_the_restore(published, restored):
    assert installation.ready(at=NOON)["restore"] == "Restored"


def test_there_is_nothing_to_replay_where_nothing_was_restored(published, tmp_path):
    (tmp_path / "ledger").touch()
    with pytest.raises(replay.NothingPending):
        replay.replay([tmp_path / "ledger"], at=NOON)
