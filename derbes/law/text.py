"""The human half of a policy: clauses by anchor, numbers drawn from the machine half, differences.

A text never states a number of its own: `render` puts in what the policy says, and refuses a placeholder
that the policy cannot fill. So the text promises exactly what the system keeps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

from derbes.law.tables import TableError
from derbes.law.wording import Words, lower_first

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from derbes.law.policy import Policy

_PLACEHOLDER = re.compile(r"\{\{ *([a-z_]+(?:\.[a-z_0-9]+)*) *(\| *lower *)?\}\}")
_ANY_BRACES = re.compile(r"\{\{.{0,200}?\}\}")
_TITLE = re.compile(r"# +(.+)")
_SECTION = re.compile(r"#{2,6} +\d+\. (.+)\{#([\d.]+)\}")
_CLAUSE = re.compile(r"\d+(?:\.\d+)+\. +\{#([\d.]+)\} *(.*)")
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


class TextError(TableError):
    """A text that cannot be shown: a placeholder that nothing fills, or a clause that stands twice."""


@dataclass(frozen=True, slots=True)
class ClauseText:
    """One clause as people read it. `heading` is empty unless it is a section; the introduction has no number."""

    number: str
    heading: str
    markdown: str


Kind = Literal["same", "added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words that both editions have, or only the later, or only the earlier."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """What became of one clause between two editions, word by word."""

    number: str
    kind: Kind
    pieces: tuple[Piece, ...]


def placeholders(markdown: str) -> tuple[str, ...]:
    """Return the names of the placeholders in `markdown`, in order; braces of another shape as they stand."""
    return tuple(
        found[1] if (found := _PLACEHOLDER.fullmatch(braces)) else braces
        for braces in _ANY_BRACES.findall(markdown)
    )


def render(markdown: str, policy: Policy, language: str, extra: Mapping[str, str] | None = None) -> str:
    """Return `markdown` with every placeholder filled from `policy` and `extra`, in `language`.

    Raises `TextError` for a placeholder that neither can fill.
    """
    words = Words(policy, language)

    def fill(braces: re.Match[str]) -> str:
        placeholder = _PLACEHOLDER.fullmatch(braces[0])
        name = placeholder[1] if placeholder else braces[0]
        value = (extra or {}).get(name)
        if value is None:
            value = words.of(name)
        if value is None:
            raise TextError("The policy has nothing for the placeholder %(name)s.", name=name)
        return lower_first(value) if placeholder and placeholder[2] else value

    return _ANY_BRACES.sub(fill, markdown)


def clauses(markdown: str) -> list[ClauseText]:
    """Return the clauses of a policy text, in order; what stands before the first is the introduction, number "".

    Raises `TextError` when a number stands twice.
    """
    found: list[tuple[str, str, list[str]]] = [("", "", [])]
    for line in markdown.splitlines():
        if section := _SECTION.fullmatch(line.strip()):
            found.append((section[2], section[1].strip(), []))
        elif clause := _CLAUSE.fullmatch(line.strip()):
            found.append((clause[1], "", [clause[2]]))
        elif (title := _TITLE.fullmatch(line.strip())) and len(found) == 1:
            found[0] = ("", title[1], found[0][2])
        else:
            found[-1][2].append(line)
    numbers = [number for number, _, _ in found]
    for number in numbers:
        if numbers.count(number) > 1:
            raise TextError("The clause %(number)s stands twice.", number=number)
    return [ClauseText(number, heading, "\n".join(lines).strip()) for number, heading, lines in found]


def diff(earlier: str, later: str) -> list[ClauseChange]:
    """Return, clause by clause in the order of numbers, what changed from `earlier` to `later` (both rendered)."""
    before = {clause.number: _whole(clause) for clause in clauses(earlier)}
    after = {clause.number: _whole(clause) for clause in clauses(later)}
    numbers = sorted(before | after, key=order)
    return [_change(number, before.get(number), after.get(number)) for number in numbers]


def order(number: str) -> tuple[int, ...]:
    """Return the sorting key of a clause number: 3.9 before 3.10, the introduction first."""
    return tuple(int(part) for part in number.split(".") if part)


def _whole(clause: ClauseText) -> str:
    return "\n\n".join(part for part in (clause.heading, clause.markdown) if part)


def _change(number: str, before: str | None, after: str | None) -> ClauseChange:
    if before is None:
        return ClauseChange(number, "added", (Piece("added", after or ""),))
    if after is None:
        return ClauseChange(number, "removed", (Piece("removed", before),))
    if before == after:
        return ClauseChange(number, "same", (Piece("same", after),))
    return ClauseChange(number, "changed", tuple(_pieces(_WORD.findall(before), _WORD.findall(after))))


def _pieces(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    """Return the stretches of `after` and, between them, what `before` had instead."""
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(after[c:d]))
            continue
        if b > a:
            yield Piece("removed", "".join(before[a:b]))
        if d > c:
            yield Piece("added", "".join(after[c:d]))
