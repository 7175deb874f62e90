"""B5, B6, B7: the journal, in process."""

from __future__ import annotations

import os
from contextlib import redirect_stdout
from hashlib import sha256
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from pymerkle import SqliteTree

from bench.budgets import Figure
from bench.race import race, timed
from derbes.core.journal import check, leaves, log, prove, public
from derbes.core.journal.alike import Mass
from derbes.core.journal.models import Checkpoint, Entry
from derbes.crypto import checkpoint, leaf
from derbes.flows import sequence
from derbes.outside import keys
from verify import derbes_verify

BATCH, PROOFS = 4096, 200


def appending() -> Figure:
    """B5: entries written, placed, hashed into the tree and signed in one transaction, against COPY of the same rows.

    Into a table that has as many already: an index by chance costs the more, the larger it is.
    """
    with transaction.atomic():
        sequence.place(at=timezone.now())  # what waits from before
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_entry (LIKE journal_entry INCLUDING INDEXES)")
        cursor.execute("INSERT INTO bench_entry SELECT * FROM journal_entry")
        cursor.execute("VACUUM ANALYZE bench_entry")
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


def verifying(size: int) -> list[Figure]:
    """B7: one SHA-256 for each leaf, by one core, against two ways to verify the whole journal.

    As anybody does with a copy of what is public (every leaf and tile hashed, up to the signed root), by all cores; and
    as the operator does from the database, where each commitment is opened and each column compared too.
    """
    rows = Entry.objects.placed().values_list("tag", "salt", "body")
    some = [leaves.leaf_of(*row) for row in rows[:20_000]]
    signer, origin = keys.ring().signer(), settings.JOURNAL_ORIGIN
    key = derbes_verify.parse_key(str(checkpoint.vkey(origin, signer.public_key)))

    def outside(folder: str) -> None:
        with redirect_stdout(StringIO()):
            derbes_verify.journal(derbes_verify.Source(folder), key, None)

    def inside() -> None:
        if not check.verify(public_key=signer.public_key, origin=origin).sound:
            raise AssertionError

    def floor() -> float:
        return len(some) * timed(lambda: [sha256(one).digest() for one in some])

    with TemporaryDirectory(prefix="derbes-bench.") as folder:
        _publish(Path(folder))
        copy = race(lambda: size * timed(lambda: outside(folder)), floor)
    database = race(lambda: size * timed(inside), floor, rounds=3)
    return [
        Figure("B7", size, copy.ratio, copy.ours, copy.floor),
        Figure("B7 database", size, database.ratio, database.ours, database.floor),
    ]


def _publish(folder: Path) -> None:
    """Copy what is public of the journal into a folder, as `verify/derbes_mirror.py` does over the network."""
    for path in public.paths():
        target, found = folder / path, public.resource(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(found.body if found else b"")


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
