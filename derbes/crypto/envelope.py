"""Seal bytes so that only the holder of a key can open them, and only in their own place.

AES-256-GCM (NIST SP 800-38D) with a fresh random 96-bit nonce in front. The context (whose data, which
field, which version of the key) is authenticated: a ciphertext moved to another row does not open there.
What always holds: `open(k, seal(k, p, context=c), context=c) == p`, and any other key, context or byte is
`Unopenable`, without saying which.
"""

import os
from binascii import a2b_base64
from collections.abc import Iterable, Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from derbes.crypto import mac

KEY_SIZE = 32
NONCE_SIZE = 12
TAG_SIZE = 16
_NO_SALT = bytes(32)


class Unopenable(Exception):
    """Wrong key, wrong place, or altered bytes. Which one is not told."""


def new_key() -> bytes:
    """Return a new random key of 256 bits."""
    return os.urandom(KEY_SIZE)


def new_keys(count: int) -> list[bytes]:
    """Return so many new random keys of 256 bits."""
    chance = os.urandom(KEY_SIZE * count)
    return [chance[start : start + KEY_SIZE] for start in range(0, KEY_SIZE * count, KEY_SIZE)]


def seal(key: bytes, plaintext: bytes, *, context: bytes) -> bytes:
    """Return nonce (12 bytes), ciphertext and tag (16 bytes) of `plaintext`, bound to `context`."""
    nonce = os.urandom(NONCE_SIZE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context)


def seal_all(key: bytes, plaintexts: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    """Return each of the (plaintext, context) pairs sealed under one key, as `seal` does, only sooner."""
    encrypt = AESGCM(key).encrypt
    nonces = os.urandom(NONCE_SIZE * len(plaintexts))
    return [
        (nonce := nonces[NONCE_SIZE * n : NONCE_SIZE * (n + 1)]) + encrypt(nonce, plaintext, context)
        for n, (plaintext, context) in enumerate(plaintexts)
    ]


def open(key: bytes, sealed: bytes, *, context: bytes) -> bytes:  # noqa: A001 - the verb of the vault
    """Return what was sealed under `key` for `context`, or raise `Unopenable`."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], context)
    except (InvalidTag, ValueError):  # the second: too short to hold a nonce
        raise Unopenable from None


def open_all(key: bytes, sealed: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """Return what each of the (sealed, context) pairs holds, or raise `Unopenable` when one of them does not open."""
    decrypt = AESGCM(key).decrypt
    try:
        return [decrypt(each[:NONCE_SIZE], each[NONCE_SIZE:], context) for each, context in sealed]
    except (InvalidTag, ValueError):
        raise Unopenable from None


def open_texts(key: bytes, sealed: Mapping[str, str], *, head: bytes, tail: bytes) -> dict[str, str]:
    """Return the texts that are kept sealed, in base64, under names; the context of each is `head`, its name, `tail`.

    Raises `Unopenable` when one of them does not open. In one go, because most of what the system does is this.
    """
    decrypt = AESGCM(key).decrypt
    try:
        return {
            name: decrypt(
                (one := a2b_base64(text))[:NONCE_SIZE], one[NONCE_SIZE:], head + name.encode() + tail
            ).decode()
            for name, text in sealed.items()
        }
    except (InvalidTag, ValueError):
        raise Unopenable from None


def derive(key: bytes, label: bytes) -> bytes:
    """Return the 256-bit key for one use, from a key and the name of the use (HKDF-SHA256, RFC 5869).

    The salt is empty: `key` is a uniform key already. The same key and label give the same bytes always. One block
    of output is two HMACs, written out for speed.
    """
    return mac.digest(mac.digest(_NO_SALT, key), label + b"\x01")
