"""What a document says data are processed for.

In a list of purposes every item counts; in a sentence only the stretch that tells a purpose, and only when the
sentence is about processing, not about the policy itself, protection, rights or complaints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derbes.law.reader import topics
from derbes.law.reader.context import Stretch
from derbes.law.reader.findings import HINT, PASSING, PLAIN, SAID, Found
from derbes.law.reader.words_purposes import AFTER, BEFORE, PURPOSES

_PURPOSES = {key: re.compile(form) for key, form in PURPOSES.items()}
_AFTER, _BEFORE = re.compile(AFTER), re.compile(BEFORE)
_NAMES = re.compile(r"\W*(?:цел(?:ь|и|ями|ью)\b|мақсат|purposes?\b|the\s+purposes?\b)")
_EXPLICIT = re.compile(r"в\s+целях|с\s+целью|цел(?:и|ь|ями)\b|мақсат\w*|purposes?|in\s+order\s+to")
_REACHED = re.compile(
    r"(?:достижени|соответстви|отвеча|исходя)\w*\s+(?:\S+\s+){0,4}?цел\w+|мақсат\w*\s+(?:\S+\s+)?(?:қол\s+)?жет\w*|\bachiev\w*\s+(?:\S+\s+){0,3}?(?:purposes?|goals?)"
)
_CONCERNING = re.compile(
    r"(?:касающ|связанн|относящ)\w+\s+[^,;.]*|\b(?:related\s+to|relating\s+to|regarding|concerning)\s+[^,;.]*|(?:\S+\s+){1,2}қатысты"
)
_BEFORE_WIDTH, _AFTER_WIDTH = 170, 260
_WORDS_BEFORE, _WORDS_AFTER = 2, 3


def _told(stretch: Stretch) -> list[str]:
    """Return the segments of a sentence that tell a purpose."""
    text = stretch.text
    segments = [text[match.end() : match.end() + _AFTER_WIDTH] for match in _AFTER.finditer(text)]
    start = 0
    for match in _BEFORE.finditer(text):
        segments.append(text[max(start, match.start() - _BEFORE_WIDTH) : match.start()])
        start = match.end()
    return segments


def _foreign(sentence: str) -> bool:
    """Say whether a sentence is about something else than processing."""
    forms = (topics.LIABILITY, topics.HARM, topics.MEASURES, topics.COMPLAINT)
    return topics.strange(sentence) or any(form.search(sentence) for form in forms)


def _weight(stretch: Stretch) -> float:
    """Say how plainly a stretch tells a purpose; 0 for not at all."""
    sentence = stretch.sentence
    if stretch.denied or stretch.defines or (not stretch.bullet and topics.persons_right(sentence)):
        return 0
    if stretch.kind == "purposes" and stretch.near:
        return PLAIN if not topics.POLICY_ITSELF.search(sentence) or _EXPLICIT.search(sentence) else 0
    explicit = _EXPLICIT.search(_REACHED.sub(" ", sentence)) is not None
    processed = topics.DATA.search(sentence) or topics.COOKIES.search(sentence)
    if _foreign(sentence) or (processed and stretch.kind in {"aside", "recipients"} and not explicit):
        return 0
    if processed:
        return SAID if explicit else PASSING
    return SAID if _NAMES.match(sentence) else PASSING if explicit and stretch.kind == "purposes" else 0


def _promotes(text: str, match: re.Match[str]) -> bool:
    """Say whether what is sent or told is advertising, which is a purpose of its own."""
    told = " ".join(text[match.end() :].split()[:_WORDS_AFTER])
    before = " ".join(text[: match.start()].split()[-_WORDS_BEFORE:])
    return bool(_PURPOSES["advertising"].search(f"{before} {match.group()} {told}"))


def _named(text: str) -> Iterator[str]:
    for key, form in _PURPOSES.items():
        if any(key != "communication" or not _promotes(text, match) for match in form.finditer(text)):
            yield key


def _sent(stretch: Stretch) -> bool:
    """Say whether a chapter on advertising says that advertising is sent."""
    form = _PURPOSES["advertising"]
    return not stretch.denied and all(form.search(text) for text in (stretch.lead, stretch.text))


def purposes(stretches: list[Stretch]) -> Iterator[Found]:
    """Find what data are processed for."""
    for stretch in stretches:
        weight = _weight(stretch)
        told = (
            [] if not weight else _told(stretch) if weight < PLAIN else [_CONCERNING.sub(" ", stretch.text)]
        )
        for segment in told:
            yield from ((key, weight, stretch.place, stretch.reference) for key in _named(segment))
        if not weight and _sent(stretch):
            yield "advertising", HINT, stretch.place, stretch.reference
