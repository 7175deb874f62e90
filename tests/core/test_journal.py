"""The journal keeps what was done, proves it to anybody, and cannot be taken back."""

import hashlib
import hmac
import json
from base64 import b64decode
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from derbes.core.journal import integrate, log, prove, public
from derbes.core.journal.models import Checkpoint, Entry, Tile
from derbes.crypto import canonical, checkpoint, leaf, tiles, tree
from derbes.crypto.checkpoint import Head
from tests.core.ledger import (
    ALIYA,
    AT,
    ERLAN,
    ORIGIN,
    PEN,
    SAID,
    place,
    publication,
    reading,
    unguarded,
    write,
)

pytestmark = pytest.mark.django_db
KEY = checkpoint.vkey(ORIGIN, PEN.public_key)


def test_an_entry_says_who_did_what_for_which_purpose_and_no_value():
    log.append(reading(), secret=ALIYA, n=1)
    entry = Entry.objects.get()
    assert canonical.loads(entry.body.encode()) == SAID
    assert (entry.actor_kind, entry.actor_code, entry.operation) == ("staff", "s-17", "use")
    assert bytes(entry.tag) == leaf.tag(ALIYA, 1)
    assert entry.position is None


def test_an_entry_costs_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        log.append(reading(), secret=ALIYA, n=1)


def test_a_persons_entry_needs_secret_and_number_together():
    for secret, n in ((ALIYA, None), (None, 1)):
        with pytest.raises(ValueError, match="secret and a number"):
            log.append(reading(), secret=secret, n=n)


def test_many_entries_are_the_same_as_one_after_another():
    ids = write(300)
    assert list(Entry.objects.order_by("at").values_list("id", flat=True)) == ids
    assert [own.n for own in prove.entries_of(ALIYA, range(1, 400))] == list(range(1, 301))


