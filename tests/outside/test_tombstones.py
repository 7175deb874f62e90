"""The ledger of who was destroyed or blocked: on disk at once, in order, and no line of it can be changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from derbes.outside import tombstones
from derbes.outside.tombstones import Kind

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setattr(settings, "TOMBSTONES", {"path": tmp_path / "state" / "erasures.log"})
    return tmp_path / "state" / "erasures.log"


def test_what_is_noted_is_told_in_order_and_since_a_moment():
    people = [uuid4() for _ in range(3)]
    for n, subject in enumerate(people):
        tombstones.confirm(tombstones.note(Kind.DESTROYED, subject, AT + timedelta(hours=n)))
    assert [one.subject for one in tombstones.since(AT)] == people
    assert [one.subject for one in tombstones.since(AT + timedelta(hours=1))] == people[1:]
    assert all(one.confirmed for one in tombstones.since(AT))


def test_an_absent_ledger_is_empty():
    assert tombstones.since(AT) == []
    assert tombstones.ledger().head == (0, "")


def test_only_the_owner_reads_it(place):
    tombstones.note("blocked", uuid4(), AT)
    assert place.stat().st_mode & 0o077 == 0


def test_what_was_not_confirmed_is_told_apart_and_what_was_undone_is_not_told():
    left, undone = uuid4(), uuid4()
    tombstones.note("destroyed", left, AT)
    tombstones.undo(tombstones.note("destroyed", undone, AT))
    assert [(one.subject, one.confirmed) for one in tombstones.since(AT)] == [(left, False)]
    assert [one.subject for one in tombstones.unconfirmed()] == [left]


def test_many_writers_leave_one_chain():
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: tombstones.note("destroyed", UUID(int=n), AT), range(64)))
    assert {one.subject.int for one in tombstones.since(AT)} == set(range(64))


def test_a_line_torn_by_a_crash_is_no_fact_and_the_next_one_stands_whole(place):
    tombstones.note("destroyed", UUID(int=1), AT)
    with place.open("ab") as file:
        file.write(b'{"at":"2026-11-2')
    assert len(tombstones.since(AT)) == 1
    tombstones.note("destroyed", UUID(int=2), AT)
    assert [one.subject.int for one in tombstones.since(AT)] == [1, 2]


@pytest.mark.parametrize("cheat", ["changed", "removed", "added", "swapped"])
def test_a_changed_ledger_is_refused(place, cheat):
    for n in range(4):
        tombstones.note("destroyed", UUID(int=n), AT)
    lines = place.read_text().splitlines(keepends=True)
    if cheat == "changed":
        lines[1] = lines[1].replace('"destroyed"', '"unblocked"')
    elif cheat == "removed":
        del lines[1]
    elif cheat == "added":
        lines.insert(2, lines[1])
    else:
        lines[1], lines[2] = lines[2], lines[1]
    place.write_text("".join(lines))
    with pytest.raises(tombstones.Damaged):
        tombstones.since(AT)


def test_a_ledger_goes_on_from_its_own_past_and_from_no_other(place, tmp_path, monkeypatch):
    tombstones.note("destroyed", UUID(int=1), AT)
    past = tombstones.ledger().head
    tombstones.note("destroyed", UUID(int=2), AT)
    assert tombstones.ledger().goes_on_from(past)
    late = tombstones.ledger().head
    monkeypatch.setattr(settings, "TOMBSTONES", {"path": tmp_path / "other.log"})
    tombstones.note("destroyed", UUID(int=3), AT)
    assert not tombstones.ledger().goes_on_from(past)
    assert not tombstones.ledger().goes_on_from(late)
