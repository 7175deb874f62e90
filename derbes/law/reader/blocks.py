"""A block: the smallest piece of a document that stands by itself, whatever the format was.

Every source (Markdown, HTML, DOCX, text) becomes a list of blocks; nothing after this file knows formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from derbes.law.reader.fold import bounded, tidy

_BULLET = re.compile(
    r"^\s*(?!\*\*)(?:[-–—•·●▪◦○■□*+‣⁃✓✔✅➤►▶→➢❖\uf0b7\uf0a7\uf0d8§](?!\d)|o(?=\s{2,}))\s*(?=\S)"
)
_DASH_WORD = re.compile(r"^\s*[-–—+]\S*\d")
_HEADING_LENGTH = 160
_MOSTLY = 0.7


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row.

    `ordinal` is the number that a list gives it without a letter of text; `joined` says that the source put
    it right after an unfinished line; `level` is how deep a heading is styled, 1 the highest, 0 if that is not
    said; `cells` are (label, text) of a table row.
    """

    text: str
    heading: bool = False
    strong: bool = False
    item: bool = False
    row: bool = False
    joined: bool = False
    linked: bool = False
    level: int = 0
    ordinal: tuple[int, ...] = ()
    cells: tuple[tuple[str, str], ...] = ()


def unbullet(text: str) -> tuple[str, bool]:
    """Take a typed bullet off the front; say whether there was one."""
    if _DASH_WORD.match(text):
        return text, False
    match = _BULLET.match(text)
    return (text[match.end() :], True) if match else (text, False)


def loud(text: str) -> bool:
    """Say whether most letters are capitals, as in headings typed by hand."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) > 3 and sum(letter.isupper() for letter in letters) / len(letters) > _MOSTLY


def _parted(block: Block) -> Iterator[Block]:
    """The block, in parts when it is longer than a clause can be."""
    for text in bounded(block.text.replace("\n", " ")).split("\n"):
        yield replace(block, text=text)


def settled(blocks: list[Block]) -> list[Block]:
    """Tidy every text, take bullets off, drop what is empty, mark short loud or bold lines as headings."""
    result = []
    for block in chain.from_iterable(map(_parted, blocks)):
        text, bulleted = unbullet(tidy(block.text))
        if not any(sign.isalnum() for sign in text):
            continue
        heading = block.heading and len(text) <= 2 * _HEADING_LENGTH
        result.append(replace(block, text=text, item=block.item or bulleted, heading=heading))
    return result
