"""Which numbers at the front of a block are clause numbers.

Every block offers candidates; each has a weight for how it looks, and every step from one accepted number to
the next a cost for how odd it is. The heaviest chain wins (dynamic programming over a window), so that
"90 days", a date or a reference at the start of a wrapped line loses against the sequence around it, while a
number that is missing, doubled or starts at 1.2 costs little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from derbes.law.reader.blocks import Block, loud

_DIGITS = r"\d{1,2}(?:\.\d{1,2}){0,4}"
_FRONT = re.compile(
    rf"^[\s*_]*(?P<n>{_DIGITS})(?P<end>[.:]\s?|\s?\)|\s*[-–—]\s+|(?=\s|$|[^\W\d_]|[«\"“(]))\s*"
)
_NAMED = re.compile(
    rf"^(?:статья|раздел|глава|пункт|section|article|chapter|clause|part|бөлім|тарау|бап|тармақ|§)\s*(?:№\s*)?"
    rf"(?P<n>{_DIGITS})(?P<end>[.:)]|\s*[-–—]|$|\s(?=[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ«\"]))\s*",
    re.IGNORECASE,
)
_KAZAKH_NAMED = re.compile(
    r"^(?P<n>\d{1,2})\s*[-–.]?\s*(?:бөлім|бап|тарау|тармақ)(?:\b|(?=[.:]))[.:]?\s*", re.IGNORECASE
)
_ROMAN = re.compile(
    r"^(?:раздел\s+|глава\s+|section\s+|part\s+)?(?P<n>[IVXІХ]{1,5})(?:[.)]|\s*[-–—])\s*(?=\S)", re.IGNORECASE
)
_DATE = re.compile(r"^\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2}(?=\s*(?:г|ж)\b))|^\d{1,2}\.\d{4}|^\d{1,2}/\d")
_PHONE = re.compile(r"^\d\s*[(-]\s*\d{3}|^\d\s\d{3}\s\d{3}|^\d{1,2}[-–]\d{2}[-–]\d{2}")
_SPACED = re.compile(r"^(\d{1,2})\s?\.\s(\d{1,2})\.(?:\s(\d{1,2})\.)?(?=\s*[^\W\d])")
_UNIT = re.compile(
    r"^(?:%|\(?[а-яәғқңөұүһіa-z]+\)?\s+)?(?:жұмыс|күн|күнтізбелік|жыл\w*|ай\w*|сағат|минут|рабоч|календар|дн[яей]|день|суток|сутки|"
    r"час\w*|год\w*|лет|месяц\w*|млн|тыс|тенге|теңге|мрп|percent|days?|years?|months?|hours?|business|working|"
    r"calendar|minutes?|january|february|march|april|may|june|july|august|september|october|november|"
    r"december|январ|феврал|март|апрел|ма[яй]\b|июн|июл|август|сентябр|октябр|ноябр|декабр|қаңтар|ақпан|"
    r"наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан\b|қараша|желтоқсан)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"^(?:,|и\s+\d|и\b|және|and|or|или|-?(?:тармақ|бап|пункт)|of\b|настоящ|осы\b|to\b|above|below)",
    re.IGNORECASE,
)
_MIDDLE = re.compile(r"(?<=[.;:!?»)])\s+(?P<n>\d{1,2}(?:\.\d{1,2}){1,3})\.?\s+(?=[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ«\"“])")
_CITING = re.compile(
    r"(?:\bп|\bпп|\bст|\bч|\babs|\bart|\bsec|\bcl|\bno|№|пункт\w*|стать\w*|тармақ\w*|бап\w*|раздел\w*|section|clause|article)\.?\s*$",
    re.IGNORECASE,
)
_WINDOW = 80
_FEWEST_TYPED = 3

Number = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that may be a clause's: the block, the place in its text where it starts and where text goes on."""

    block: int
    number: Number
    weight: float
    start: int
    end: int
    shown: str
    generated: bool = False
    tied: bool = False


def _shown(number: Number) -> str:
    return ".".join(str(part) for part in number)


def _parts(text: str) -> Number:
    return tuple(int(part) for part in text.split("."))


def _looks(block: Block, number: Number, end: str, rest: str) -> float:
    """Weigh a number at the front of a block by what it looks like."""
    capital = rest[:1].isupper() or rest[:1] in '«"“‘(<' or not rest
    heading = block.heading or block.strong or loud(rest)
    if len(number) > 1:
        weight = 3.5 if capital else 2.6
        weight += 0.3 if end.strip() else 0.0
    elif end.strip() in {".", ":"}:
        weight = 2.4 if heading else 1.8 if capital else 1.2
    else:
        weight = 1.9 if heading and capital else 0.3 if capital and not block.row else -1.5
    if block.row and len(number) == 1 and not heading:
        weight -= 1.5
    if block.joined:
        weight -= 2.2 if not capital or _REFERENCE.match(rest) else 0.8
    return weight


def _front(place: int, block: Block) -> Candidate | None:
    """The candidate at the front of a block; of a doubled number the fuller one."""
    text = block.text
    if _DATE.match(text) or _PHONE.match(text):
        return None
    named = _NAMED.match(text) or _KAZAKH_NAMED.match(text)
    if named:
        return Candidate(place, _parts(named["n"]), 3.0, 0, named.end(), named["n"])
    spaced = _SPACED.match(text)
    if spaced and spaced.group(1) != spaced.group(2):
        number = tuple(int(part) for part in spaced.groups() if part)
        return Candidate(place, number, 2.5, 0, spaced.end(), _shown(number))
    match = _FRONT.match(text)
    if not match or (match["end"].strip() == ")" and "." not in match["n"]):
        return None
    number, end, stop = _parts(match["n"]), match["end"], match.end()
    again = _FRONT.match(text[stop:])
    if (
        again
        and not _DATE.match(text[stop:])
        and (again["n"] == match["n"] or (len(number) == 1 and "." in again["n"]))
    ):
        number, end, stop = _parts(again["n"]), again["end"], stop + again.end()
    rest = text[stop:].lstrip()
    if 0 in number or (_UNIT.match(rest) and len(number) < 3 and not end.strip().startswith(".")):
        return None
    return Candidate(place, number, _looks(block, number, end, rest), 0, stop, _shown(number))


