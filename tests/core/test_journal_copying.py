"""Rows that are written at once are the rows that were given, whatever their columns, and however many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection, models, transaction

from derbes.core.acts.models import Finding
from derbes.core.journal import copying
from derbes.core.journal.models import Anchor, Entry
from derbes.core.vault.models import Found, PersonKey
from tests.core.ledger import AT

pytestmark = pytest.mark.django_db
EARLY = datetime(1970, 1, 2, tzinfo=UTC)


def people(count: int) -> list[UUID]:
    return [UUID(int=n + 1 << 64) for n in range(count)]


def rows(model: type[models.Model], *names: str) -> list[tuple[Any, ...]]:
    """All rows in the order of their people, bytes as bytes."""
    found = model._default_manager.order_by("subject").values_list(*names)
    return [tuple(bytes(one) if isinstance(one, memoryview) else one for one in row) for row in found]


@pytest.mark.parametrize("count", [1, 2, 511, 512, 513, 1024, 1300])
def test_what_is_given_once_is_in_every_row_and_of_a_list_each_has_its_own(count: int) -> None:
    who, wrapped = people(count), [bytes([n % 256]) * 3 for n in range(count)]
    assert (
        copying.insert(PersonKey, subject=who, wrapped=wrapped, epoch="first", version=2, entries=7) == count
    )
    expected = [(one, key, "first", 2, 7) for one, key in zip(who, wrapped, strict=True)]
    assert rows(PersonKey, "subject", "wrapped", "epoch", "version", "entries") == expected


def test_nobody_is_nothing() -> None:
    assert copying.insert(PersonKey, subject=[], wrapped=[], epoch="first", entries=1) == 0
    assert not PersonKey.objects.exists()


def test_a_column_that_is_not_given_has_its_default() -> None:
    assert (
        copying.insert(PersonKey, subject=people(2), wrapped=b"key", epoch="first", entries=[1, 2**40]) == 2
    )
    assert rows(PersonKey, "wrapped", "version", "entries") == [(b"key", 1, 1), (b"key", 1, 2**40)]


def test_a_column_that_has_no_default_must_be_given() -> None:
    with pytest.raises((DatabaseError, psycopg.DatabaseError)), transaction.atomic():
        copying.insert(PersonKey, subject=people(2), wrapped=b"", entries=1)


@pytest.mark.parametrize("count", [1, 512, 513])
def test_rows_that_were_made_ready_are_written_but_for_those_of_some(count: int) -> None:
    who = people(count)
    owners = [one.bytes for one in who]
    wrapped = [bytes([n % 256]) for n in range(count)]
    batch = copying.ready(PersonKey, subject=owners, wrapped=wrapped, epoch="first", entries=1)
    assert not PersonKey.objects.exists(), "nothing is written by making it ready"
    copying.write(batch, without={owners[0], b"of nobody"})
    names = ("subject", "wrapped", "epoch", "version", "entries")
    expected = [(one, key, "first", 1, 1) for one, key in zip(who, wrapped, strict=True)]
    assert rows(PersonKey, *names) == expected[1:]
    PersonKey.objects.all().delete()
    copying.write(batch)
    assert rows(PersonKey, *names) == expected


def test_batches_of_the_same_people_are_one_in_which_each_persons_rows_stand_together() -> None:
    who = people(3)
    owners = [one.bytes for one in who]
    iin, email = (
        copying.ready(Found, subject=owners, kind=kind, digest=[kind.encode() + bytes([n]) for n in range(3)])
        for kind in ("iin", "email")
    )
    both = copying.together([iin, email])
    assert (both.model, both.columns) == (Found, iin.columns)
    assert both.owners == [owner for owner in owners for _ in range(2)]
    assert both.rows == [row for pair in zip(iin.rows, email.rows, strict=True) for row in pair]
    copying.write(both, without={owners[1]})
    assert set(rows(Found, "subject", "kind")) == {
        (one, kind) for one in (who[0], who[2]) for kind in ("iin", "email")
    }


def test_numbers_may_be_given_as_their_bytes() -> None:
    who = people(2)
    copying.insert(PersonKey, subject=[one.bytes for one in who], wrapped=b"", epoch="first", entries=1)
    assert [one for (one,) in rows(PersonKey, "subject")] == who


@pytest.mark.parametrize(
    "sources",
    [["a", "Әлия", "a", "b"], ["a", "b", "c", "d"], ["a", "bb", "ccc", "dd"], ["a", "bbb", "c", "ddd"]],
)
def test_texts_and_moments_are_kept_to_the_microsecond_and_letter(sources: list[str]) -> None:
    moments = [AT, EARLY, AT + timedelta(microseconds=1), AT]
    copying.insert(
        Anchor, size=[1, 2, 3, 4], source=sources, proof=[b"", b"\0", b"\xff\xfe", b"\0"], at=moments
    )
    found = Anchor.objects.order_by("size").values_list("size", "source", "proof", "at")
    assert [(size, source, bytes(proof), at) for size, source, proof, at in found] == [
        (1, sources[0], b"", AT),
        (2, sources[1], b"\0", EARLY),
        (3, sources[2], b"\xff\xfe", AT + timedelta(microseconds=1)),
        (4, sources[3], b"\0", AT),
    ]


def test_what_may_be_absent_is_absent_in_the_row_of_whom_it_is_absent() -> None:
    given: dict[str, Any] = {
        "id": people(3),
        "actor_code": [None, "s-17", None],
        "tag": [b"t" * 32, None, None],
        "position": [None, None, 4],
    }
    same = {"at": AT, "actor_kind": "staff", "operation": "use", "salt": b"s" * 32, "body": "{}"}
    assert copying.insert(Entry, **given, **same) == 3
    found = Entry.objects.order_by("id").values_list("id", "actor_code", "tag", "position")
    assert [(one, code, tag and bytes(tag), place) for one, code, tag, place in found] == list(
        zip(*given.values(), strict=True)
    )


def test_values_of_two_lengths_are_kept_as_they_are() -> None:
    proofs = [b"", b"\xff\xfe", b"", b"\0\0"]
    copying.insert(Anchor, size=[1, 2, 3, 4], source="a", proof=proofs, at=AT)
    assert [bytes(one.proof) for one in Anchor.objects.order_by("size")] == proofs


@pytest.mark.parametrize("listed", [True, False])
def test_what_is_true_and_what_is_a_list_is_kept_too(listed: bool) -> None:  # noqa: FBT001
    searched = [{"Әлия": 1}, {}]
    copying.insert(
        Finding,
        subject=people(2),
        id=people(2),
        act=people(1)[0],
        nothing_left=[True, False] if listed else True,
        searched=searched if listed else searched[0],
        residue=[["a", None], []] if listed else ("a", None),
        at=AT,
    )
    found = rows(Finding, "act", "nothing_left", "searched", "residue", "unsearched", "at")
    first = (people(1)[0], True, {"Әлия": 1}, ["a", None], [], AT)
    assert found == [first, (people(1)[0], False, {}, [], [], AT) if listed else first]


@pytest.mark.parametrize("count", [1, 511, 512, 513, 1024, 1300])
def test_what_is_done_beside_is_done_for_every_row_once_and_in_order(count: int) -> None:
    done: list[tuple[int, int]] = []
    copying.insert(
        PersonKey,
        beside=lambda start, end: done.append((start, end)),
        subject=people(count),
        wrapped=b"",
        epoch="first",
        entries=1,
    )
    assert done[0][0] == 0
    assert [end for _, end in done] == [*(start for start, _ in done[1:]), count]
    assert all(start < end for start, end in done)
    pieces = -(-count // 512) if connection.vendor == "postgresql" else 1
    assert len(done) == pieces


@pytest.mark.parametrize("count", [3, 900, 901, 1801])
def test_of_many_values_those_are_known_that_stand_in_a_row_of_the_kind(count: int) -> None:
    digests = [n.to_bytes(16, "big") for n in range(count)]
    who = people(count)
    copying.insert(Found, subject=who, kind="iin", digest=digests)
    copying.insert(Found, subject=who[:1], kind="email", digest=[b"m" * 16])
    asked = [*digests[::2], digests[-1], b"m" * 16, b"x" * 16]
    assert copying.known(Found, "digest", asked, kind="iin") == {*digests[::2], digests[-1]}
    assert copying.known(Found, "digest", asked) == {*digests[::2], digests[-1], b"m" * 16}
    assert copying.known(Found, "digest", [], kind="iin") == set()
    assert copying.known(Found, "digest", asked, kind="iin", subject=str(who[0])) == {digests[0]}
