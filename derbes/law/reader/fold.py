"""Folding of text for comparison: one form for letters that look alike.

`tidy` keeps what a person sees and only settles spaces and composition. `fold` goes further: lower case,
ё as е, and words that mix Latin and Cyrillic letters written in one alphabet. Folding keeps word order, and
is idempotent.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
_SAME = re.compile(r"((.)\2{99})\2+", re.DOTALL)
_WORD_WITHOUT_END = re.compile(r"\S{400}")
_LINE_WITHOUT_END = re.compile(r"[^\n]{8000}")
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC_TO_LATIN = str.maketrans("асеорхуікпмтвнһјѕ", "aceopxyikпmtbhhjs")
_LATIN_TO_CYRILLIC = str.maketrans("aceopxyikmtbhəj", "асеорхуікмтвнәј")
_LOOKALIKE_CYRILLIC = frozenset("асеорхуікмтвнһјѕ")
_LOOKALIKE_LATIN = frozenset("aceopxyikmtbhəj")
_ODD = str.maketrans(
    {"ё": "е", "ə": "ә", "ѳ": "ө", "ɵ": "ө", "’": "'", "ʼ": "'", "‑": "-", "‐": "-", "−": "-"}
)


def tidy(text: str) -> str:
    """Return the text with composed letters, single ordinary spaces and no invisible characters."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", text).strip()


def bounded(text: str) -> str:
    """Return the text with no run of one sign, no word and no line longer than a person would write them.

    Every pattern of the reader is looked for in such texts only: what is quadratic stays short in them.
    """
    text = _WORD_WITHOUT_END.sub(r"\g<0> ", _SAME.sub(r"\g<1>", text))
    return _LINE_WITHOUT_END.sub("\\g<0>\n", text)


def _one_alphabet(match: re.Match[str]) -> str:
    word = match.group()
    if word.isascii():
        return word
    latin = [letter for letter in word if letter <= "ɏ" or letter == "ə"]
    if not latin:
        return word
    cyrillic = [letter for letter in word if "Ѐ" <= letter <= "ԯ"]
    to_latin = all(letter in _LOOKALIKE_CYRILLIC for letter in cyrillic)
    to_cyrillic = all(letter in _LOOKALIKE_LATIN for letter in latin)
    if to_latin and (not to_cyrillic or len(latin) >= len(cyrillic)):
        return word.translate(_CYRILLIC_TO_LATIN)
    return word.translate(_LATIN_TO_CYRILLIC) if to_cyrillic else word


def fold(text: str) -> str:
    """Return the text for matching: tidy, lower case, every word in one alphabet."""
    text = tidy(text).lower().replace("\n", " ")
    return _WORD.sub(_one_alphabet, text).translate(_ODD)