def _middles(place: int, block: Block) -> list[Candidate]:
    """Numbers inside a block where one clause was glued to another."""
    return [
        Candidate(place, _parts(match["n"]), 0.9, match.start(), match.end(), match["n"], tied=True)
        for match in _MIDDLE.finditer(block.text)
        if not _CITING.search(block.text[: match.start()]) and 0 not in _parts(match["n"])
    ]


def _step(before: Number, number: Number) -> float:
    """The cost of going from one number to the next."""
    if number == before:
        return 0.8
    depth = next((i for i, (a, b) in enumerate(zip(before, number, strict=False)) if a != b), None)
    if depth is None:
        if len(number) < len(before):
            return 1.6 if number == (1,) else 2.5
        fresh = number[len(before) :]
        return 0.0 if fresh == (1,) else 0.3 if fresh in {(2,), (1, 1)} else 0.6 + 0.2 * max(fresh)
    gap, rest = number[depth] - before[depth], number[depth + 1 :]
    if gap < 0:
        return 1.6 if set(number) == {1} else 2.5
    cost = 0.0 if gap == 1 else 0.6 if gap == 2 else min(0.8 + 0.3 * gap, 2.4)
    return cost + (0.0 if set(rest) <= {1} else 0.3 if rest == (2,) else 0.8)


def _first(number: Number) -> float:
    return 0.0 if set(number) <= {1} else 0.2 if number[0] == 1 else 0.4 + 0.2 * min(number[0], 8)


def chain(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates of the heaviest chain, in order."""
    best: list[float] = []
    back: list[int] = []
    for place, candidate in enumerate(candidates):
        total, source = candidate.weight - _first(candidate.number), -1
        if candidate.tied:
            total = -99.0
        for earlier in range(max(0, place - _WINDOW), place):
            cost = _step(candidates[earlier].number, candidate.number)
            if candidate.tied and cost > 0.3:
                continue
            value = best[earlier] + candidate.weight - cost
            if value > total:
                total, source = value, earlier
        best.append(total)
        back.append(source)
    if not best:
        return []
    place = max(range(len(best)), key=best.__getitem__)
    result = []
    while place >= 0:
        result.append(candidates[place])
        place = back[place]
    return result[::-1]


def _hanging(blocks: Sequence[Block]) -> set[int]:
    """Places of list items whose list only spells out a sentence that ended with a colon."""
    found: set[int] = set()
    for place, block in enumerate(blocks):
        before = blocks[place - 1] if place else None
        if len(block.ordinal) == 1 and before is not None:
            led = before.text.rstrip().endswith(":") and not before.ordinal and not before.heading
            if led or place - 1 in found:
                found.add(place)
    return found


def _ordinals(blocks: Sequence[Block], *, typed: bool) -> list[Candidate]:
    """Candidates that lists generate; beside typed numbers they must fit the sequence closely."""
    hanging = _hanging(blocks)
    return [
        Candidate(place, block.ordinal, 1.4, 0, 0, _shown(block.ordinal), generated=True, tied=typed)
        for place, block in enumerate(blocks)
        if block.ordinal and not (len(block.ordinal) == 1 and place in hanging)
    ]


def _romans(blocks: Sequence[Block]) -> list[Candidate]:
    """Chapters numbered I, II, III…: taken when they run in order from the first."""
    values = {"i": 1, "v": 5, "x": 10}
    found: list[Candidate] = []
    for place, block in enumerate(blocks):
        match = _ROMAN.match(block.text)
        if not match or len(block.text) > 160:
            continue
        letters = match["n"].lower().translate(str.maketrans("іх", "ix"))
        digits = [values[letter] for letter in letters]
        value = sum(-a if a < b else a for a, b in zip(digits, [*digits[1:], 0], strict=True))
        if value == len(found) + 1:
            found.append(Candidate(place, (value,), 3.0, 0, match.end(), letters.upper()))
    return found if len(found) > 1 else []


def numbers(blocks: Sequence[Block]) -> dict[int, list[Candidate]]:
    """Return the accepted numbers by block; more than one where clauses were glued together."""
    romans = _romans(blocks)
    chapters = {candidate.block for candidate in romans}
    fronts = [
        c for place, block in enumerate(blocks) if place not in chapters and (c := _front(place, block))
    ]
    middles = [c for place, block in enumerate(blocks) for c in _middles(place, block)]
    typed = {c.block for c in fronts if c.weight > 0}
    lists = [c for c in _ordinals(blocks, typed=len(typed) >= _FEWEST_TYPED) if c.block not in typed]
    offered = sorted([*fronts, *middles, *lists], key=lambda c: (c.block, c.start))
    accepted: dict[int, list[Candidate]] = {c.block: [c] for c in romans}
    for candidate in _with_lists(offered, lists, typed):
        accepted.setdefault(candidate.block, []).append(candidate)
    return accepted


def _with_lists(offered: list[Candidate], lists: list[Candidate], typed: set[int]) -> list[Candidate]:
    """A document without typed numbers keeps every number that its lists show."""
    if len(typed) >= _FEWEST_TYPED or not lists:
        return chain(offered)
    return lists
