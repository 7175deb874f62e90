"""Seal files of any length in flat memory: the STREAM construction over AES-256-GCM.

(Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance", 2015.) A random prefix of 16 bytes stands in front and makes a key of the stream's own;
then come chunks of 64 KiB, each with a tag of 16 bytes. A chunk's nonce is its number and whether it is the
last, so chunks cannot be reordered, repeated, dropped, or moved to another stream, nor the end cut off.

What always holds: a chunk is given out only after it was authenticated, and a stream that ends before its
last chunk raises `Unopenable`. Whoever writes chunks down as they come must throw them away then.
"""

import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from derbes.crypto.envelope import TAG_SIZE, Unopenable, derive

CHUNK_SIZE = 64 * 1024
PREFIX_SIZE = 16
_LABEL = b"derbes/stream/v1"
_SEALED_SIZE = CHUNK_SIZE + TAG_SIZE


def seal(key: bytes, chunks: Iterable[bytes], *, context: bytes) -> Iterator[bytes]:
    """Yield the sealed stream of the concatenated `chunks` (of any sizes), bound to `context`."""
    prefix = os.urandom(PREFIX_SIZE)
    cipher = _cipher(key, prefix)
    yield prefix
    for number, (chunk, last) in enumerate(_cut(chunks, CHUNK_SIZE)):
        yield cipher.encrypt(_nonce(number, last=last), chunk, context)


def open(key: bytes, sealed: Iterable[bytes], *, context: bytes) -> Iterator[bytes]:  # noqa: A001
    """Yield the plaintext of a sealed stream in chunks; raise `Unopenable` when anything is not as sealed."""
    prefix, rest = _prefix(iter(sealed))
    cipher = _cipher(key, prefix)
    for number, (chunk, last) in enumerate(_cut(rest, _SEALED_SIZE)):
        try:
            plain = cipher.decrypt(_nonce(number, last=last), chunk, context)
        except InvalidTag:
            raise Unopenable from None
        if plain or number == 0:
            yield plain
        else:  # only an empty stream has an empty chunk: one content, one form
            raise Unopenable


def _cipher(key: bytes, prefix: bytes) -> AESGCM:
    return AESGCM(derive(key, _LABEL + prefix))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _prefix(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    held = b""
    while len(held) < PREFIX_SIZE:
        piece = next(pieces, None)
        if piece is None:
            raise Unopenable
        held += piece
    return held[:PREFIX_SIZE], _after(held[PREFIX_SIZE:], pieces)


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _cut(pieces: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield pieces of exactly `size`, and the last one, which may be shorter, marked as such."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > size:  # more must follow before a full piece is known not to be the last
            yield bytes(held[:size]), False
            del held[:size]
    yield bytes(held), True
