"""Which of the three languages a text is written in, by its letters and commonest words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from derbes.law.reader.fold import fold

_KAZAKH_LETTERS = re.compile("[әғқңөұүһі]")
_KAZAKH_WORDS = re.compile(r"\b(?:және|мен|үшін|бойынша|туралы|осы|немесе|дербес|деректер\w*|құқы\w*)\b")
_CYRILLIC = re.compile("[а-я]")
_LATIN = re.compile("[a-z]")


def language(text: str) -> str | None:
    """Return kk, ru or en, or nothing for text without words."""
    folded = fold(text)
    cyrillic, latin = len(_CYRILLIC.findall(folded)), len(_LATIN.findall(folded))
    kazakh = len(_KAZAKH_LETTERS.findall(folded))
    if cyrillic + kazakh + latin == 0:
        return None
    if latin > cyrillic + kazakh:
        return "en"
    return "kk" if kazakh > 0.02 * (cyrillic + kazakh) or (kazakh and _KAZAKH_WORDS.search(folded)) else "ru"


def languages(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the languages of a document, the most used first; traces are left out."""
    weight: Counter[str] = Counter()
    for text in texts:
        found = language(text)
        if found:
            weight[found] += len(text)
    total = sum(weight.values()) or 1
    return tuple(name for name, amount in weight.most_common() if amount / total > 0.1)
