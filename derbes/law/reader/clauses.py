"""Blocks and their numbers to clauses, each with the clause that leads to it.

A clause's parent is the one with the longest prefix of its number, or the sentence before it that ended with
a colon, or the heading above. `reference` is the number to cite: its own, or the nearest one above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from derbes.law.reader.blocks import Block, loud, unbullet
from derbes.law.reader.numbers import Candidate, numbers
from derbes.law.reader.reading import Clause
from derbes.law.reader.tabular import NUMBER_ONLY

_ENUMERATOR = re.compile(r"^(?:\(?\d{1,2}\)|\(?[a-zа-я]\)|\([ivx]+\)|[a-zа-я]\.(?=\s))\s*", re.IGNORECASE)
_COLON = re.compile(r"[:：]\s*(?:\[[^\]]*\])?\s*$")
_SHORT_HEADING = 120
_SHORT_TITLE = 90
_LONGER = 1.5
_MOST_MISSING = 3
_UNFINISHED = re.compile(r"[.;:,!?]\s*$")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A block, or a part of one, with the number it was given."""

    block: Block
    number: Candidate | None
    text: str


def joined_cells(blocks: list[Block]) -> list[Block]:
    """Join a number that stands alone in its block with the text after it."""
    result: list[Block] = []
    waiting: Block | None = None
    for block in blocks:
        if waiting is not None:
            if not NUMBER_ONLY.match(block.text):
                number = waiting.text if waiting.text.endswith((".", ")")) else f"{waiting.text}."
                joined = replace(
                    block,
                    text=f"{number} {block.text}",
                    heading=block.heading or waiting.heading,
                    joined=False,
                )
                result.append(joined)
                waiting = None
                continue
            result.append(waiting)
        waiting = block if NUMBER_ONLY.match(block.text) else None
        if waiting is None:
            result.append(block)
    return [*result, waiting] if waiting is not None else result


def _pieces(blocks: Sequence[Block]) -> list[_Piece]:
    """Cut every block at its accepted numbers; a refused number of a wrapped line joins the line before."""
    accepted = numbers(blocks)
    pieces: list[_Piece] = []
    for place, block in enumerate(blocks):
        found = accepted.get(place, [])
        if not found and block.joined and pieces and not block.item and re.match(r"\(?\d", block.text):
            last = pieces[-1]
            pieces[-1] = replace(last, text=f"{last.text} {block.text}")
            continue
        starts = [candidate.start for candidate in found]
        if not found or starts[0] > 0:
            pieces.append(_Piece(block, None, block.text[: starts[0] if starts else None].strip()))
        for candidate, stop in zip(found, [*starts[1:], None], strict=False):
            text = block.text[candidate.end : stop].strip()
            pieces.append(_Piece(block, candidate, unbullet(text)[0].strip()))
    return [piece for piece in pieces if piece.text or piece.number]


def _is_heading(piece: _Piece, following: _Piece | None) -> bool:
    """Headings: styled so, or a chapter's short line that its own clauses follow."""
    text = piece.text
    if piece.block.cells or (piece.block.row and not piece.number) or len(text) > 2 * _SHORT_HEADING:
        return False
    depth = len(piece.number.number) if piece.number else 0
    loose = text.rstrip("*_ ").endswith((";", ","))
    if depth > 1 or loose:
        return (
            (loud(text) or piece.block.heading)
            and len(text) < _SHORT_HEADING
            and not loose
            and not _COLON.search(text)
        )
    if piece.block.heading or (loud(text) and not _COLON.search(text)):
        return not (piece.number is None and piece.block.item)
    if depth == 1 and piece.number and following:
        child = following.number
        return bool(
            child
            and child.number[: len(piece.number.number)] == piece.number.number
            and len(child.number) > 1
        )
    return False


def _told(text: str) -> bool:
    """Say whether a block is a paragraph of its own, not a line of an address or a signature."""
    return len(text) > _SHORT_TITLE and text.rstrip('*_ »")').endswith((".", ":", ";"))


def _next(number: str) -> str:
    return str(int(number) + 1) if number.isdigit() else ""


