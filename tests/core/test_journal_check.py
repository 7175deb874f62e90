"""Somebody who owns the database changes the journal. The check names the first place."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Replace

from derbes.core.journal import check, integrate
from derbes.core.journal.faults import Fault, Found
from derbes.core.journal.models import Checkpoint, Entry, Tile
from derbes.crypto import checkpoint, tiles
from derbes.crypto.checkpoint import Head, Unsigned
from tests.core.ledger import AT, ERLAN, ORIGIN, PEN, place, unguarded, write
from tests.crypto.pen import Pen

pytestmark = pytest.mark.django_db
SIZE = 700


@pytest.fixture
def journal():
    """600 entries of Aliya and 100 of nobody, placed in three batches, and two that wait."""
    write(600)
    write(100, None)
    first = place(batch=300)
    while place(batch=300):
        pass
    write(2, ERLAN)
    return first.note


def verify(earlier: str | None = None) -> check.Finding:
    return check.verify(public_key=PEN.public_key, origin=ORIGIN, earlier=earlier)


def alter(place: int, **columns: object) -> Found | None:
    with unguarded():
        Entry.objects.filter(position=place).update(**columns)
    return verify().found


def remove(*places: int, close: bool) -> Found | None:
    with unguarded():
        Entry.objects.filter(position__in=places).delete()
        if close:
            shift(max(places) + 1, -len(places))
    return verify().found


def shift(first: int, by: int) -> None:
    """Move the places from `first` on, past the uniqueness of places."""
    Entry.objects.filter(position__gte=first).update(position=-F("position") - by - 1_000_000)
    Entry.objects.filter(position__lt=0).update(position=-F("position") - 1_000_000)


GONE = Replace("body", Value("done"), Value("gone"))


def test_an_honest_journal_is_sound(journal):
    finding = verify(earlier=journal)
    assert finding.sound
    assert (finding.size, finding.waiting) == (SIZE, 2)
    assert verify(earlier=Checkpoint.objects.newest().note).sound, (
        "the newest checkpoint is an earlier one too"
    )


def test_an_empty_journal_is_sound():
    assert verify() == check.Finding(0, 0, None)


@pytest.mark.parametrize("place", [0, 255, 256, 299, 300, 699])
def test_an_altered_entry_is_found(journal, place):
    assert alter(place, body=GONE) == (Fault.ALTERED, place, place)


@pytest.mark.parametrize("body", ["{", "", "[1]", "9" * 5000])
@pytest.mark.parametrize("place", [5, 650])
def test_an_entry_made_nonsense_is_found(journal, place, body):
    assert alter(place, body=body) == (Fault.ALTERED, place, place)


@pytest.mark.parametrize(
    "column",
    [
        {"actor_kind": "token"},
        {"actor_code": "s-99"},
        {"actor_code": None},
        {"operation": "store"},
        {"at": AT},
        {"at": F("at") + timedelta(microseconds=1)},
        {"at": F("at") + timedelta(milliseconds=1)},
        {"id": "01900000-0000-7000-8000-000000000000"},
    ],
)
def test_a_column_for_lists_that_says_otherwise_than_the_entry_is_found(journal, column):
    assert alter(310, **column) == (Fault.ALTERED, 310, 310)


@pytest.mark.parametrize("place", [0, 256, 450, 699])
def test_a_removed_entry_is_found(journal, place):
    assert remove(place, close=False) == (Fault.REMOVED, place, place)


@pytest.mark.parametrize("place", [0, 254, 256, 450])
def test_a_removed_entry_is_found_when_the_rest_moved_up(journal, place):
    assert remove(place, close=True) == (Fault.REMOVED, place, place)


def test_two_removed_entries_are_found_when_the_rest_moved_up(journal):
    assert remove(100, 101, close=True) == (Fault.REMOVED, 100, 100)


@pytest.mark.parametrize("place", [0, 255, 450, 699])
def test_an_added_entry_is_found(journal, place):
    added = write(1, ERLAN, first=9)[0]
    with unguarded():
        shift(place, 1)
        Entry.objects.filter(id=added).update(position=place)
    assert verify().found == (Fault.ADDED, place, place)


def test_an_entry_added_behind_the_end_is_found(journal):
    with unguarded():
        Entry.objects.filter(id=write(1, ERLAN, first=9)[0]).update(position=SIZE)
    assert verify().found == (Fault.ADDED, SIZE, SIZE)


@pytest.mark.parametrize(("one", "other"), [(3, 4), (255, 256), (10, 600)])
def test_two_entries_that_changed_places_are_found(journal, one, other):
    with unguarded():
        Entry.objects.filter(position=one).update(position=-1)
        Entry.objects.filter(position=other).update(position=one)
        Entry.objects.filter(position=-1).update(position=other)
    found = verify().found
    assert found == (Fault.REORDERED, one, one)


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite keeps a table's uniqueness for its owner too"
)
def test_two_entries_in_one_place_are_found_though_their_hashes_are_the_signed_ones_in_order(journal):
    with unguarded() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'journal_entry'::regclass AND contype = 'u' "
            "AND conname LIKE '%position%'"
        )
        ((name,),) = cursor.fetchall()
        cursor.execute(f'ALTER TABLE journal_entry DROP CONSTRAINT "{name}"')
        Entry.objects.filter(position=5).update(position=6)
    found = verify().found
    assert found.fault is Fault.REORDERED
    assert found.position in {5, 6}


def rebuild(size: int) -> None:
    """What a thorough cheat does: make all tiles anew over the entries as they are now."""
    Tile.objects.all().delete()
    edge = tiles.Edge()
    rows = Entry.objects.placed().filter(position__lt=size).values_list("tag", "salt", "body")
    integrate._store(edge.extend(integrate.hashes_of(rows)))


def test_an_altered_entry_is_found_between_two_checkpoints_when_the_tiles_were_made_to_fit(journal):
    with unguarded():
        Entry.objects.filter(position=400).update(body=GONE)
        rebuild(SIZE)
    assert verify().found == (Fault.ALTERED, 300, 599)
    with unguarded():
        Entry.objects.filter(position=100).update(body=GONE)
        rebuild(SIZE)
    assert verify().found == (Fault.ALTERED, 0, 299)


def test_an_altered_tile_is_found_to_be_the_tile(journal):
    with unguarded():
        for level, number, byte, first in ((0, 1, 40 * 32, 256), (0, 0, 300 * 32, 0), (1, 0, 5, 0)):
            tile = Tile.objects.get(level=level, number=number)
            good = bytes(tile.nodes)
            bad = good[:byte] + bytes([good[byte] ^ 1]) + good[byte + 1 :]
            Tile.objects.filter(level=level, number=number).update(nodes=bad)
            found = verify().found
            assert found.fault is Fault.TILE
            assert found.position <= first + 255
            assert found.last >= first
            Tile.objects.filter(level=level, number=number).update(nodes=good)
    assert verify().sound


@pytest.mark.parametrize(("level", "number"), [(0, 0), (0, 1), (0, 2), (1, 0)])
def test_a_removed_tile_is_found(journal, level, number):
    with unguarded():
        Tile.objects.filter(level=level, number=number).delete()
    assert verify().found.fault is Fault.TILE


def roll_back(size: int) -> None:
    with unguarded():
        Entry.objects.filter(position__gte=size).delete()
        Checkpoint.objects.filter(size__gt=size).delete()
        rebuild(size)


def test_a_tail_that_was_cut_off_is_found_by_a_later_checkpoint_that_somebody_kept(journal):
    kept = Checkpoint.objects.newest().note
    roll_back(600)
    assert verify().sound, "alone it cannot be seen: this is why checkpoints are to be kept elsewhere"
    assert verify(earlier=kept).found == (Fault.ROLLED_BACK, 600, 699)


def test_a_cut_tail_is_found_when_the_checkpoint_over_it_stayed(journal):
    with unguarded():
        Entry.objects.filter(position__gte=600).delete()
        rebuild(600)
    assert verify().found == (Fault.ALTERED, 600, 699)


def test_a_history_that_the_operator_signed_anew_is_found_by_an_earlier_checkpoint(journal):
    with unguarded():
        Entry.objects.filter(position=40).update(body=GONE)
        Entry.objects.update(position=None)
        Checkpoint.objects.all().delete()
        Tile.objects.all().delete()
        while place(batch=300):
            pass
    assert verify().sound
    assert verify(earlier=journal).found == (Fault.REWRITTEN, 0, 299)


@pytest.mark.parametrize("size", [300, 700])
def test_a_checkpoint_of_another_key_is_found(journal, size):
    row = Checkpoint.objects.get(size=size)
    foreign = checkpoint.sign(Head(ORIGIN, size, bytes(row.root)), Pen(bytes(32)))
    with unguarded():
        Checkpoint.objects.filter(size=size).update(note=foreign)
    assert verify().found == (Fault.FORGED, size, size)


def test_a_checkpoint_whose_columns_say_otherwise_is_found(journal):
    with unguarded():
        Checkpoint.objects.filter(size=SIZE).update(root=bytes(32))
    assert verify().found == (Fault.FORGED, SIZE, SIZE)


def test_a_checkpoint_from_elsewhere_is_no_earlier_one(journal):
    with pytest.raises(Unsigned):
        verify(earlier=checkpoint.sign(Head("other.example/journal", 5, bytes(32)), PEN))
