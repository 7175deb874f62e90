"""B5, B6, B7: the journal, in process."""

from __future__ import annotations

import os
from hashlib import sha256
from random import Random
from time import perf_counter

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from pymerkle import SqliteTree

from bench.budgets import Figure
from bench.race import race, timed
from derbes.core.journal import check, leaves, log, prove
from derbes.core.journal.alike import Mass
from derbes.core.journal.models import Checkpoint, Entry
from derbes.crypto import leaf
from derbes.flows import sequence
from derbes.outside import keys

BATCH, PROOFS = 4096, 200


def appending() -> Figure:
    """B5: entries written, placed, hashed into the tree and signed in one transaction, against COPY of the same rows."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_entry (LIKE journal_entry INCLUDING INDEXES)")
    with transaction.atomic():
        sequence.place(at=timezone.now())  # what waits from before
    result = race(lambda: _appended(BATCH), _copied)
    return Figure("B5", Checkpoint.objects.newest().size, result.ratio, result.ours, result.floor)


def grow(size: int) -> int:
    """Add entries until the journal has `size`; return how many it has."""
    with transaction.atomic():
        sequence.place(at=timezone.now())
    newest = Checkpoint.objects.newest()
    missing = size - (newest.size if newest else 0)
    while missing > 0:
        _appended(min(missing, BATCH))
        missing -= BATCH
    return Checkpoint.objects.newest().size


def proving(size: int) -> Figure:
    """B6: proofs of inclusion from stored tiles, none of them remembered, against another Merkle tree's."""
    chance = Random(1)
    ids = list(Entry.objects.placed().values_list("id", flat=True)[: PROOFS * 50])
    theirs = SqliteTree(":memory:")
    theirs.append_entries((os.urandom(32) for _ in range(size)), chunksize=10_000)
    result = race(
        lambda: timed(lambda: prove.inclusion(chance.choice(ids)), PROOFS),
        lambda: timed(lambda: theirs.prove_inclusion(chance.randrange(size) + 1, size), 20),
    )
    return Figure("B6", size, result.ratio, result.ours, result.floor)


def verifying(size: int) -> Figure:
    """B7: every entry, its columns, the tree and all signatures, against one SHA-256 for each leaf."""
    rows = Entry.objects.placed().values_list("tag", "salt", "body")
    some = [leaves.leaf_of(*row) for row in rows[:20_000]]
    key = keys.ring().signer().public_key

    def ours() -> float:
        began = perf_counter()
        if not check.verify(public_key=key, origin=settings.JOURNAL_ORIGIN).sound:
            raise AssertionError
        return size / (perf_counter() - began)

    def floor() -> float:
        began = perf_counter()
        for one in some:
            sha256(one).digest()
        return len(some) / (perf_counter() - began)

    result = race(ours, floor, rounds=3)
    return Figure("B7", size, result.ratio, result.ours, result.floor)


def _appended(count: int) -> float:
    record = log.Record(
        at=timezone.now(),
        actor={"kind": "system", "code": "bench"},
        operation="use",
        event="reading.read",
        purpose="verification",
        basis="consent",
        clause="2.2",
        fields=("given_name", "iin", "phone_mobile", "surname"),
        edition="2026-11-22",
    )
    secrets = [os.urandom(32) for _ in range(count)]
    began = perf_counter()
    with transaction.atomic():
        sequence.append([Mass(record, [leaf.tag(secret, 1) for secret in secrets])])
    return count / (perf_counter() - began)


def _copied() -> float:
    """The rows that were written last, as COPY has them, into a table with the same indexes."""
    last = (
        f"COPY (SELECT * FROM journal_entry ORDER BY position DESC LIMIT {BATCH}) TO STDOUT (FORMAT BINARY)"
    )
    with connection.cursor() as cursor, cursor.copy(last) as copy:
        rows = b"".join(bytes(part) for part in copy)
    began = perf_counter()
    into = "COPY bench_entry FROM STDIN (FORMAT BINARY)"
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(into) as copy:
        copy.write(rows)
    return BATCH / (perf_counter() - began)
