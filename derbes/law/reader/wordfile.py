"""DOCX to blocks: paragraphs, tables and the numbers that Word's lists generate.

A DOCX is a zip of XML. Only its text, styles and numbering are read; entities are not resolved and nothing
outside the file is opened. What numbering.xml generates becomes the block's `ordinal`.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from derbes.law.reader.blocks import Block, loud
from derbes.law.reader.fold import tidy
from derbes.law.reader.reading import Unreadable
from derbes.law.reader.tabular import Table

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING_STYLE = re.compile(r"^(?:heading|title|заголовок|название|тақырып)", re.IGNORECASE)
_CONTENTS_STYLE = re.compile(r"^(?:toc|оглавление|мазмұны)", re.IGNORECASE)
_MOST_XML = 30_000_000
_LEVELS = range(9)  # of a list, ECMA-376 part 1 §17.9.3
_MOST_NUMBER = 6  # digits
_CONTAINER = 5


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    based_on: str
    numbering: str
    level: int
    outline: bool
    bold: bool


def _value(node: etree._Element | None, path: str) -> str:
    found = None if node is None else node.find("/".join(_W + step for step in path.split("/")))
    return "" if found is None else str(found.get(f"{_W}val") or "")


def _on(node: etree._Element | None, path: str) -> bool:
    found = None if node is None else node.find("/".join(_W + step for step in path.split("/")))
    return found is not None and found.get(f"{_W}val") not in {"0", "false", "none"}


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    try:
        entry = archive.getinfo(name)
    except KeyError:
        return None
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise zipfile.BadZipFile  # Word writes no other, and only these can be unpacked a bounded piece at a time
    with archive.open(entry) as packed:
        xml = packed.read(_MOST_XML + 1)
    if len(xml) > _MOST_XML:
        raise Unreadable("too_large", "The document is too large once unpacked.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    return etree.fromstring(xml, parser)


def _number(text: str | None, otherwise: int = 0) -> int:
    """Return the whole number that an attribute says; what is none counts as not said."""
    plain = text is not None and text.isascii() and text.isdigit() and len(text) <= _MOST_NUMBER
    return int(text or 0) if plain else otherwise


def _levels(numbering: etree._Element | None) -> dict[str, dict[int, _Level]]:
    """Read numbering.xml: for each list its levels."""
    if numbering is None:
        return {}
    abstract = {}
    for node in numbering.iter(f"{_W}abstractNum"):
        levels = {}
        for level in node.iter(f"{_W}lvl"):
            place = _number(level.get(f"{_W}ilvl"))
            start = _number(_value(level, "start"), 1)
            levels[place] = _Level(start, _value(level, "numFmt"), _value(level, "lvlText"))
        abstract[node.get(f"{_W}abstractNumId")] = levels
    lists = {}
    for node in numbering.iter(f"{_W}num"):
        levels = dict(abstract.get(_value(node, "abstractNumId"), {}))
        for override in node.iter(f"{_W}lvlOverride"):
            place = _number(override.get(f"{_W}ilvl"))
            if place in levels and _value(override, "startOverride"):
                levels[place] = _Level(
                    _number(_value(override, "startOverride"), 1), levels[place].form, levels[place].text
                )
        lists[str(node.get(f"{_W}numId"))] = levels
    return lists


def _styles(sheet: etree._Element | None) -> dict[str, _Style]:
    styles: dict[str, _Style] = {}
    for node in [] if sheet is None else sheet.iter(f"{_W}style"):
        styles[str(node.get(f"{_W}styleId"))] = _Style(
            name=_value(node, "name"),
            based_on=_value(node, "basedOn"),
            numbering=_value(node, "pPr/numPr/numId"),
            level=_number(_value(node, "pPr/numPr/ilvl")),
            outline=bool(_value(node, "pPr/outlineLvl")),
            bold=_on(node, "rPr/b"),
        )
    return styles


class _Document:
    """Walks the body; `counts` are the running numbers of each list."""

    def __init__(self, lists: dict[str, dict[int, _Level]], styles: dict[str, _Style]) -> None:
        self.lists, self.styles = lists, styles
        self.counts: dict[str, dict[int, int]] = {}
        self.blocks: list[Block] = []

    def _lineage(self, style: str) -> list[_Style]:
        found: list[_Style] = []
        while style in self.styles and len(found) < 10:
            found.append(self.styles[style])
            style = self.styles[style].based_on
        return found

    def ordinal(self, numbering: str, level: int) -> tuple[tuple[int, ...], bool]:
        """Count a list paragraph; return its number (empty for bullets and letters) and whether it is an item."""
        levels = self.lists.get(numbering, {})
        if level not in levels or level not in _LEVELS:
            return (), False
        counts = self.counts.setdefault(numbering, {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [place for place in counts if place > level]:
            del counts[deeper]
        form = levels[level]
        if form.form not in {"decimal", "decimalZero"} or ")" in form.text or "%" not in form.text:
            return (), True
        shown = [int(place) - 1 for place in re.findall(r"%(\d)", form.text)]
        start = {place: levels[place].start for place in shown if place in levels}
        return tuple(counts.get(place, start.get(place, 1)) for place in shown), False

    def paragraph(self, node: etree._Element) -> None:
        properties = node.find(f"{_W}pPr")
        lineage = self._lineage(_value(properties, "pStyle"))
        if any(_CONTENTS_STYLE.match(style.name) for style in lineage):
            return
        text, strong = _runs(node, styled=any(style.bold for style in lineage))
        numbering = _value(properties, "numPr/numId") or next(
            (s.numbering for s in lineage if s.numbering), ""
        )
        level = _value(properties, "numPr/ilvl")
        place = _number(level) if level else next((s.level for s in lineage if s.numbering), 0)
        if not tidy(text):
            return
        ordinal, item = self.ordinal(numbering, place) if numbering not in {"", "0"} else ((), False)
        styled = any(s.outline or _HEADING_STYLE.match(s.name) for s in lineage) or bool(
            _value(properties, "outlineLvl")
        )
        levels = [int(found.group()) for s in lineage if styled and (found := re.search(r"[1-6]$", s.name))]
        for line_place, line in enumerate(line for line in text.split("\n") if line.strip()):
            short = len(line) < 140 and not line.rstrip().endswith((".", ";", ",", ":"))
            self.blocks.append(
                Block(
                    text=line,
                    heading=styled or (short and (strong or loud(line))),
                    strong=strong,
                    level=levels[0] if levels else 0,
                    item=item,
                    ordinal=() if line_place else ordinal,
                )
            )

    def table(self, node: etree._Element) -> None:
        rows = Table()
        for row in node.findall(f"{_W}tr"):
            cells = row.findall(f"{_W}tc")
            texts = [
                tidy(" ".join(_runs(p)[0] for p in cell.iter(f"{_W}p")).replace("\n", " ")) for cell in cells
            ]
            long = any(len(list(cell.iter(f"{_W}p"))) > _CONTAINER for cell in cells)
            if long or len(cells) == 1:
                for cell in cells:
                    self.walk(cell)
                continue
            block = rows.row(texts, head=_on(row, "trPr/tblHeader"))
            if block:
                self.blocks.append(block)

    def walk(self, node: etree._Element) -> None:
        for child in node:
            if child.tag == f"{_W}p":
                self.paragraph(child)
            elif child.tag == f"{_W}tbl":
                self.table(child)
            elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"}:
                self.walk(child)


def _runs(node: etree._Element, *, styled: bool = False) -> tuple[str, bool]:
    """Return the text of a paragraph and whether all of it is bold."""
    pieces, bolds = [], []
    for run in node.iter(f"{_W}r"):
        text = "".join(
            {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}.get(
                str(child.tag), ""
            )
            if child.tag != f"{_W}t"
            else child.text or ""
            for child in run
        )
        pieces.append(text)
        if text.strip():
            bolds.append(_on(run.find(f"{_W}rPr"), "b") or styled)
    return "".join(pieces), bool(bolds) and all(bolds)


def blocks_of_docx(data: bytes) -> list[Block]:
    """Return the blocks of a DOCX file; raise Unreadable when it is another or a broken archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = _part(archive, "word/document.xml")
            lists = _levels(_part(archive, "word/numbering.xml"))
            styles = _styles(_part(archive, "word/styles.xml"))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        etree.XMLSyntaxError,
        RuntimeError,
        UnicodeError,
    ):
        raise Unreadable(
            "broken", "The file is damaged or protected: open it and save it again as DOCX."
        ) from None
    if body is None:
        raise Unreadable("not_docx", "The archive is not a Word document.")
    document = _Document(lists, styles)
    for child in body.iter(f"{_W}body"):
        document.walk(child)
    return document.blocks