class _Tree:
    """Keeps, while clauses come in order, what the next one may hang on."""

    def __init__(self) -> None:
        self.clauses: list[Clause] = []
        self.by_number: dict[str, int] = {}
        self.heading: int | None = None
        self.levels: list[tuple[int, int]] = []
        self.opened: dict[int, int] = {}
        self.numbered: int | None = None
        self.lead: int | None = None
        self.chapter = 0

    def _counts_on(self, piece: _Piece) -> bool:
        """Say whether a number goes on counting the items of a list, not the chapters."""
        before = self.clauses[-1] if self.clauses else None
        shown = piece.number.shown if piece.number else ""
        return bool(before and before.number and before.item and _next(before.number) == shown)

    def _restarts(self, piece: _Piece, *, heading: bool) -> bool:
        number = piece.number
        if number is None or heading or len(number.number) > 1 or number.generated or not self.by_number:
            return False
        first = number.number[0] == 1 and self.lead is not None
        listed = self.lead is not None and self._counts_on(piece)
        return self.chapter > 0 and (number.number[0] <= self.chapter or first or listed)

    def _parent(self, piece: _Piece, *, heading: bool, restart: bool) -> int | None:
        number = piece.number
        if number and not restart:
            for depth in range(len(number.number) - 1, 0, -1):
                prefix = ".".join(str(part) for part in number.number[:depth])
                if prefix in self.by_number:
                    return self.by_number[prefix]
            return None if heading or (len(number.number) == 1 and self._is_chaptered()) else self.heading
        if heading:
            return self._above(piece.block.level)
        if self._hangs(piece):
            return self.lead
        places = [place for place in (self.numbered, self.heading) if place is not None]
        return max(places) if places else None

    def _above(self, level: int) -> int | None:
        """Return what an unnumbered heading stands under: the last of a higher level, or the lead right after it."""
        if not level:
            return None
        found = next((place for above, place in reversed(self.levels) if above < level), None)
        if (
            found is not None
            and self.lead == len(self.clauses) - 1
            and self.clauses[self.lead].parent == found
        ):
            self.opened[found] = self.lead
        return self.opened.get(found, found) if found is not None else None

    def _within(self, piece: _Piece, following: _Piece | None) -> bool:
        """Say whether a bold line without level or number only divides the text of its chapter."""
        last = following is None or following.number is not None
        return self.chapter > 0 and not (piece.block.level or last or loud(piece.text))

    def _is_chaptered(self) -> bool:
        return self.heading is None or self.clauses[self.heading].number is not None

    def _hangs(self, piece: _Piece) -> bool:
        """Say whether an unnumbered piece still belongs to the sentence that ended with a colon."""
        if self.lead is None:
            return False
        if len(self.clauses) - 1 == self.lead:
            return True
        before = self.clauses[-1]
        if _COLON.search(piece.text) and not piece.block.item and before.item:
            return False
        ended = before.text.endswith(".")
        item = (
            piece.block.item
            or bool(_ENUMERATOR.match(piece.text))
            or piece.block.row
            or piece.number is not None
        )
        return (
            item
            or not ended
            or (piece.text[:1].islower())
            or (len(piece.text) < 60 and len(before.text) < 60)
        )

    def _titled(self, piece: _Piece, following: _Piece | None) -> bool:
        """Say whether an unstyled line is a heading by its place: short, unfinished, and what follows hangs on it."""
        text, number = piece.text, piece.number
        if (
            len(text) > _SHORT_HEADING
            or _UNFINISHED.search(text)
            or piece.block.row
            or piece.block.item
            or not following
        ):
            return False
        if number:
            counted = self._counts_on(piece)
            ahead = number.number[0] - self.chapter
            return (
                len(number.number) == 1
                and 0 < ahead <= _MOST_MISSING
                and not counted
                and not number.generated
            )
        rest = following.text
        hangs = rest[:1].islower() or following.block.item or len(rest) > _LONGER * len(text)
        return bool(
            (self.numbered is not None or following.block.item or _told(rest))
            and self.lead is None
            and text[:1].isupper()
            and len(text) < _SHORT_TITLE
            and hangs
        )

    def add(self, piece: _Piece, following: _Piece | None) -> None:
        heading = _is_heading(piece, following)
        titled = not heading and self._titled(piece, following)
        heading = heading or titled
        restart = self._restarts(piece, heading=heading)
        parent = self._parent(piece, heading=heading, restart=restart)
        number = piece.number
        if number is None and (titled or (heading and self._within(piece, following))):
            parent = self.numbered
        place = len(self.clauses)
        if number and not restart:
            reference: str | None = number.shown
        else:
            reference = self.clauses[parent].reference if parent is not None else None
        hanging = number is None and (piece.block.item or bool(_ENUMERATOR.match(piece.text)))
        clause = Clause(
            number=number.shown if number else None,
            heading=heading,
            generated=bool(number and number.generated),
            text=piece.text,
            parent=parent,
            reference=reference,
            item=restart or hanging,
            cells=piece.block.cells,
        )
        self.clauses.append(clause)
        self._remember(piece, place, heading=heading, restart=restart)

    def _remember(self, piece: _Piece, place: int, *, heading: bool, restart: bool) -> None:
        number = piece.number
        if number and not restart:
            if not number.shown[0].isdigit():
                self.chapter, self.by_number = 0, {}
            elif len(number.number) == 1:
                self.chapter = number.number[0]
                self.by_number = {} if number.number[0] == 1 else self.by_number
            self.by_number[number.shown] = place
            self.numbered = place
            self.lead = None
        if heading:
            self.heading = place
            if piece.block.level:
                higher = [entry for entry in self.levels if entry[0] < piece.block.level]
                self.levels = [*higher, (piece.block.level, place)]
            self.lead = None
        clause = self.clauses[place]
        if _COLON.search(clause.text) and not heading:
            self.lead = place
        elif not heading and self.lead is not None and clause.parent != self.lead and not self._under(place):
            self.lead = None

    def _under(self, place: int) -> bool:
        parent = self.clauses[place].parent
        while parent is not None:
            if parent == self.lead:
                return True
            parent = self.clauses[parent].parent
        return False


def clauses_of(blocks: list[Block]) -> tuple[Clause, ...]:
    """Return the clauses of a cleaned document, in its order."""
    pieces = _pieces(joined_cells(blocks))
    tree = _Tree()
    for place, piece in enumerate(pieces):
        tree.add(piece, pieces[place + 1] if place + 1 < len(pieces) else None)
    return tuple(tree.clauses)
