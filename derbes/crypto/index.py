"""Find by equality without storing the value: a keyed digest.

HMAC-SHA-256 (RFC 2104) truncated to 128 bits: short enough for a fast index, and a chance collision among
a thousand million values is less likely than 1 in 10^20. A digest remains personal data (94-V art. 23(2)
counts hashing as protection only); it lives in the vault and goes with the person.
"""

from collections.abc import Iterable

from derbes.crypto import mac

DIGEST_SIZE = 16


def digest(key: bytes, value: str) -> bytes:
    """Return the 16 bytes under which `value` is found; `key` is that of its kind (IIN, phone, …)."""
    return mac.digest(key, value.encode())[:DIGEST_SIZE]


def digests(key: bytes, values: Iterable[str]) -> list[bytes]:
    """Return what `digest` does of each value, under one key."""
    return [one[:DIGEST_SIZE] for one in mac.digests(key, map(str.encode, values))]
