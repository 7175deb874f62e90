"""Markdown and plain text, as people really type it, to blocks.

One reader for both: what looks like Markdown is taken as such, the rest is lines. A line that only continues
the line before is joined to it; a line that could open a clause never is, but is marked `joined` when the
line before was left unfinished, so that the numbering can weigh it.
"""

from __future__ import annotations

import html
import re

from derbes.law.reader.blocks import Block, loud, unbullet
from derbes.law.reader.fold import tidy
from derbes.law.reader.tabular import Table

_FENCE = re.compile(r"^\s*(?:```|~~~)")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$")
_ATX = re.compile(r"^\s{0,3}#{1,6}(?:\s+|(?=[^\s#]))(.*?)\s*#*\s*$")
_SEPARATOR_ROW = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_IMAGE = re.compile(r"!\[[^\][]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\][]*)\]\((?:[^()]|\([^)]*\))*\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)?[^<>\s]+(?:\.|@)[^<>\s]+)>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_ANCHOR = re.compile(r"\{#[\w.:-]+\}")
_EMPHASIS = re.compile(r"(\*\*\*|___|\*\*|__|~~|`)")
_STAR = re.compile(r"(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_OPENS = re.compile(
    r"^\s*(?:[-–—•·●▪◦○■□*+‣✓✔➤►]\s|[*_]*\(?\d{1,2}(?:\.\d{1,2}){0,4}[.)]?[*_]*(?:\s|$)|[*_]*\d{1,2}(?:\.\d{1,2})*[.)]"
    r"|[a-zа-я]\)\s|[IVXІХ]{1,5}[.)]\s|(?:статья|раздел|глава|section|article|chapter)\s+\d)",
    re.IGNORECASE,
)
_FINISHED = re.compile(r"[.;:!?»”\")\]|]\s*$")
_BOLD_LINE = re.compile(r"^\s*(?:\*\*|__)(?!\s).*?(?:\*\*|__)\s*:?\s*$")
_WRAPPED_SHARE = 0.35
_NARROW, _WIDE = 55, 130
_FULL = 0.75
_TITLE = 120


def plain(text: str) -> str:
    """Take Markdown's own signs off a line and leave what a reader sees."""
    text = _IMAGE.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _ANCHOR.sub("", _TAG.sub(" ", text))
    text = _STAR.sub("", _EMPHASIS.sub("", text))
    return tidy(html.unescape(_ESCAPE.sub(r"\1", text)))


def _width(lines: list[str]) -> int:
    """Return the width at which the text was wrapped by hand, or 0 when it was not."""
    lengths = [len(line) for line in lines if line.strip()]
    if len(lengths) < 6 or max(lengths) > _WIDE:
        return 0
    widest = sorted(lengths)[int(len(lengths) * 0.95)]
    long = sum(length > 0.75 * widest for length in lengths)
    return widest if widest > _NARROW and long / len(lengths) > _WRAPPED_SHARE else 0


def _continues(line: str, before: str, width: int, *, soft: bool) -> bool:
    """Say whether a line goes on with the one before it: by a hand-set width, or by a sentence cut in two."""
    if _OPENS.match(line) or not before or _ATX.match(before):
        return False
    small = line.lstrip()[:1].islower()
    full = bool(width) and len(before) > _FULL * width
    if _FINISHED.search(before):
        return full and not before.rstrip().endswith((":", ";"))
    return full or (small and (soft or before.rstrip().endswith((",", "-")) or len(before) > _NARROW))


def _cells(line: str) -> list[str]:
    body = line.strip().strip("|")
    return [plain(cell) for cell in re.split(r"(?<!\\)\|", body)]


class _Lines:
    """Collects blocks line by line; `held` is the paragraph still open."""

    def __init__(self, width: int, *, soft: bool) -> None:
        self.width = width
        self.soft = soft
        self.blocks: list[Block] = []
        self.held: list[str] = []
        self.open_end = ""
        self.rows: Table | None = None
        self.last: list[str] = []

    def close(self) -> None:
        if self.held:
            raw = " ".join(self.held)
            body, bulleted = unbullet(raw)
            strong = bool(_BOLD_LINE.match(body))
            text = plain(body)
            heading = (
                len(text) < _TITLE and not text.endswith((".", ";", ",", ":")) and (strong or loud(text))
            )
            joined = len(self.open_end) > _NARROW and not _FINISHED.search(self.open_end)
            self.blocks.append(Block(text=text, strong=strong, item=bulleted, heading=heading, joined=joined))
        self.held = []

    def table(self, line: str) -> None:
        self.close()
        if _SEPARATOR_ROW.match(line):
            if self.blocks and self.blocks[-1].row and self.rows and self.last:
                self.blocks[-1] = Block(text=self.blocks[-1].text, row=True)
                self.rows = Table(self.last)
            return
        self.rows = self.rows or Table()
        self.last = _cells(line)
        block = self.rows.row(self.last)
        if block:
            self.blocks.append(block)

    def take(self, line: str) -> None:
        if not line.strip() or _RULE.match(line):
            if self.held and set(line.strip()) <= {"="} and line.strip():
                self.blocks.append(Block(text=plain(" ".join(self.held)), heading=True))
                self.held = []
            self.close()
            self.open_end = ""
            self.rows = None
            return
        atx = _ATX.match(line)
        if atx and not line.lstrip().startswith("#!"):
            self.close()
            self.open_end = ""
            self.blocks.append(Block(text=plain(atx.group(1)), heading=True, strong=True, level=_level(line)))
            return
        if line.count("|") > 1 and line.strip().startswith("|"):
            self.table(line)
            return
        before = self.held[-1] if self.held else ""
        if not _continues(line, before, self.width, soft=self.soft):
            self.close()
            self.open_end = before
        self.held.append(line.strip())


def _level(line: str) -> int:
    """Count the signs that open a Markdown heading."""
    return len(line.lstrip()) - len(line.lstrip().lstrip("#"))


def blocks_of_lines(text: str, *, soft: bool) -> list[Block]:
    """Return the blocks of a text; `soft`: a line that starts small goes on with the line before, as in Markdown."""
    text = re.sub(r"<br\s*/?>|\r\n?|\x0b|\x0c|\u2028", "\n", text)
    lines = [re.sub(r"^\s*>+\s?", "", line) for line in text.split("\n")]
    reader = _Lines(_width(lines), soft=soft)
    for line in lines:
        if not _FENCE.match(line):
            reader.take(line)
    reader.close()
    return reader.blocks
