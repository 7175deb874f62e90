"""Other people's data in free text (§2.4): what looks like an IIN, a phone, an e-mail or a card that is not the author's."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LIKENESS = {
    "card": re.compile(r"(?<!\d)(?:\d[ -]?){15}\d(?!\d)"),
    "iin": re.compile(r"(?<!\d)\d{12}(?!\d)"),
    "phone": re.compile(r"(?<![\d+])(?:\+7|8|7)[ (-]*\d{3}[ )-]*\d{3}[ -]*\d{2}[ -]*\d{2}(?!\d)"),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]*\w"),
}
_PHONE_DIGITS = 10


def strangers(text: str, own: Iterable[str]) -> frozenset[str]:
    """Return the kinds of data in `text` (iin, phone, email, card) that are not among the author's `own` values."""
    mine = {_bare(value) for value in own}
    found, rest = set(), text
    for kind, likeness in _LIKENESS.items():
        for match in likeness.findall(rest):
            if _bare(match) not in mine:
                found.add(kind)
        rest = likeness.sub(" ", rest)
    return frozenset(found)


def _bare(value: str) -> str:
    """The value without what people put between; of a phone, the ten digits of the national number."""
    if "@" in value:
        return value.strip().casefold()
    digits = re.sub(r"\D", "", value)
    return digits[-_PHONE_DIGITS:] if len(digits) == _PHONE_DIGITS + 1 else digits
