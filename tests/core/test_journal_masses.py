"""A mass of entries gets its places as it is written, behind what waits; or it waits, and no entry is lost."""

import json
import os

import pytest
from django.db import transaction

from derbes.core.journal import check, integrate, leaves, log
from derbes.core.journal.alike import Mass
from derbes.core.journal.models import Checkpoint, Entry
from derbes.crypto import armour, canonical, leaf
from tests.core.ledger import ALIYA, AT, ERLAN, ORIGIN, PEN, place, reading, write
from tests.core.test_journal_sequencer import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)


def mass(count: int, secret: bytes = ERLAN) -> Mass:
    return Mass(reading(), [leaf.tag(secret, n) for n in range(1, count + 1)])


def leave(*masses: Mass, batch: int = 4096) -> int | None:
    with transaction.atomic():
        head = integrate.append(masses, signer=PEN, origin=ORIGIN, at=AT, batch=batch)
    return head and head.size


def sequenced() -> int | None:
    with transaction.atomic():
        head = place()
    return head and head.size


def tags() -> list[bytes]:
    """The tags in the order of the tree."""
    return [bytes(tag) for tag in Entry.objects.placed().values_list("tag", flat=True)]


def finding() -> tuple[bool, int, int]:
    found = check.verify(public_key=PEN.public_key, origin=ORIGIN)
    return found.sound, found.size, found.waiting


def test_leaves_of_those_who_have_the_same_entry_are_those_of_each():
    tags, salts = mass(40).tags, [os.urandom(leaf.SALT_SIZE) for _ in range(40)]
    body = log.body_of(reading())
    rows = [(tag, salt, body) for tag, salt in zip(tags, salts, strict=True)]
    assert leaves.hashes_alike(tags, salts, body) == leaves.hashes_of(rows)
    document = json.loads(leaves.leaf_of(*rows[0]))
    assert leaves.leaf_of(*rows[0]) == canonical.dumps(document)
    assert (armour.decode(document["tag"]), document["v"]) == (tags[0], 1)


@pytest.mark.parametrize("count", [1, 511, 512, 513, 1300])
def test_all_of_a_mass_have_their_places_in_the_order_given_under_one_checkpoint(count):
    assert leave(mass(count)) == count
    assert tags() == mass(count).tags
    assert Checkpoint.objects.count() == 1
    assert finding() == (True, count, 0)


def test_each_entry_of_a_mass_has_a_salt_of_its_own_and_its_time_to_the_millisecond():
    at = AT.replace(microsecond=999_998)
    assert leave(Mass(reading(at=at), mass(300).tags)) == 300
    salts = {bytes(salt) for salt in Entry.objects.values_list("salt", flat=True)}
    assert {len(salt) for salt in salts} == {leaf.SALT_SIZE}
    assert len(salts) == 300
    assert set(Entry.objects.values_list("at", flat=True)) == {AT.replace(microsecond=999_000)}
    assert finding() == (True, 300, 0)


def test_several_masses_stand_one_behind_the_other():
    write(2)
    sequenced()
    first, second = mass(300), mass(400, ALIYA * 2)
    assert leave(first, second) == 702
    assert tags()[2:] == [*first.tags, *second.tags]
    assert finding() == (True, 702, 0)


def test_no_mass_is_nothing():
    assert leave() is None
    assert Checkpoint.objects.count() == 0


def test_what_waits_gets_its_places_before_the_mass():
    write(3)
    assert leave(mass(5)) == 8
    assert tags() == [*(leaf.tag(ALIYA, n) for n in (1, 2, 3)), *mass(5).tags]
    assert finding() == (True, 8, 0)


def test_a_mass_waits_when_much_waits_before_it():
    write(5)
    assert leave(mass(3), batch=2) == 2, "part of what waited was placed"
    assert finding() == (True, 2, 6)
    assert sequenced() == 8
    first = [leaf.tag(ALIYA, n) for n in range(1, 6)]
    assert tags()[:2] == first[:2]
    assert sorted(tags()) == sorted([*first, *mass(3).tags])
    assert finding() == (True, 8, 0)


def test_a_mass_whose_deed_is_undone_leaves_its_places_to_the_next():
    with transaction.atomic():
        integrate.append([mass(4)], signer=PEN, origin=ORIGIN, at=AT)
        transaction.set_rollback(True)
    assert (Entry.objects.count(), Checkpoint.objects.count()) == (0, 0)
    assert leave(mass(7)) == 7
    assert finding() == (True, 7, 0)


def test_a_mass_needs_a_transaction():
    with pytest.raises(RuntimeError):
        integrate.append([mass(1)], signer=PEN, origin=ORIGIN, at=AT)


def test_a_mass_waits_while_another_sequencer_is_at_work(on_postgresql):
    if not on_postgresql:
        pytest.skip("SQLite has one writer at a time, from the beginning of its transaction")
    write(5)
    with transaction.atomic():
        assert place(batch=2).size == 2
        assert meanwhile(lambda: leave(mass(600))) == [None]
        assert Entry.objects.waiting().count() == 603
    assert sequenced() == 605
    assert finding() == (True, 605, 0)


def test_masses_and_sequencers_together_make_one_sound_journal(on_postgresql):
    if not on_postgresql:
        pytest.skip("SQLite has one writer at a time, from the beginning of its transaction")

    def masses(secret: bytes):
        def work() -> None:
            for n in range(5):
                leave(Mass(reading(), [leaf.tag(secret, 40 * n + one) for one in range(1, 41)]))

        return work

    def sequencer() -> None:
        for _ in range(10):
            sequenced()

    meanwhile(masses(ALIYA), masses(ERLAN), sequencer)
    while sequenced():
        pass
    assert finding() == (True, 400, 0)
