"""Two steps come to one person at once: who waited finds all as the other left it (PostgreSQL; SQLite has one writer)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import sleep

import pytest
from django.db import connection, transaction

from derbes.core.vault import approach
from derbes.core.vault.models import EndedEpoch, PersonKey
from tests.core.ledger import AT
from tests.core.test_journal_sequencer import meanwhile
from tests.core.test_vault import ALIYA, PLACES, RING, create, put

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
ENDED = "(SELECT count(*) FROM vault_endedepoch)"


def come(numbers: int) -> tuple[approach.Handle, list[int]]:
    """Come to Aliya, with how many epochs have ended as a fact."""
    handle, facts = approach.approach(ALIYA, ring=RING, numbers=numbers, instances=(), facts=(ENDED,), at=AT)
    handle.places = PLACES
    return handle, facts


def first_and_second(
    first: Callable[[], object], numbers: int
) -> tuple[approach.Handle, list[int]] | type[Exception]:
    """Let the first hold Aliya's row until the second waits for it; return what the second finds, or is told."""
    holds = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            first()
            holds.set()
            _until_somebody_waits()

    def wait() -> tuple[approach.Handle, list[int]] | type[Exception]:
        holds.wait(10)
        try:
            with transaction.atomic():
                return come(numbers)
        except approach.Unknown:
            return approach.Unknown

    return meanwhile(hold, wait)[1]


def _until_somebody_waits() -> None:
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        sleep(0.02)


def test_who_waited_has_their_own_numbers_and_what_was_sealed_meanwhile() -> None:
    create(numbers=4)

    def write() -> None:
        handle, _ = come(2)
        put(handle, surname="Сәрсенова")
        EndedEpoch.objects.create(epoch="of old", at=AT)

    handle, facts = first_and_second(write, numbers=3)
    assert (handle.next_number, handle.last_number) == (7, 9)
    assert PersonKey.objects.get().entries == 9
    assert handle.sealed.keys() == {"identity"}
    assert facts == [1]


def test_who_waited_for_a_key_that_was_made_anew_finds_the_new_one() -> None:
    create()
    made = []

    def anew() -> None:
        PersonKey.objects.all().delete()
        made.append(create().key)

    handle, _ = first_and_second(anew, numbers=1)
    assert handle.key == made[0]


def test_who_waited_for_a_person_that_is_destroyed_finds_nobody() -> None:
    create()
    assert first_and_second(PersonKey.objects.all().delete, numbers=1) is approach.Unknown
