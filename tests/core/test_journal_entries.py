"""An entry as it is written: each member of its body, and a salt of its own however many are written at once."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from derbes.core.journal import log, prove
from derbes.core.journal.leaves import hashes_alike, leaf_of
from derbes.core.journal.models import Entry
from derbes.crypto import armour, checkpoint, leaf, tree
from derbes.crypto.tree import leaf_hash
from tests.core.ledger import ALIYA, AT, ORIGIN, PEN, SAID, place, reading, write


def test_the_body_of_an_entry_has_these_members_and_no_others():
    record = reading(recipient="insurer", request="7", outcome="refused", detail={"code": "blocked"})
    other = {"recipient": "insurer", "request": "7", "outcome": "refused", "detail": {"code": "blocked"}}
    assert json.loads(log.body_of(record)) == SAID | other


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 2, 9, 300])
def test_of_entries_written_together_each_has_a_whole_salt_of_its_own_its_tag_and_its_place_in_the_order(
    count,
):
    record = reading()
    made = log.append_many(log.Addressed(record, ALIYA, n) for n in range(1, count + 1))
    rows = {row.id: row for row in Entry.objects.all()}
    assert len(made) == len(rows) == count
    assert made == sorted(made)
    salts = [bytes(rows[one].salt) for one in made]
    assert {len(salt) for salt in salts} == {leaf.SALT_SIZE}
    assert len(set(salts)) == count
    assert [bytes(rows[one].tag) for one in made] == [leaf.tag(ALIYA, n) for n in range(1, count + 1)]
    first = rows[made[0]]
    assert (first.actor_kind, first.actor_code, first.operation) == ("staff", "s-17", "use")
    assert first.at == AT.replace(microsecond=123000)
    assert first.position is None


@pytest.mark.django_db
def test_of_different_records_each_has_its_own_body():
    write(3)
    bodies = {json.loads(row.body)["at"] for row in Entry.objects.all()}
    assert len(bodies) == 3


@pytest.mark.django_db
def test_a_secret_without_a_number_or_a_number_without_a_secret_is_nobodys():
    for secret, n in ((ALIYA, None), (None, 1)):
        with pytest.raises(ValueError, match="neither"):
            log.append(reading(), secret=secret, n=n)
    log.append(reading(), secret=None, n=None)
    assert Entry.objects.get().tag is None


@pytest.mark.django_db
def test_an_entry_that_waits_has_no_attachment_yet_and_one_that_is_not_there_none_at_all():
    placed = write(3)[0]
    place()
    waiting = write(1, first=4)[0]
    assert prove.attachment(placed)["inclusion"]["index"] == 0
    assert prove.attachment(placed)["opening"].keys() == {"salt", "body"}
    with pytest.raises(prove.Unplaced):
        prove.attachment(waiting)
    with pytest.raises(LookupError):
        prove.attachment(UUID(int=1))


@pytest.mark.django_db
def test_before_the_first_checkpoint_nothing_is_proved():
    only = write(1)[0]
    for asked in (
        lambda: prove.attachment(only),
        lambda: prove.history(ALIYA, 1),
        lambda: prove.consistency(0),
    ):
        with pytest.raises(prove.Unplaced):
            asked()


@pytest.mark.django_db
def test_a_person_finds_each_of_theirs_by_its_number_and_no_other():
    made = write(3)
    assert [prove.entry_of(ALIYA, n) for n in (1, 2, 3)] == made
    with pytest.raises(LookupError):
        prove.entry_of(ALIYA, 4)


@pytest.mark.django_db
def test_a_history_counts_later_entries_in_and_refuses_a_gap():
    write(2)
    write(1, first=3)
    place()
    found = prove.history(ALIYA, 2)
    assert (found["count"], [one["n"] for one in found["entries"]]) == (3, [1, 2, 3])
    assert found["entries"][0].keys() == {"n", "salt", "body", "index", "leaf", "proof"}
    write(1, first=5)
    place()
    with pytest.raises(prove.Unplaced):
        prove.history(ALIYA, 3)


@pytest.mark.django_db
@pytest.mark.parametrize("old", [0, 1, 255, 256, 257, 300, 513])
def test_every_earlier_size_is_proved_to_be_the_beginning(old):
    write(513)
    place()
    found = prove.consistency(old)
    assert found.keys() == {"size", "proof", "checkpoint"}
    assert found["size"] == old
    head = checkpoint.verify(found["checkpoint"], checkpoint.vkey(ORIGIN, PEN.public_key))
    hashes = [leaf_hash(leaf_of(row.tag, row.salt, row.body)) for row in Entry.objects.placed()]
    earlier = tree.Range()
    for one in hashes[:old]:
        earlier.append(one)
    proof = [armour.decode(node) for node in found["proof"]]
    assert tree.verify_consistency(old, 513, proof, earlier.root(), head.root)


def test_only_an_edition_with_its_hash_is_named_openly():
    def named(**said):
        return json.loads(leaf_of(None, bytes(16), json.dumps(said)))

    assert named(edition="1", detail={"sha256": "ab"}).keys() == {"v", "commitment", "edition", "sha256"}
    for said in (
        {"edition": None, "detail": {"sha256": "ab"}},
        {"edition": "1", "detail": {"sha256": 7}},
        {"edition": 1, "detail": {"sha256": "ab"}},
        {"edition": "1", "detail": {}},
    ):
        assert named(**said).keys() == {"v", "commitment"}


@pytest.mark.django_db
@pytest.mark.parametrize(("written", "kept"), [(999_999, 999_000), (1_000, 1_000), (999, 0)])
def test_of_a_moment_its_milliseconds_are_kept(written, kept):
    log.append(reading(at=AT.replace(microsecond=written)), secret=ALIYA, n=1)
    assert Entry.objects.get().at == AT.replace(microsecond=kept)


def test_a_mass_has_as_many_salts_as_tags():
    with pytest.raises(ValueError, match="shorter"):
        hashes_alike([bytes(16), bytes(16)], [bytes(16)], "{}")
