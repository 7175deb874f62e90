"""B8, B9: finding people and opening what is kept of them, in process."""

from __future__ import annotations

import os
from itertools import cycle
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection

from bench import world
from bench.budgets import Figure
from bench.race import race, taking
from derbes.core.vault import vault
from derbes.core.vault.approach import Handle
from derbes.crypto import envelope
from derbes.outside import keys

FIELDS = 8


def finding(size: int) -> Figure:
    """B8: a person by IIN through the keyed index, against the number itself in a b-tree."""
    some = _iins(size)
    ring = keys.ring()

    def plain(iin: str) -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT subject FROM bench_plain WHERE iin = %s", [iin])
            return cursor.fetchall()

    result = race(
        taking(cycle(some), lambda iin: vault.find("iin", iin, ring=ring), 1000),
        taking(cycle(some), plain, 1000),
    )
    return Figure("B8", size, result.ratio, result.ours, result.floor)


def _iins(size: int) -> list[str]:
    """Keep the IINs of `size` people in clear, in a table for comparing; return a thousand of those who are kept."""
    rows = world.portfolio.rows(size, at=world.timezone.now())
    column = world.portfolio.COLUMNS.index("iin")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_plain")
        cursor.execute("CREATE TABLE bench_plain (subject uuid, iin varchar(12))")
        with cursor.copy("COPY bench_plain FROM STDIN") as copy:
            numbers = [row[column] for row in rows]
            for iin in numbers:
                copy.write_row((uuid4(), iin))
        cursor.execute("CREATE INDEX ON bench_plain (iin)")
        cursor.execute("ANALYZE bench_plain")
    return numbers[:: max(1, size // 1000)]


def opening() -> Figure:
    """B9: a person's key unwrapped and eight fields opened, as the vault does, against AES-GCM alone."""
    epoch, person = os.urandom(32), envelope.new_key()
    subject = uuid4()
    handle = Handle(subject, person, 1, {}, 1, 1)
    sealed = vault._sealed(handle, {f"field_{n}": "Сәрсенова Әлия" for n in range(FIELDS)})
    wrapped = envelope.seal(epoch, person, context=subject.bytes)
    raw = [
        (nonce, AESGCM(person).encrypt(nonce, b"x" * 27, b"context")) for nonce in [os.urandom(12)] * FIELDS
    ]

    def ours(_: int) -> None:
        key = envelope.open(epoch, wrapped, context=subject.bytes)
        vault._opened(Handle(subject, key, 1, {}, 1, 1), sealed)

    def floor(_: int) -> None:
        AESGCM(epoch).decrypt(wrapped[:12], wrapped[12:], subject.bytes)
        box = AESGCM(person)
        for nonce, text in raw:
            box.decrypt(nonce, text, b"context")

    result = race(taking(cycle([1]), ours, 2000), taking(cycle([1]), floor, 2000))
    return Figure("B9", FIELDS, result.ratio, result.ours, result.floor)
