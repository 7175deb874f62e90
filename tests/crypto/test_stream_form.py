"""The stream's form, taken apart by hand: so that what was sealed today opens in ten years."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from derbes.crypto import envelope, ids, stream
from derbes.crypto.envelope import Unopenable
from tests.crypto.test_ids import AT

KEY, CONTEXT, PREFIX = bytes(range(32)), b"scan/1", bytes(range(16))


def by_hand(*chunks: bytes) -> bytes:
    cipher = AESGCM(envelope.derive(KEY, b"derbes/stream/v1" + PREFIX))
    sealed = PREFIX
    for number, chunk in enumerate(chunks):
        last = b"\x01" if number == len(chunks) - 1 else b"\x00"
        sealed += cipher.encrypt(bytes(10) + bytes([number]) + last, chunk, CONTEXT)
    return sealed


def opened(sealed: bytes) -> bytes:
    return b"".join(stream.open(KEY, [sealed], context=CONTEXT))


@pytest.mark.parametrize("sizes", [(0,), (5,), (65536,), (65536, 1), (65536, 65536, 7)])
def test_a_chunk_is_sealed_under_its_number_and_whether_it_is_the_last(sizes):
    chunks = [bytes([n + 1]) * size for n, size in enumerate(sizes)]
    assert opened(by_hand(*chunks)) == b"".join(chunks)


def test_what_the_stream_seals_has_that_form(monkeypatch):
    monkeypatch.setattr("os.urandom", lambda size: PREFIX[:size])
    plain = b"a" * 65536 + b"b" * 7
    assert b"".join(stream.seal(KEY, [plain], context=CONTEXT)) == by_hand(plain[:65536], plain[65536:])


def test_a_stream_that_ends_in_an_empty_chunk_beside_others_does_not_open():
    with pytest.raises(Unopenable):
        opened(by_hand(b"a" * 65536, b""))


def test_no_byte_of_chance_is_used_twice_in_an_identifier():
    made = [one.bytes for one in ids.many(AT, 300)]
    assert any((one[8] ^ one[9]) & 0x3F for one in made)
