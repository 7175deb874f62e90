"""HMAC-SHA-256 (RFC 2104) of short messages, written out: OpenSSL's takes twice as long, nearly all of it to begin.

What always holds: the result is that of `hmac.digest(key, message, "sha256")`.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

_BLOCK = 64  # bytes that SHA-256 takes at once
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


def digest(key: bytes, message: bytes) -> bytes:
    """Return the 32 bytes of the HMAC."""
    block = _block(key)
    return sha256(block.translate(_OUTER) + sha256(block.translate(_INNER) + message).digest()).digest()


def digests(key: bytes, messages: Iterable[bytes]) -> list[bytes]:
    """Return the HMAC of each message under one key."""
    block = _block(key)
    inner, outer = block.translate(_INNER), block.translate(_OUTER)
    return [sha256(outer + sha256(inner + message).digest()).digest() for message in messages]


def _block(key: bytes) -> bytes:
    return (key if len(key) <= _BLOCK else sha256(key).digest()).ljust(_BLOCK, b"\0")