def test_the_same_number_of_a_person_cannot_be_used_twice():
    log.append(reading(), secret=ALIYA, n=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        log.append(reading(), secret=ALIYA, n=1)


@pytest.mark.parametrize(
    "forbidden",
    [
        "DELETE FROM journal_entry",
        "UPDATE journal_entry SET body = '{}'",
        "UPDATE journal_entry SET actor_code = NULL",
        "UPDATE journal_entry SET position = position + 1",
        "UPDATE journal_entry SET position = NULL",
        "DELETE FROM journal_tile",
        "UPDATE journal_tile SET number = number + 1",
        "UPDATE journal_tile SET nodes = substr(nodes, 1, 32)",
        "DELETE FROM journal_checkpoint",
        "UPDATE journal_checkpoint SET at = at",
    ],
)
def test_the_database_refuses_to_change_or_remove(forbidden):
    write(3)
    place()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(forbidden)


def test_the_database_refuses_to_change_an_entry_that_waits():
    write(1)
    for forbidden in ({"body": "{}"}, {"position": None}, {"position": 5, "body": "{}"}, {"salt": b""}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Entry.objects.update(**forbidden)


def leaves() -> list[bytes]:
    rows = Entry.objects.placed().values_list("tag", "salt", "body")
    made = []
    for tag, salt, body in rows:
        commitment = hmac.new(bytes(salt), body.encode(), hashlib.sha256).digest()
        made.append(leaf.of_person(bytes(tag), commitment) if tag else leaf.of_operator(commitment))
    return made


def naive_root(parts: list[bytes]) -> bytes:
    compact = tree.Range()
    for part in parts:
        compact.append(tree.leaf_hash(part))
    return compact.root()


def test_the_sequencer_gives_places_without_gap_and_signs_one_checkpoint_a_batch():
    write(600)
    heads = [place(batch=250), place(batch=250), place(batch=250), place(batch=250)]
    assert [head and head.size for head in heads] == [250, 500, 600, None]
    assert list(Entry.objects.placed().values_list("position", flat=True)) == list(range(600))
    every = leaves()
    for head in filter(None, heads):
        assert checkpoint.verify(head.note, KEY) == (ORIGIN, head.size, naive_root(every[: head.size]))


def test_an_entry_that_commits_late_is_the_next_and_none_is_lost():
    soon = [log.append(reading(minute=9), secret=ERLAN, n=n) for n in (1, 2)]
    assert place().size == 2
    late = write(2)  # begun earlier, so their ids are smaller; seen only now
    assert max(late) < min(soon)
    assert place().size == 4
    assert list(Entry.objects.placed().values_list("id", flat=True)) == [*sorted(soon), *late]
    assert checkpoint.verify(Checkpoint.objects.newest().note, KEY).root == naive_root(leaves())


def test_entries_of_the_operator_have_no_tag_and_an_edition_is_named_openly():
    entry = log.append(publication(), secret=None, n=None)
    place()
    public_leaf = json.loads(b64decode(prove.inclusion(entry)["leaf"]))
    assert public_leaf.keys() == {"v", "commitment", "edition", "sha256"}
    assert (public_leaf["edition"], public_leaf["sha256"]) == ("2026-11-22", "ab" * 32)
    other = log.append(reading(operation="configure", edition=None), secret=None, n=None)
    place()
    assert json.loads(b64decode(prove.inclusion(other)["leaf"])).keys() == {"v", "commitment"}


def proven(index: int, leaf: str, proof: list[str], head: checkpoint.Head) -> bool:
    hashed = tree.leaf_hash(b64decode(leaf))
    return tree.verify_inclusion(hashed, index, head.size, [b64decode(node) for node in proof], head.root)


def test_every_entry_can_be_proved_and_opened():
    ids = write(700)
    with pytest.raises(prove.Unplaced):
        prove.inclusion(ids[0])
    place(batch=300)
    place()
    for entry in (ids[0], ids[255], ids[256], ids[511], ids[512], ids[699]):
        attached = prove.attachment(entry)
        found, opening = attached["inclusion"], attached["opening"]
        head = checkpoint.verify(found["checkpoint"], KEY)
        assert proven(found["index"], found["leaf"], found["proof"], head)
        commitment = leaf.commitment(b64decode(opening["salt"]), opening["body"].encode())
        assert b64decode(json.loads(b64decode(found["leaf"]))["commitment"]) == commitment


@pytest.mark.parametrize("index", [0, 40_000, 65_535, 65_536, 65_999])
def test_an_entry_is_proved_in_a_tree_of_three_levels_of_tiles_by_one_statement(
    index, django_assert_num_queries
):
    entry = write(1)[0]
    hashes = [n.to_bytes(32, "big") for n in range(66_000)]
    hashes[index] = integrate.hashes_of(Entry.objects.values_list("tag", "salt", "body"))
    edge = tiles.Edge()
    integrate._store(edge.extend(b"".join(hashes)))
    Entry.objects.update(position=index)
    head = Head(ORIGIN, edge.size, edge.root())
    note = checkpoint.sign(head, PEN)
    Checkpoint.objects.create(size=edge.size, root=edge.root(), note=note, at=AT)
    with django_assert_num_queries(1):
        found = prove.inclusion(entry)
    assert found["checkpoint"] == note
    assert proven(index, found["leaf"], found["proof"], head)
    assert prove.history(ALIYA, 1)["entries"][0]["proof"] == found["proof"]


def test_an_entry_that_no_checkpoint_covers_is_not_proved_though_it_has_its_place():
    covered, beyond = write(2)
    place(batch=1)
    place()
    with unguarded() as cursor:
        cursor.execute("DELETE FROM journal_checkpoint WHERE size = 2")
    assert prove.inclusion(covered)["index"] == 0
    with pytest.raises(prove.Unplaced):
        prove.inclusion(beyond)
    with unguarded() as cursor:
        cursor.execute("DELETE FROM journal_checkpoint")
    with pytest.raises(prove.Unplaced):
        prove.inclusion(covered)


def test_a_history_goes_on_to_the_entries_that_came_meanwhile():
    write(1 + prove.BEYOND)
    place()
    assert prove.history(ALIYA, 1)["count"] == 1 + prove.BEYOND


def test_an_entry_that_is_not_there_has_no_proof():
    with pytest.raises(LookupError):
        prove.inclusion(ALIYA_UNKNOWN)


ALIYA_UNKNOWN = "01900000-0000-7000-8000-000000000000"


def test_a_history_has_all_of_a_persons_entries_and_none_of_anothers():
    write(300)
    write(40, ERLAN)
    write(5, None)
    place()
    history = prove.history(ALIYA, 300)
    head = checkpoint.verify(history["checkpoint"], KEY)
    assert (history["count"], [entry["n"] for entry in history["entries"]]) == (300, list(range(1, 301)))
    for entry in history["entries"]:
        assert proven(entry["index"], entry["leaf"], entry["proof"], head)
    assert prove.history(ERLAN, 40)["count"] == 40


def test_a_history_waits_until_all_of_it_has_a_place_and_counts_in_what_came_meanwhile():
    write(3)
    place()
    write(1, first=4)
    with pytest.raises(prove.Unplaced):
        prove.history(ALIYA, 4)
    assert prove.history(ALIYA, 3)["count"] == 3
    place()
    assert prove.history(ALIYA, 3)["count"] == 4


def test_without_the_secret_a_person_has_no_entries():
    write(3)
    place()
    assert prove.entries_of(ERLAN, range(1, 100)) == []


def test_a_later_journal_is_proved_to_go_on_from_an_earlier():
    write(300)
    old = checkpoint.verify(place().note, KEY)
    write(400, first=301)
    place()
    shown = prove.consistency(300)
    new = checkpoint.verify(shown["checkpoint"], KEY)
    proof = [b64decode(node) for node in shown["proof"]]
    assert tree.verify_consistency(old.size, new.size, proof, old.root, new.root)
    assert prove.consistency(0)["proof"] == prove.consistency(700)["proof"] == []


def test_a_history_of_a_thousand_costs_as_many_statements_as_one_of_three():
    write(3, ERLAN)
    write(1000)
    place()
    with CaptureQueriesContext(connection) as small:
        prove.history(ERLAN, 3)
    with CaptureQueriesContext(connection) as large:
        prove.history(ALIYA, 1000)
    assert len(small) == len(large)


def test_anybody_may_fetch_checkpoint_tiles_and_leaves_and_nothing_else():
    assert public.resource("checkpoint") is None
    write(300)
    head = place()
    assert public.resource("checkpoint").body.decode() == head.note
    assert len(public.resource("tile/0/000").body) == 256 * 32
    assert len(public.resource("tile/0/001.p/44").body) == 44 * 32
    assert public.resource("tile/0/001.p/10").body == public.resource("tile/0/001.p/44").body[:320]
    assert public.resource("tile/1/000.p/1").body == tree.root(
        tiles.reader(lambda level, number: bytes(Tile.objects.get(level=level, number=number).nodes)), 256
    )
    bundle = public.resource("tile/entries/000").body + public.resource("tile/entries/001.p/44").body
    assert tiles.decode_bundle(bundle) == leaves()
    for path in ("tile/0/001", "tile/0/001.p/45", "tile/entries/001.p/45", "tile/2/000.p/1", "tile/0/0", ""):
        assert public.resource(path) is None
    assert {public.resource(path).immutable for path in public.paths()} == {True, False}


def test_what_waits_is_not_public():
    write(3)
    place()
    write(2, first=4)
    assert public.bundle(0, 3) is not None
    assert public.bundle(0, 4) is None
    assert list(public.paths()) == ["tile/0/000.p/3", "tile/entries/000.p/3", "checkpoint"]


def test_the_sequencer_works_only_within_a_transaction(monkeypatch):
    monkeypatch.setattr(integrate, "connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(RuntimeError):
        place()
