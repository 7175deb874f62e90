"""Storage or the ledger of erasures has no room: no row without its file, nobody destroyed without a note."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from derbes.core.documents.models import Document
from derbes.core.vault.models import PersonKey
from derbes.flows import (
    blocking,
    destruction,
    installation,
    reading,
    replay,
    scans,
    strays,
)
from derbes.law.lifecycle import Ground
from derbes.outside import storage, tombstones
from tests.conftest import ALIYA, NOON
from tests.torture.faults import (
    LATER,
    full_disk,
    picture,
    raising,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_scan_that_finds_no_room_leaves_no_row_no_entry_and_no_file(aliya, everything):
    before, data = everything(), picture()
    with full_disk(5000) if connection.vendor == "postgresql" else pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":  # its own files must grow
            patch.setattr(storage.FileStore, "write", _second_fails(storage.FileStore.write))
        with pytest.raises(OSError) as failed:
            scans.add(aliya.actor, aliya.subject, "id_document", data, "scan.jpg", at=LATER)
    assert installation.passing(failed.value)
    assert everything() == before
    assert scans.add(aliya.actor, aliya.subject, "id_document", data, "scan.jpg", at=LATER)


def _second_fails(write):
    calls = []

    def writes(store, name, chunks):
        calls.append(name)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        write(store, name, chunks)

    return writes


def test_storage_that_fails_between_sealing_and_commit_leaves_a_file_that_is_removed_within_the_day(
    aliya, everything, monkeypatch, tmp_path
):
    monkeypatch.setattr(settings, "STORAGE", {"driver": "file", "path": tmp_path / "files"})
    before = everything()
    with monkeypatch.context() as failing:
        failing.setattr("derbes.core.vault.vault.record", raising(OperationalError("the server went away")))
        with pytest.raises(OperationalError):
            scans.add(aliya.actor, aliya.subject, "id_document", picture(), "scan.jpg", at=LATER)
    assert not Document.objects.exists()
    assert len(list(storage.store().names())) == len(before["files"]) + 2, "nobody was there to remove them"
    kept = scans.add(aliya.actor, aliya.subject, "id_document", picture(), "scan.jpg", at=LATER)
    now = datetime.now(UTC) + timedelta(minutes=1)
    assert sum(strays.remove(part, at=now) for part in strays.PARTS) == 0, "they may be being kept"
    removed = sum(strays.sweep(at=now + strays.AGE + timedelta(hours=hour)) for hour in range(16))
    assert removed == 2
    assert scans.look(aliya.actor, aliya.subject, kept, purpose="rights", at=LATER).data


@pytest.fixture
def no_ledger(tmp_path, monkeypatch):
    """The ledger's disk is gone: a file stands where its folder was."""
    (tmp_path / "disk").write_text("")
    monkeypatch.setattr(settings, "TOMBSTONES", {"path": tmp_path / "disk" / "erasures.log"})


def test_without_the_ledger_of_erasures_nobody_is_destroyed_or_blocked(aliya, everything, no_ledger):
    before = everything()
    for deed in (
        lambda: destruction.demand(aliya.actor, aliya.subject, at=LATER),
        lambda: blocking.block(aliya.actor, aliya.subject, Ground.REQUEST, at=LATER),
    ):
        with pytest.raises(OSError) as failed:
            deed()
        assert installation.passing(failed.value)
    assert everything() == before
    assert reading.own(aliya.actor, ["iin"], at=LATER) == {"iin": ALIYA["iin"]}


def test_who_was_destroyed_is_told_so_though_the_ledger_cannot_be_confirmed_and_the_worker_confirms_it(
    aliya, monkeypatch, tmp_path
):
    monkeypatch.setattr(settings, "TOMBSTONES", {"path": tmp_path / "erasures.log"})
    with monkeypatch.context() as failing:
        failing.setattr(tombstones, "confirm", raising(OSError(28, "No space left on device")))
        assert destruction.demand(aliya.actor, aliya.subject, at=LATER).nothing_left
    assert not PersonKey.objects.filter(subject=aliya.subject).exists()
    assert [one.subject for one in tombstones.unconfirmed()] == [aliya.subject]
    assert replay.settle(at=LATER + timedelta(days=1)) == 1
    assert tombstones.unconfirmed() == []


def test_a_ledger_torn_by_a_full_disk_goes_on_when_there_is_room(aliya, tmp_path, monkeypatch):
    path = tmp_path / "erasures.log"
    monkeypatch.setattr(settings, "TOMBSTONES", {"path": path})
    tombstones.note(tombstones.Kind.BLOCKED, aliya.subject, NOON)
    with full_disk(path.stat().st_size + 30), pytest.raises(OSError, match=r"large|space"):
        tombstones.note(tombstones.Kind.BLOCKED, aliya.subject, NOON)
    assert len(tombstones.ledger().tombstones) == 1, "a line cut in the middle says nothing"
    tombstones.note(tombstones.Kind.UNBLOCKED, aliya.subject, NOON)
    assert [one.n for one in tombstones.ledger().tombstones] == [1, 2]
