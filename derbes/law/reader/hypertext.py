"""HTML to blocks: what a reader of the page sees as the document, without menus, footers and banners.

Lists keep the number that an `<ol>` shows (`start`, `value`, nesting); a number in a table cell of its own
goes before the rest of its row; a cell that holds a whole document is a container, not a cell.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, Doctype, NavigableString, PageElement

from derbes.law.reader.blocks import Block, loud
from derbes.law.reader.fold import tidy
from derbes.law.reader.reading import Unreadable
from derbes.law.reader.tabular import NUMBER_ONLY, Table


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))


_DROPPED = _words(
    "script style nav footer aside noscript template svg iframe button select input textarea dialog option label "
    "object canvas video audio head title meta link picture img map"
)
_FURNITURE = _words(
    "nav menu navbar navigation topbar footer sidebar breadcrumb breadcrumbs popup modal social socials share "
    "subscribe widget pagination offcanvas toc"
)
_BANNER = re.compile(
    r"cookie[-_]?(?:banner|consent|notice|bar|popup|alert|modal|law)|gdpr|skip-link|screen-reader"
)
_BLOCKY = _words(
    "address article blockquote body center dd details div dl dt fieldset figure form h1 h2 h3 h4 h5 h6 header hr "
    "html li main ol p pre section summary table tbody td tfoot th thead tr ul figcaption caption"
)
_DEEPEST = 7
_HEADINGS = _words("h1 h2 h3 h4 h5 h6 summary dt caption")
_BOLD = _words("b strong")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CLAUSE = re.compile(r"(?:^|\s)\d{1,2}\.(?:\d|\s)")
_WHOLE = re.compile("[0-9]{1,6}")
_DEEPEST_NESTING = 100
_LARGE_HIDDEN = 0.15
_LARGEST_FURNITURE = 0.4
_LONG_CELL = 900
_MENU_LINKS = 3


def _length(tag: Tag) -> int:
    return len(tag.get_text(" ", strip=True))


def _names(tag: Tag) -> set[str]:
    classes = tag.get("class")
    parts = [*classes] if isinstance(classes, list) else [str(classes or "")]
    parts.append(str(tag.get("id") or ""))
    return {word for part in parts for word in re.split(r"[-_\s]+|(?<=[a-z])(?=[A-Z])", part) if word}


def _is_menu(tag: Tag) -> bool:
    """A list whose every word is a short link."""
    links = tag.find_all("a")
    if tag.name not in {"ul", "ol", "div", "p"} or len(links) < _MENU_LINKS:
        return False
    linked = sum(_length(link) for link in links)
    total = max(_length(tag), 1)
    return linked / total > 0.85 and linked / len(links) < 60


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style") or "").replace(" ", "").lower()
    return tag.has_attr("hidden") or "display:none" in style


def _is_furniture(tag: Tag) -> bool:
    if tag.name in _DROPPED or tag.get("role") in {"navigation", "dialog", "banner"}:
        return True
    if tag.name == "header":
        return tag.find_parent(["main", "article"]) is None and tag.find("h1") is None
    lowered = {name.lower() for name in _names(tag)}
    marks = " ".join(str(tag.get(key) or "") for key in ("class", "id")).lower()
    return bool(lowered & _FURNITURE) or bool(_BANNER.search(marks)) or _is_menu(tag)


def _unhidden(root: Tag, total: int) -> None:
    """Drop what a page hides: another language, a form's answers; but keep the folded parts of an accordion."""
    for tag in [tag for tag in root.select("[hidden], [style]") if _is_hidden(tag)]:
        size = 0.0 if tag.decomposed else _length(tag) / total
        folded = size < _LARGE_HIDDEN and _CLAUSE.search(tag.get_text(" "))
        if not tag.decomposed and size < _LARGEST_FURNITURE and not folded:
            tag.decompose()


def _cleaned(root: Tag) -> None:
    total = max(_length(root), 1)
    for note in root.find_all(string=lambda text: isinstance(text, (Comment, Doctype))):
        note.extract()
    for tag in root.find_all(_DROPPED - {"label", "aside", "footer", "nav", "dialog"}):
        tag.decompose()
    _unhidden(root, total)
    for tag in root.select("*"):
        removable = not tag.decomposed and tag.name not in {"html", "body"} and _is_furniture(tag)
        if removable and _length(tag) / total < _LARGEST_FURNITURE:
            tag.decompose()


def _main(soup: BeautifulSoup) -> Tag:
    """The element that holds the document: main or article when it has most of the text."""
    body = soup.body or soup
    total = max(_length(body), 1)
    candidates = [tag for tag in body.find_all(["main", "article"]) if _length(tag) / total > 0.6]
    return candidates[0] if candidates else body


