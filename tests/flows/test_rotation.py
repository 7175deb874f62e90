"""Epochs come and go: the living go on, and what was destroyed opens from no old copy of the database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction

from derbes.core.vault import approach, rewrap
from derbes.core.vault.models import PersonKey, Sealed
from derbes.crypto.ids import uuid7
from derbes.flows import accounts, callers, destruction, installation, reading, registration, rotation
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind
from derbes.outside import keys
from tests.conftest import ALIYA, NOON, PUBLISHED

pytestmark = pytest.mark.django_db

MONTH = NOON + timedelta(days=30)
OVERLAP = timedelta(days=2)


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path) -> Iterator[None]:
    """A ring for one test: what it destroys is nobody else's."""
    kept = settings.KEYS
    settings.KEYS = {"driver": "file", "path": tmp_path / "keys"}
    installation.prepare(at=PUBLISHED)
    yield
    settings.KEYS = kept


def named(subject: UUID) -> str:
    return PersonKey.objects.values_list("epoch", flat=True).get(subject=subject)


def surname(person: Any) -> str:
    return reading.own(person.actor, ["surname"], at=NOON)["surname"]


def copied() -> list[tuple[UUID, str, bytes]]:
    """What a thief of the database has of everybody's keys."""
    rows = PersonKey.objects.values_list("subject", "epoch", "wrapped")
    return [(subject, epoch, bytes(wrapped)) for subject, epoch, wrapped in rows]


def put_back(copy: list[tuple[UUID, str, bytes]]) -> None:
    """An old copy of the database stands there again, as it was."""
    PersonKey.objects.all().delete()
    with connection.cursor() as cursor:  # an old copy knows nothing of the epochs that ended since
        cursor.execute("DELETE FROM vault_endedepoch")
    for subject, epoch, wrapped in copy:
        PersonKey.objects.create(subject=subject, epoch=epoch, wrapped=wrapped, entries=100)


def people(count: int) -> list[UUID]:
    made = [uuid7(NOON) for _ in range(count)]
    for subject in made:
        approach.create(subject, ring=keys.ring(), numbers=1)
    return made


def test_aliya_is_read_after_a_rotation_as_before(aliya):
    before = named(aliya.subject)
    done = rotation.rotate(at=MONTH)
    assert done.rewrapped == PersonKey.objects.count()
    assert named(aliya.subject) == done.begun != before
    assert surname(aliya) == ALIYA["surname"]


def test_the_old_epoch_dies_when_the_overlap_is_over_and_not_before(aliya):
    old = named(aliya.subject)
    assert rotation.rotate(at=MONTH).kept == (old,)
    assert rotation.sweep(at=MONTH + OVERLAP - timedelta(seconds=1)) is None
    done = rotation.sweep(at=MONTH + OVERLAP)
    assert done is not None
    assert done.destroyed == (old,)
    assert old not in keys.ring().epochs()
    assert surname(aliya) == ALIYA["surname"]


def test_the_schedule_begins_an_epoch_when_its_days_are_over(aliya):
    current = named(aliya.subject)
    days = timedelta(days=30)
    assert rotation.sweep(at=rotation.began(current) + days - timedelta(seconds=1)) is None
    done = rotation.sweep(at=rotation.began(current) + days)
    assert done is not None
    assert done.begun > current
    assert rotation.sweep(at=rotation.began(done.begun) + timedelta(hours=1)) is None


@pytest.mark.clause("5.3")
def test_within_the_stated_window_an_old_copy_stops_opening_who_was_destroyed(agreement):
    begun = rotation.began(keys.ring().current_epoch()[0])
    born = begun + timedelta(hours=5)
    subject = registration.begin(agreement, at=born)
    registration.save(accounts.person(subject), subject, ALIYA, at=born)
    thief, ring = copied(), keys.ring()
    destroyed_at = born + timedelta(hours=1)
    destruction.discard(accounts.person(subject), subject, at=destroyed_at)

    hour, at = timedelta(hours=1), destroyed_at
    while thief[0][1] in keys.ring().epochs():  # the worker comes every hour
        rotation.sweep(at=at)
        at += hour
    assert at - destroyed_at <= rotation.window(NOON) + hour
    put_back(thief)
    with pytest.raises(keys.EpochGone):
        approach.approach(subject, ring=ring, numbers=1, instances=[], facts=(), at=at)


def test_now_destroys_at_once_and_no_older_copy_opens(aliya):
    thief = copied()
    done = rotation.rotate(at=MONTH, now=True)
    assert done.kept == ()
    assert surname(aliya) == ALIYA["surname"]
    put_back(thief)
    with pytest.raises(keys.EpochGone):
        surname(aliya)


