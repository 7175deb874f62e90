"""One letter as a value: sender, subject, plain text, enclosures. What is in the bytes is not believed."""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.parser import BytesParser
from hashlib import sha256

import nh3

MIB = 1024 * 1024
_ADDRESS = re.compile(r"[^\s,;<>@\"()]{1,64}@[^\s,;<>@\"()]{1,190}\.[^\s,;<>@\"()]{2,63}")
_BLANK_LINES = re.compile(r"\n{3,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SILENT = frozenset({"script", "style", "title", "template"})
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "hr"})
_READ = frozenset(
    {
        "from",
        "subject",
        "message-id",
        "auto-submitted",
        "precedence",
        "return-path",
        "content-type",
        "content-disposition",
        "content-transfer-encoding",
    }
)
_LONGEST_HEADER = 2000  # signs; the standard parser takes minutes for long ones that are made to
_MOST_PARTS = 1000  # lines that could begin a part
_LONGEST_PAGE = 100_000  # signs of a letter's HTML
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}
)  # Python's own
_MARK = re.compile(r" ?<[^<>]*> ?")
_ROBOTS = frozenset({"mailer-daemon", "postmaster"})


class Unreadable(Exception):
    """A letter that cannot be taken in; `reason` is one of too_big, no_sender, automatic, damaged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Limits:
    """How much of a letter is taken in: bytes of the whole, characters of the text, enclosures, MIME parts."""

    size: int = 25 * MIB
    characters: int = 4000
    enclosures: int = 5
    parts: int = 60


@dataclass(frozen=True)
class Enclosed:
    """A file in a letter, unwashed; its name only helps to say what it claims to be."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """A letter from outside. `mark` is the same for the same letter; `cut`: its text was longer than is taken in.

    `came` is when the server received it, `left_out` how many enclosures were too many.
    """

    mark: str
    sender: str = field(repr=False)
    name: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    enclosed: tuple[Enclosed, ...] = field(repr=False)
    cut: bool = False
    left_out: int = 0
    came: datetime | None = None


def parse(raw: bytes, limits: Limits = Limits()) -> Letter:
    """Return what a letter says. Raises `Unreadable`; never anything else, whatever the bytes are."""
    if len(raw) > limits.size:
        raise Unreadable("too_big")
    if raw.count(b"\n--") > _MOST_PARTS:
        raise Unreadable("damaged")
    try:
        return _read(BytesParser(policy=policy.default).parsebytes(raw), raw, limits)
    except Unreadable:
        raise
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError):
        raise Unreadable("damaged") from None  # what the standard parser raises on what it does not foresee


def _read(message: EmailMessage, raw: bytes, limits: Limits) -> Letter:
    _refuse_endless(message)
    sender, name = _sender(message)
    _refuse_robots(message, sender)
    parts = _parts(message, limits)
    text, cut = _text(parts, limits)
    files = [part for part in parts if _is_file(part)]
    enclosed = tuple(_enclosed(part) for part in files[: limits.enclosures])
    return Letter(
        mark=_mark(message, raw),
        sender=sender,
        name=name,
        subject=_line(str(message.get("Subject", ""))),
        text=text,
        enclosed=tuple(one for one in enclosed if one.data),
        cut=cut,
        left_out=max(0, len(files) - limits.enclosures),
    )


def _refuse_endless(message: EmailMessage) -> None:
    """Leave out a letter with a header that no program of good will writes."""
    for part in message.walk():
        for name, value in part.raw_items():
            text = str(value)
            foreign = any(f"=?{charset}" in text.lower().replace("_", "-") for charset in _NO_CHARSETS)
            if name.lower() in _READ and (len(text) > _LONGEST_HEADER or foreign):
                raise Unreadable("damaged")


def _sender(message: EmailMessage) -> tuple[str, str]:
    """The one address that the letter says it is from; it proves nothing."""
    header = message.get("From")
    addresses = header.addresses if isinstance(header, AddressHeader) else ()
    found = addresses[0] if len(addresses) == 1 else None
    if found is None or not _ADDRESS.fullmatch(found.addr_spec) or _CONTROL.search(found.addr_spec):
        raise Unreadable("no_sender")
    return found.addr_spec, _line(found.display_name)


def _refuse_robots(message: EmailMessage, sender: str) -> None:
    """Leave out what machines send (RFC 3834 §2, RFC 3464): an answer to it would go round for ever."""
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    bulk = str(message.get("Precedence", "")).strip().lower() in {"bulk", "junk", "list"}
    bounce = str(message.get("Return-Path", "")).strip() == "<>"
    robot = sender.partition("@")[0].lower() in _ROBOTS
    if not submitted.startswith("no") or bulk or bounce or robot or "List-Id" in message:
        raise Unreadable("automatic")


def _parts(message: EmailMessage, limits: Limits) -> list[EmailMessage]:
    """The parts that hold something, the outermost letter's alone; a letter within is a file that is not taken in."""
    found: list[EmailMessage] = []
    for count, part in enumerate(_walk(message)):
        if count >= limits.parts:
            break
        found.append(part)
    return found


def _walk(message: EmailMessage) -> Iterator[EmailMessage]:
    if message.get_content_maintype() != "multipart":
        if isinstance(message, EmailMessage):
            yield message
        return
    for part in message.iter_parts():
        if isinstance(part, EmailMessage):
            yield from _walk(part)


def _is_file(part: EmailMessage) -> bool:
    kind = part.get_content_type()
    inline_text = kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment"
    return not inline_text and part.get_content_maintype() != "message"


def _enclosed(part: EmailMessage) -> Enclosed:
    data = part.get_payload(decode=True)
    return Enclosed(_line(part.get_filename() or "")[-100:], data if isinstance(data, bytes) else b"")


def _text(parts: list[EmailMessage], limits: Limits) -> tuple[str, bool]:
    said = [part for part in parts if not _is_file(part) and part.get_content_maintype() == "text"]
    plain = [_decoded(part) for part in said if part.get_content_subtype() == "plain"]
    whole = "\n\n".join(plain) if any(text.strip() for text in plain) else ""
    if not whole:
        whole = "\n\n".join(_without_marks(_decoded(part)) for part in said)
    lines = (" ".join(line.split(" ")).rstrip() for line in whole.replace("\r\n", "\n").split("\n"))
    text = _CONTROL.sub("", _BLANK_LINES.sub("\n\n", "\n".join(lines))).strip()
    return text[: limits.characters], len(text) > limits.characters


def _decoded(part: EmailMessage) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    for charset in (part.get_content_charset() or "utf-8", "utf-8", "cp1251"):
        try:
            if codecs.lookup(charset).name not in _NO_CHARSETS:
                return data.decode(charset)
        except (LookupError, UnicodeError):
            continue
    return data.decode("utf-8", errors="replace")


def _line(value: str) -> str:
    return _CONTROL.sub("", " ".join(value.split()))[:200]


def _mark(message: EmailMessage, raw: bytes) -> str:
    identifier = _line(str(message.get("Message-ID", "")))
    return f"id:{identifier}" if identifier else f"hash:{sha256(raw).hexdigest()}"


def _without_marks(page: str) -> str:
    """The words of a page, without what a browser would do with it."""
    tags = nh3.clean(page[:_LONGEST_PAGE], tags=set(_BREAKS), clean_content_tags=set(_SILENT), attributes={})
    return html.unescape(_MARK.sub("\n", " ".join(tags.split())))
