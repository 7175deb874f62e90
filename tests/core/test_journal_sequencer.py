"""Writers and sequencers at the same time: nobody waits for another, and no entry is lost."""

import threading
from collections.abc import Callable
from time import sleep

import pytest
from django.db import connection, transaction

from derbes.core.journal import check, log
from derbes.core.journal.models import Entry
from tests.core.ledger import ALIYA, ERLAN, ORIGIN, PEN, place, reading, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def many_writers(on_postgresql):
    if not on_postgresql:
        pytest.skip("SQLite has one writer at a time, from the beginning of its transaction")


def meanwhile(*tasks: Callable[[], object]) -> list[object]:
    """Do each task on a connection of its own, all at once, and return what they returned."""
    done: list[object] = [None] * len(tasks)

    def work(number: int, task: Callable[[], object]) -> None:
        try:
            done[number] = task()
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return done


def sequenced(patience: float = 0) -> int | None:
    with transaction.atomic():
        head = place(patience=patience)
    return head and head.size


def test_an_entry_that_is_not_committed_yet_is_the_next_after_it_is():
    with transaction.atomic():
        late = log.append(reading(minute=1), secret=ALIYA, n=1)
        (soon,) = meanwhile(lambda: write(3, ERLAN, first=2))
        assert meanwhile(sequenced) == [3]
    assert sequenced() == 4
    placed = list(Entry.objects.placed().values_list("id", flat=True))
    assert placed == [*soon, late]
    assert late < min(soon), "it was begun first"


def test_a_second_sequencer_leaves_the_work_to_the_first():
    write(5)
    with transaction.atomic():
        assert place(batch=2).size == 2
        assert meanwhile(sequenced) == [None]
    assert meanwhile(sequenced) == [5]


def test_who_has_patience_places_when_the_first_has_done():
    write(5)
    begun = threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            place(batch=2)
            begun.set()
            sleep(0.3)

    def patiently() -> int | None:
        begun.wait(10)
        return sequenced(patience=10)

    assert meanwhile(slowly, patiently) == [None, 5]


def test_patience_ends():
    write(5)
    with transaction.atomic():
        place(batch=2)
        assert meanwhile(lambda: sequenced(patience=0.2)) == [None]


def test_what_an_undone_sequencer_placed_is_placed_anew():
    write(5)
    with transaction.atomic():
        place()
        transaction.set_rollback(True)
    assert sequenced() == 5
    assert check.verify(public_key=PEN.public_key, origin=ORIGIN).sound


def test_writers_and_sequencers_together_make_one_sound_journal():
    def writer(secret: bytes) -> Callable[[], None]:
        def work() -> None:
            for n in range(1, 60, 3):
                write(3, secret, first=n)

        return work

    def sequencer() -> None:
        for _ in range(15):
            sequenced()

    people = [bytes([number]) * 32 for number in range(1, 4)]
    meanwhile(*[writer(person) for person in people], sequencer, sequencer)
    while sequenced():
        pass
    finding = check.verify(public_key=PEN.public_key, origin=ORIGIN)
    assert (finding.sound, finding.size, finding.waiting) == (True, 180, 0)
