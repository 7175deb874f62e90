"""Names of rows that the application makes itself: UUID version 7 (RFC 9562 §5.7).

Made by the application so that no database sequence is shared; ordered by time, so indexes grow at one end.
"""

import os
import secrets
from datetime import UTC, datetime
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION = 7 << 76
_VARIANT = 0b10 << 62
_VARIANTS = bytes(byte & 0x3F | 0x80 for byte in range(256))  # the same, of the byte in which it stands
# Letters and digits that are not taken for one another when read aloud or copied by hand.
_SPOKEN = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def uuid7(at: datetime) -> UUID:
    """Return a new identifier whose order is that of `at`, to a quarter of a microsecond, then chance.

    The twelve bits after the milliseconds hold the fraction of the millisecond (RFC 9562 §6.2, method 3);
    62 bits are random. Raises `ValueError` for a naive time or one before 1970.
    """
    milliseconds, rest = _milliseconds(at), at.microsecond % 1000
    chance = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=milliseconds << 80 | _VERSION | (rest * 4096 // 1000) << 64 | _VARIANT | chance)


def many(at: datetime, count: int) -> list[UUID]:
    """Return `count` new identifiers of one moment, in their order: rows that carry them are written side by side."""
    return [UUID(bytes=one) for one in packed(at, count)]


def packed(at: datetime, count: int) -> list[bytes]:
    """Return what `many` does, each as its sixteen bytes: for rows of masses."""
    head, chance = uuid7(at).bytes[:8], bytearray(os.urandom(8 * count))
    chance[::8] = chance[::8].translate(_VARIANTS)
    tails = bytes(chance)
    return sorted([head + tails[start : start + 8] for start in range(0, 8 * count, 8)])


def beginning(at: datetime) -> str:
    """Return how the identifiers begin that `uuid7` makes in this millisecond: eight digits, a hyphen, four."""
    digits = f"{_milliseconds(at):012x}"
    return f"{digits[:8]}-{digits[8:]}"


def _milliseconds(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("the time of an identifier has no zone")
    since = at - _EPOCH
    milliseconds = (since.days * 86400 + since.seconds) * 1000 + since.microseconds // 1000
    if not 0 <= milliseconds < 1 << 48:
        raise ValueError("the time of an identifier is out of range")
    return milliseconds


def spoken(letter: str, at: datetime) -> str:
    """Return a number that can be read aloud, such as `R26-K7QM-4XPD`: letter, year, and thirty-nine bits by chance."""
    tail = "".join(secrets.choice(_SPOKEN) for _ in range(8))
    return f"{letter}{at:%y}-{tail[:4]}-{tail[4:]}"
