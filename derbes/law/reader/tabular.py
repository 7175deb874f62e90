"""Rows of a table to blocks, the same for every format.

A row's cells keep what they are about: the column's heading where the table has one, else the row's first
cell. A number that stands in a cell of its own goes before the text of its row.
"""

from __future__ import annotations

import re

from derbes.law.reader.blocks import Block

NUMBER_ONLY = re.compile(r"^\(?\d{1,2}(?:\.\d{1,2}){0,4}[.)]?$")
_HEAD = re.compile(
    r"^(?:№|n|no\.?|цел\w+|данн\w+|переч\w+|состав\w*|срок\w*|катег\w+|субъект\w*|основан\w+|правов\w+|действи\w+|операци\w+|способ\w*|получател\w+|кому|"
    r"персональн\w+|вид\w*|пункт|наименован\w+|мақсат\w*|дерек\w*|дербес|мерзім\w*|санат\w*|кім\w*|негіз\w*|әрекет\w*|алушы\w*|атауы|р/с|"
    r"purposes?|data|personal|categor\w+|types?|period|retention|basis|legal|recipients?|operations?|actions?|what|why|how|who)\b",
    re.IGNORECASE,
)
_LONGEST_HEAD = 60


def is_head(texts: list[str]) -> bool:
    """Say whether a first row names the columns."""
    filled = [text for text in texts if text]
    known = sum(bool(_HEAD.match(text)) for text in filled)
    short = all(len(text) <= _LONGEST_HEAD and not NUMBER_ONLY.match(text) for text in filled)
    return len(filled) > 1 and short and known >= len(filled) / 2


class Table:
    """Reads the rows of one table in order."""

    def __init__(self, head: list[str] | None = None) -> None:
        self.head = head or []
        self.fresh = not self.head

    def row(self, texts: list[str], *, head: bool = False) -> Block | None:
        """Return the block of a row; a row that names the columns has no cells."""
        filled = [text for text in texts if text]
        if not filled:
            return None
        if head or (self.fresh and len(texts) > 2 and is_head(texts)):
            self.head, self.fresh = texts, False
            return Block(text=" ".join(filled), row=True)
        self.fresh = False
        first = next((text for text in filled if not NUMBER_ONLY.match(text)), "")
        cells = []
        for place, text in enumerate(texts):
            if not text or NUMBER_ONLY.match(text):
                continue
            label = self.head[place] if place < len(self.head) else ""
            cells.append((label or (first if text is not first else ""), text))
        return Block(text=" ".join(filled), row=True, cells=tuple(cells) if len(cells) > 1 else ())
