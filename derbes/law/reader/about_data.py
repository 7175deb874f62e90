"""Which data a document says are collected or processed.

A word counts where a list of data is announced or a sentence says that such data are processed; a channel of
contact ("write by e-mail") and what is denied anywhere in the same clause do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from derbes.law.reader import topics
from derbes.law.reader.context import Stretch
from derbes.law.reader.findings import HINT, PASSING, PLAIN, SAID, Found
from derbes.law.reader.words_data import DATA, OTHER
from derbes.law.reader.words_recipients import OPERATIONS

_REMEMBERED = 2048
_LATIN, _CYRILLIC = re.compile("[a-z]"), re.compile("[а-яәғқңөұүһі]")


def _alphabet(form: str) -> re.Pattern[str] | None:
    """Return the alphabet that a pattern needs, if it needs one only: most texts are spared the others."""
    latin = _LATIN.search(re.sub(r"\\[a-z]", "", form))
    cyrillic = _CYRILLIC.search(form)
    return _LATIN if not cyrillic else _CYRILLIC if not latin else None


_DATA = {
    key: [
        (
            re.compile(form),
            re.compile(f"(?:{before})$") if before else None,
            re.compile(after) if after else None,
            _alphabet(form),
        )
        for form, before, after in entries
    ]
    for key, entries in DATA.items()
}
_OTHER = re.compile(OTHER)
_ACTIONS = re.compile("|".join(OPERATIONS.values()))
_OTHER_SETTINGS = frozenset({"aside", "purposes", "recipients"})
_DEFINED = 1.5
_NEAR_WIDTH, _SHORT_ITEM = 60, 90
_LIST, _FEW_WORDS = 3, 4
_TITLE_WORDS, _GENERAL = 4, frozenset({"cookie", "other"})
_PLURAL = 2


@lru_cache(maxsize=_REMEMBERED)
def data_keys(text: str) -> tuple[str, ...]:
    """Return the data named in folded text, channels of contact left out."""
    keys = []
    latin, cyrillic = _LATIN.search(text) is not None, _CYRILLIC.search(text) is not None
    for key, entries in _DATA.items():
        for form, before, after, alphabet in entries:
            if (alphabet is _LATIN and not latin) or (alphabet is _CYRILLIC and not cyrillic):
                continue
            if any(
                not (before and before.search(text[max(0, match.start() - _NEAR_WIDTH) : match.start()]))
                and not (after and after.match(text[match.end() :]))
                for match in form.finditer(text)
            ):
                keys.append(key)
                break
    return tuple(keys)


def _unnamed(text: str) -> int:
    """Count the things in an enumeration that no key of the vocabulary covers."""
    pieces = re.split(r"[,;]", re.sub(r"\([^)]*\)", " ", text))
    short = [piece.strip(" .:") for piece in pieces if 0 < len(piece.split()) <= _FEW_WORDS]
    return sum(bool(piece and not data_keys(piece) and not _OTHER.search(piece)) for piece in short[1:])


def _weight(stretch: Stretch, keys: list[str]) -> float:
    """Say how plainly a stretch speaks of data being processed; 0 for not at all."""
    sentence = stretch.sentence
    own = any(form.search(sentence) for form in (topics.DATA, topics.BY_ITSELF))
    listing, several = topics.LISTS.search(sentence) is not None, len(keys) > 1
    if stretch.denied or topics.LIABILITY.search(sentence):
        return 0
    if stretch.defines:
        plain = topics.ABOUT_PERSONAL_DATA.match(sentence) or topics.BY_ITSELF.search(sentence)
        return _DEFINED if plain and listing and own else 0
    if stretch.kind == "data" and stretch.near and (stretch.item or several):
        return PLAIN
    if topics.strange(sentence) or (topics.MEASURES.search(sentence) and topics.HARM.search(sentence)):
        return 0
    elsewhere = stretch.kind in _OTHER_SETTINGS and stretch.near and not several
    said = SAID if listing or several else PASSING if stretch.kind != "aside" else 0
    return said if own and not elsewhere else 0


def _others(stretch: Stretch, weight: float, keys: list[str]) -> Iterator[Found]:
    """Find "and other information", and lists that name what no key covers."""
    if len(_ACTIONS.findall(stretch.text)) >= _PLURAL:
        return
    listed = weight >= PLAIN or (weight >= _DEFINED and keys)
    if listed and not stretch.defines and _OTHER.search(stretch.text):
        yield "other", weight, stretch.place, stretch.reference
    elif weight >= PLAIN and _unnamed(stretch.text) >= (1 if len(keys) >= _LIST else _PLURAL):
        yield "other", HINT, stretch.place, stretch.reference


def _entitled(stretch: Stretch, weight: float, never: set[str]) -> Iterator[Found]:
    """Find the data that a section's title names and its text says are collected: "Device information"."""
    title = stretch.lead if len(stretch.lead.split()) <= _TITLE_WORDS else ""
    listed = stretch.kind == "data" and stretch.near and not (stretch.denied or stretch.defines)
    if (weight or listed) and topics.DATA_OBJECT.search(title) and not title.endswith(":"):
        for key in data_keys(title):
            if key not in _GENERAL | never:
                yield key, HINT, stretch.place, stretch.reference


def _enumerates(text: str) -> bool:
    """Say whether a stretch is a list of short things, none of which any key covers."""
    pieces = [piece for piece in re.split(r"[,;]", re.sub(r"\([^)]*\)", " ", text)) if piece.strip()]
    short = all(len(piece.split()) <= _FEW_WORDS for piece in pieces)
    return len(pieces) >= _PLURAL and short and not data_keys(text) and not _ACTIONS.search(text)


def _silent(stretch: Stretch, weight: float) -> bool:
    """Say whether a short item of a list of data names nothing that we know."""
    whole = stretch.text == stretch.sentence and not stretch.text.rstrip().endswith(":")
    return (
        stretch.bullet
        and weight >= PLAIN
        and whole
        and len(stretch.text) < _SHORT_ITEM
        and not data_keys(stretch.text)
    )


def _observed(stretch: Stretch) -> Iterator[Found]:
    """Find what is gathered by watching: cameras and cookies, however the sentence goes."""
    if not stretch.denied and not stretch.defines and topics.OBSERVED.search(stretch.text):
        yield "photo", PASSING, stretch.place, stretch.reference
    if not stretch.denied and topics.COOKIES.search(stretch.text):
        said = topics.DATA.search(stretch.sentence) and not stretch.defines
        yield "cookie", PASSING if said else HINT, stretch.place, stretch.reference


def data(stretches: list[Stretch]) -> Iterator[Found]:
    """Find what data are collected or processed."""
    lists: set[str] = set()
    silent: list[Stretch] = []
    refused = {
        (each.place, key)
        for each in stretches
        if each.denied and each.text[:1] != "("
        for key in data_keys(each.text)
    }
    for stretch in stretches:
        keys = [key for key in data_keys(stretch.text) if (stretch.place, key) not in refused]
        weight = _weight(stretch, keys)
        if weight:
            yield from ((key, weight, stretch.place, stretch.reference) for key in keys)
            yield from _others(stretch, weight, keys)
        yield from _entitled(stretch, weight, {key for _, key in refused})
        if weight >= PLAIN and lists and not stretch.bullet and _enumerates(stretch.text):
            yield "other", HINT, stretch.place, stretch.reference
        if weight >= PLAIN and keys:
            lists.add(stretch.lead)
        if _silent(stretch, weight):
            silent.append(stretch)
        yield from _observed(stretch)
    for stretch in silent:
        if stretch.lead in lists:
            yield "other", HINT, stretch.place, stretch.reference