class _Page:
    """Walks the tree and collects blocks; inline text gathers in `line` until a block ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.line: list[tuple[str, bool, bool]] = []
        self.counters: list[int] = []
        self.pending: tuple[int, ...] = ()
        self.items = 0
        self.level = 0

    def close(self) -> None:
        text = tidy("".join(piece for piece, _, _ in self.line).replace("\n", " "))
        solid = [entry for entry in self.line if entry[0].strip()]
        self.line = []
        if not text:
            return
        strong = bool(solid) and all(bold for _, bold, _ in solid)
        linked = bool(solid) and all(link for _, _, link in solid)
        short = len(text) < 140 and not text.endswith((".", ";", ",", ":")) and (strong or loud(text))
        self.blocks.append(
            Block(
                text=text,
                heading=bool(self.level) or short,
                level=self.level,
                strong=strong,
                item=bool(self.items),
                linked=linked,
                ordinal=self.pending,
            )
        )
        self.pending = ()

    def inline(self, text: str, *, bold: bool, link: bool) -> None:
        self.line.append((text, bold, link))

    def walk(self, node: PageElement, *, bold: bool = False, link: bool = False) -> None:
        if isinstance(node, NavigableString):
            self.inline(str(node), bold=bold, link=link)
        elif isinstance(node, Tag):
            self.tag(
                node, bold=bold or node.name in _BOLD or _styled_bold(node), link=link or node.name == "a"
            )

    def children(self, tag: Tag, *, bold: bool = False, link: bool = False) -> None:
        for child in tag.children:
            self.walk(child, bold=bold, link=link)

    def tag(self, tag: Tag, *, bold: bool, link: bool) -> None:
        if tag.name == "br":
            self.close()
        elif tag.name == "table":
            self.close()
            self.table(tag)
        elif tag.name in {"ol", "ul", "menu"}:
            self.close()
            self.enumeration(tag)
        elif tag.name in _HEADINGS:
            self.close()
            outer, self.level = self.level, _level(tag.name)
            self.children(tag, bold=True)
            self.close()
            self.level = outer
        elif tag.name in _BLOCKY:
            self.close()
            self.children(tag, bold=bold, link=link)
            self.close()
        else:
            self.children(tag, bold=bold, link=link)

    def enumeration(self, tag: Tag) -> None:
        """A list: an `<ol>` that shows decimal numbers gives its items ordinals, hierarchically."""
        numbered = tag.name == "ol" and tag.get("type") in {None, "1"} and "none" not in str(tag.get("style"))
        index = _whole(tag.get("start"), 1)
        depth = self.counters
        for child in tag.children:
            if not isinstance(child, Tag) or child.name != "li":
                self.walk(child)
                continue
            index = _whole(child.get("value"), index)
            self.counters = [*depth, index] if numbered else depth
            self.pending = tuple(self.counters) if numbered else ()
            self.items += 1
            self.children(child)
            self.close()
            self.items -= 1
            self.pending = ()
            index += 1
        self.counters = depth

    def table(self, tag: Tag) -> None:
        rows = Table()
        for row in tag.find_all("tr"):
            if row.find_parent("table") is not tag:
                continue
            cells = list(row.find_all(["td", "th"], recursive=False))
            if any(_is_container(cell) for cell in cells) or len(cells) == 1:
                self.spread(cells)
                continue
            texts = [tidy(cell.get_text(" ", strip=True).replace("\n", " ")) for cell in cells]
            block = rows.row(texts, head=bool(cells) and all(cell.name == "th" for cell in cells))
            if block:
                self.blocks.append(block)

    def spread(self, cells: list[Tag]) -> None:
        """Cells that hold paragraphs are read as such; a lone number before them joins the first."""
        number = ""
        for cell in cells:
            text = tidy(cell.get_text(" ", strip=True))
            if NUMBER_ONLY.match(text):
                number = text
                continue
            self.close()
            if number:
                self.inline(f"{number} ", bold=False, link=False)
                number = ""
            self.children(cell)
            self.close()


def _level(name: str) -> int:
    """How deep a heading stands: h1 to h6 by their digit, headings of lists and folds below them all."""
    return int(name[1]) if name[1].isdigit() else _DEEPEST


def _whole(value: object, otherwise: int) -> int:
    text = str(value or "")
    return int(text) if _WHOLE.fullmatch(text) else otherwise


def _styled_bold(tag: Tag) -> bool:
    return bool(re.search(r"font-weight:\s*(?:bold|[6-9]00)", str(tag.get("style") or "")))


def _is_container(cell: Tag) -> bool:
    return _length(cell) > _LONG_CELL or len(cell.find_all(["p", "li", "h1", "h2", "h3", "table"])) > 5


def _depth(soup: BeautifulSoup) -> int:
    depths = {id(soup): 0}
    for node in soup.descendants:
        if isinstance(node, Tag):
            depths[id(node)] = depths[id(node.parent)] + 1
    return max(depths.values())


def blocks_of_html(text: str) -> list[Block]:
    """Return the blocks of an HTML page; raise Unreadable when it nests without end."""
    soup = BeautifulSoup(_DECLARATION.sub("", text), "lxml")
    if _depth(soup) > _DEEPEST_NESTING:
        raise Unreadable("too_deep", "The page holds too many parts within parts: save it as text.")
    _cleaned(soup)
    page = _Page()
    page.walk(_main(soup))
    page.close()
    return page.blocks
