"""From bytes and a file name to blocks: the format is told by the content first, then by the name.

Always: bytes that are no text, HTML or DOCX raise `Unreadable`; nothing is fetched, nothing is run; what is
handed on has no line, word or run of one sign so long that looking for clauses in it would take more than seconds.
"""

from __future__ import annotations

import codecs
import re

from derbes.law.reader.blocks import Block, settled
from derbes.law.reader.fold import bounded
from derbes.law.reader.hypertext import blocks_of_html
from derbes.law.reader.lines import blocks_of_lines
from derbes.law.reader.reading import Unreadable
from derbes.law.reader.wordfile import blocks_of_docx

_TAGS = re.compile(r"<(?:!doctype\s+html|html|body|div|table|p|ol|ul|h[1-6])\b", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_KNOWN_BINARY = {
    b"%PDF": "pdf",
    b"\xd0\xcf\x11\xe0": "doc",
    b"{\\rtf": "rtf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
}
# A page may name any codec of Python, and some of those take hours.
_CHARSETS = frozenset(
    {
        "ascii",
        "utf-8",
        "utf-7",
        "utf-16",
        "cp1251",
        "cp1252",
        "cp866",
        "koi8-r",
        "koi8-u",
        "kz1048",
        "ptcp154",
        "iso8859-1",
        "iso8859-5",
        "mac-cyrillic",
    }
)
MOST_BYTES = 20_000_000
MOST_TEXT = 4_000_000


def text_of(data: bytes) -> str:
    """Decode: a byte order mark, then UTF-8, then the charset a page names, then Windows-1251."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        named = _CHARSET.search(data[:4096])
    try:
        charset = codecs.lookup(named.group(1).decode("ascii")).name if named else "cp1251"
        return data.decode(charset if charset in _CHARSETS else "cp1251")
    except (LookupError, UnicodeError):
        return data.decode("cp1251", errors="replace")


def blocks_of(data: bytes, filename: str) -> list[Block]:
    """Return the blocks of a document; raise Unreadable with a code when it is none."""
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large", f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    if data.startswith(b"PK"):
        return settled(blocks_of_docx(data))
    for start, kind in _KNOWN_BINARY.items():
        if data.startswith(start):
            raise Unreadable(kind, f"It is a {kind} file: save it as DOCX, HTML, Markdown or text.")
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("binary", "The file is not a text document.")
    if len(data) > MOST_TEXT:
        raise Unreadable("too_large", f"The text is larger than {MOST_TEXT // 1_000_000} MB.")
    text = bounded(text_of(data))
    suffix = filename.rpartition(".")[2].lower()
    if suffix in {"html", "htm", "xhtml"} or (
        suffix not in {"md", "markdown"} and len(_TAGS.findall(text)) > 4
    ):
        return settled(blocks_of_html(text))
    return settled(blocks_of_lines(text, soft=suffix in {"md", "markdown"}))
