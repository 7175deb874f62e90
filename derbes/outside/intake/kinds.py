"""The three kinds of file, how each is known by its content, and the limits."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath

MIB = 1024 * 1024
BLANK = b"\xef\xbb\xbf\r\n\t \0"  # seen before the header of PDFs that real programs write


class Kind(StrEnum):
    """What a file is, by content."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"


MIMES = {Kind.PDF: "application/pdf", Kind.JPEG: "image/jpeg", Kind.PNG: "image/png"}
PICTURES = frozenset({Kind.JPEG, Kind.PNG})
CLAIMS = {
    ".pdf": frozenset({Kind.PDF}),
    ".jpg": PICTURES,  # phones and messengers mix the two up, and which of them it is harms nobody
    ".jpeg": PICTURES,
    ".png": PICTURES,
}


@dataclass(frozen=True)
class Limits:
    """How much is taken in, and how much the washing may use."""

    size: int = 10 * MIB  # bytes
    pages: int = 20
    pixels: int = 50_000_000  # of a picture, or of one picture within a PDF
    dpi: int = 200  # of the kept copy of a PDF page
    page_pixels: int = 8_000_000  # of the kept copy of a PDF page (A3 at 200 dpi); larger pages get fewer dpi
    preview: int = 640  # pixels of the longer side
    memory: int = 1024 * MIB  # bytes of address space of the washing process
    seconds: int = 20  # of the washing process


@dataclass(frozen=True)
class TakenIn:
    """A harmless copy: `data` is what may be kept, `preview` a small JPEG of its first page."""

    kind: Kind
    mime: str
    data: bytes = field(repr=False)
    pages: int
    preview: bytes = field(repr=False)


def by_content(data: bytes) -> Kind | None:
    """Say what the first bytes look like: PDF (ISO 32000), JPEG (ITU T.81), PNG (ISO 15948), or none."""
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data[:1024].lstrip(BLANK).startswith(b"%PDF-"):
        return Kind.PDF
    return None


def by_name(declared_name: str) -> frozenset[Kind] | None:
    """Say which kinds the name claims, or None when it claims nothing that we know."""
    return CLAIMS.get(PurePath(declared_name).suffix.lower())