def test_what_was_interrupted_goes_on_where_it_stood(aliya, monkeypatch):
    people(7)
    monkeypatch.setattr(rotation, "CHUNK", 3)
    chunks = []

    def dies(*args: Any, **options: Any) -> rewrap.Chunk:
        if len(chunks) == 2:
            raise KeyboardInterrupt
        chunks.append(1)
        return whole(*args, **options)

    whole = rewrap.rewrap
    monkeypatch.setattr(rewrap, "rewrap", dies)
    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(at=MONTH)
    monkeypatch.setattr(rewrap, "rewrap", whole)
    current, _ = keys.ring().current_epoch()
    assert PersonKey.objects.filter(epoch=current).count() == 6
    done = rotation.rotate(at=MONTH + timedelta(hours=1))
    assert done.begun == "", "the epoch begun before is finished first"
    assert done.rewrapped == PersonKey.objects.count() - 6
    assert named(aliya.subject) == current


def test_the_database_wraps_nobody_under_an_epoch_that_has_ended(aliya):
    read_before = keys.ring().current_epoch()
    late = SimpleNamespace(current_epoch=lambda: read_before)
    rotation.rotate(at=MONTH, now=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        approach.create(uuid7(NOON), ring=late, numbers=1)


def test_who_registers_while_an_epoch_ends_notices_nothing(aliya, agreement, monkeypatch):
    """The registration has read the old epoch's key when the rotation ends it: it is done again, and told once."""
    before, ring = keys.ring().current_epoch(), keys.ring()
    rotation.rotate(at=MONTH, now=True)
    read = iter([before])
    monkeypatch.setattr(ring, "current_epoch", lambda: next(read, None) or type(ring).current_epoch(ring))
    monkeypatch.setattr(keys, "ring", lambda: ring)
    bearer = callers.Bearer(uuid7(NOON), registrar_of_programs(), frozenset(), (1, 1, 1))
    said, repeated = callers.once(
        bearer, "key-1", b"the same", lambda: registration.register(agreement, ALIYA, at=NOON), told, at=NOON
    )
    assert not repeated
    assert named(UUID(said["subject"])) in ring.epochs()
    assert callers.once(bearer, "key-1", b"the same", pytest.fail, told, at=NOON) == (said, True)


def test_what_the_database_refuses_otherwise_is_not_tried_again(monkeypatch, agreement):
    tries = []

    def refused(*_, **__):
        tries.append(1)
        raise IntegrityError("UNIQUE constraint failed: vault_personkey.subject")

    monkeypatch.setattr(approach, "create", refused)
    with pytest.raises(IntegrityError):
        registration.begin(agreement, at=NOON)
    assert tries == [1]


def told(subject: UUID) -> dict[str, str]:
    return {"subject": str(subject)}


def registrar_of_programs() -> Actor:
    return Actor(kind=ActorKind.TOKEN, code="importer", unit="it", role="operator")


def test_an_epoch_does_not_end_while_somebody_is_wrapped_under_it(aliya):
    with pytest.raises(rewrap.StillNamed):
        rewrap.end(named(aliya.subject), at=NOON)


def test_sealed_data_are_not_touched(aliya):
    before = set(Sealed.objects.values_list("subject", "place", "body"))
    rotation.rotate(at=MONTH)
    assert set(Sealed.objects.values_list("subject", "place", "body")) == before


def test_the_command_asks_twice_before_it_takes_old_backups_away(aliya, capsys):
    with pytest.raises(CommandError, match="--yes"):
        call_command("rotate", "--now")
    assert len(keys.ring().epochs()) == 1


@pytest.mark.django_db(transaction=True)
def test_reading_and_registering_go_on_while_everybody_is_wrapped_anew(aliya, agreement, monkeypatch):
    everybody = people(60)
    monkeypatch.setattr(rotation, "CHUNK", 5)
    ended, seen = threading.Event(), list[str]()

    def work(do: Callable[[], Any]) -> int:
        done = 0
        try:
            while not ended.is_set() or not done:
                do()
                done += 1
        finally:
            connection.close()
        return done

    with ThreadPoolExecutor(2) as pool:
        reads = pool.submit(work, lambda: seen.append(surname(aliya)))
        joins = pool.submit(work, lambda: registration.begin(agreement, at=NOON))
        try:
            done = rotation.rotate(at=MONTH, now=False)
        finally:
            ended.set()
        assert reads.result() == len(seen)
        assert joins.result()
    assert set(seen) == {ALIYA["surname"]}
    assert done.rewrapped >= len(everybody)
    assert {*PersonKey.objects.values_list("epoch", flat=True)} == {done.begun}


@pytest.mark.django_db(transaction=True)
def test_a_person_who_is_held_is_passed_over_and_the_epoch_waits(aliya, on_postgresql, monkeypatch):
    if not on_postgresql:
        pytest.skip("SQLite has one writer: nobody can be held meanwhile")
    from django.db import transaction

    old, held, go = named(aliya.subject), threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            approach.approach(aliya.subject, ring=keys.ring(), numbers=1, instances=[], facts=(), at=NOON)
            held.set()
            go.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    keys.ring().new_epoch(MONTH)
    with transaction.atomic():
        assert rewrap.rewrap((old,), ring=keys.ring(), after=None, most=10, wait=False).done == 0
    with pytest.raises(OperationalError), transaction.atomic():
        rewrap.end(old, at=MONTH)
    go.set()
    holder.join()
    assert rotation.rotate(at=MONTH + timedelta(hours=1), now=True).destroyed == (old,)
    assert surname(aliya) == ALIYA["surname"]
