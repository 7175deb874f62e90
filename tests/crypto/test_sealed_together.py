"""Many sealed at once are each as if sealed alone; and who signs is asked with what cannot be a signature too."""

from __future__ import annotations

from base64 import b64encode

import pytest

from derbes.crypto import envelope, signer, stream
from derbes.crypto.envelope import Unopenable
from tests.crypto.pen import Pen

KEY = bytes(range(32))
PAIRS = [(f"value {n}".encode() * n, f"field/{n}".encode()) for n in range(7)]


def test_each_opens_alone_in_its_place_and_none_has_the_nonce_of_another():
    sealed = envelope.seal_all(KEY, PAIRS)
    assert [
        envelope.open(KEY, one, context=context) for one, (_, context) in zip(sealed, PAIRS, strict=True)
    ] == [plain for plain, _ in PAIRS]
    assert len({one[: envelope.NONCE_SIZE] for one in sealed}) == len(PAIRS)
    assert [len(one) for one in sealed] == [len(plain) + 28 for plain, _ in PAIRS]
    assert envelope.seal_all(KEY, []) == []


def test_they_open_together_or_not_at_all():
    sealed = envelope.seal_all(KEY, PAIRS)
    places = [context for _, context in PAIRS]
    assert envelope.open_all(KEY, zip(sealed, places, strict=True)) == [plain for plain, _ in PAIRS]
    for broken in (b"", sealed[1][:11], sealed[1][:-1], sealed[2]):
        with pytest.raises(Unopenable):
            envelope.open_all(KEY, zip([sealed[0], broken, *sealed[2:]], places, strict=True))


def test_a_stream_that_ends_within_its_prefix_does_not_open():
    for pieces in ([], [b"short"], [b"a" * 8, b"b" * 7]):
        with pytest.raises(Unopenable):
            list(stream.open(KEY, pieces, context=b"c"))


def test_what_is_no_signature_or_no_key_is_said_to_be_none():
    pen = Pen(KEY)
    assert signer.verify(pen.public_key, pen.sign(b"m"), b"m") is True
    assert signer.verify(pen.public_key, pen.sign(b"m"), b"n") is False
    assert signer.verify(pen.public_key, b"", b"m") is False
    assert signer.verify(b"short", pen.sign(b"m"), b"m") is False


def test_texts_open_under_their_names_and_nowhere_else():
    said = {"surname": "Сәрсенова", "given_name": "Әлия", "note": ""}
    kept = {
        name: b64encode(envelope.seal(KEY, text.encode(), context=b"1|" + name.encode() + b"|2")).decode()
        for name, text in said.items()
    }
    assert envelope.open_texts(KEY, kept, head=b"1|", tail=b"|2") == said
    assert envelope.open_texts(KEY, {}, head=b"1|", tail=b"|2") == {}
    moved = {**kept, "surname": kept["given_name"]}
    for key, sealed, head, tail in (
        (bytes(32), kept, b"1|", b"|2"),
        (KEY, moved, b"1|", b"|2"),
        (KEY, kept, b"2|", b"|2"),
        (KEY, kept, b"1|", b"|1"),
        (KEY, {"note": "AAAA"}, b"1|", b"|2"),
        (KEY, {"note": "A"}, b"1|", b"|2"),
    ):
        with pytest.raises(envelope.Unopenable):
            envelope.open_texts(key, sealed, head=head, tail=tail)
