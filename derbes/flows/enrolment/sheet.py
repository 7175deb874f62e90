"""A file of rows, read one after another without ever holding more than a row: UTF-8, comma or semicolon, one line
of column names.

What always holds: every row is told with the offset at which the next one begins, so that reading can go on there;
a row that cannot be read is told as such, and costs no other row.
"""

from __future__ import annotations

import csv
import hmac
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

BOM = b"\xef\xbb\xbf"
LONGEST = 64 * 1024  # bytes of a row
_PIECE = 1 << 20
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Unreadable(Exception):
    """The file as a whole cannot be taken: `code` says why, `params` fill the sentence. Nothing of its content is in it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(slots=True, eq=False)
class Row:
    """One row: its number as spreadsheets count, its cells, the offset of the next, and why it cannot be read."""

    number: int
    cells: list[str] = field(repr=False)
    end: int
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file whose first line was read: its columns, where the rows begin, and what identifies its content."""

    path: Path
    columns: tuple[str, ...]
    delimiter: str
    marked: bool  # by a byte order mark
    start: int
    size: int
    digest: str
    seen: tuple[int, int, int]

    def rows(self, *, reached: int, number: int) -> Iterator[Row]:
        """Give the rows from the offset `reached` on, of which the first has the `number`."""
        with self.path.open("rb") as file:
            file.seek(reached)
            yield from _rows(file, self.delimiter, len(self.columns), reached, number)

    def changed(self) -> bool:
        """Whether the file is not what it was when it was opened."""
        return _stat(self.path) != self.seen


def open_sheet(path: Path, *, known: Collection[str], key: bytes) -> Sheet:
    """Read the first line of a file and its digest under `key`; `known` are the columns that there may be.

    Raises `Unreadable`, `OSError`.
    """
    seen = _stat(path)
    with path.open("rb") as file:
        line = file.readline(LONGEST)
        head = line.removeprefix(BOM)
        columns, delimiter = _header(head, known)
        file.seek(0)
        digest = hmac.new(key, digestmod="sha256")
        while piece := file.read(_PIECE):
            digest.update(piece)
    return Sheet(path, columns, delimiter, head != line, len(line), seen[0], digest.hexdigest(), seen)


def _stat(path: Path) -> tuple[int, int, int]:
    stat = os.stat(path)  # noqa: PTH116
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _header(line: bytes, known: Collection[str]) -> tuple[tuple[str, ...], str]:
    """The names of the columns and what stands between them. No name that is not known is ever repeated."""
    try:
        text = line.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise Unreadable("not_utf8") from None
    delimiter = max(",;\t", key=text.count)
    names = tuple(name.strip().strip('"').strip().lower() for name in text.split(delimiter))
    if not text.strip():
        raise Unreadable("no_header")
    for place, name in enumerate(names, 1):
        if name not in known:
            raise Unreadable("column_unknown", place=place, known=", ".join(known))
        if name in names[: place - 1]:
            raise Unreadable("column_twice", place=place, name=name)
    return names, delimiter


def _rows(file: BinaryIO, delimiter: str, width: int, end: int, number: int) -> Iterator[Row]:
    while line := file.readline(LONGEST):
        if len(line) == LONGEST and not line.endswith(b"\n"):
            end = _skip(file, end + len(line))
            yield Row(number, [], end, "row_long")
        elif line.isspace():
            end += len(line)
        else:
            row = _row(file, line, delimiter, width, end, number)
            end = row.end
            yield row
        number += 1


def _row(file: BinaryIO, line: bytes, delimiter: str, width: int, start: int, number: int) -> Row:
    end = start + len(line)
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return Row(number, _split(line, delimiter), end, "not_utf8")
    if '"' in text:
        return _quoted(file, line, delimiter, width, start, number)
    cells = text.rstrip("\r\n").split(delimiter)
    if len(cells) != width:
        return Row(number, cells, end, "cells")
    return Row(number, cells, end, "control" if _CONTROL.search(text) else "")


def _quoted(file: BinaryIO, line: bytes, delimiter: str, width: int, start: int, number: int) -> Row:
    """A row with quotes may go over several lines. One that makes no sense ends with its first line."""
    whole = line
    while whole.count(b'"') % 2 and len(whole) < LONGEST and (more := file.readline(LONGEST)):
        whole += more
    cells = _parsed(whole, delimiter)
    if cells is not None and len(cells) == width:
        control = _CONTROL.search(" ".join(cells))
        return Row(number, cells, start + len(whole), "control" if control else "")
    end = start + len(line)
    file.seek(end)
    return Row(number, _split(line, delimiter), end, "quotes" if cells is None else "cells")


def _parsed(whole: bytes, delimiter: str) -> list[str] | None:
    try:
        found = list(csv.reader([whole.decode()], delimiter=delimiter, strict=True))
    except (csv.Error, UnicodeDecodeError):
        return None
    return found[0] if len(found) == 1 else None


def _split(line: bytes, delimiter: str) -> list[str]:
    """The cells of what cannot be read rightly, byte for byte when they are written again."""
    return line.decode(errors="surrogateescape").rstrip("\r\n").split(delimiter)


def _skip(file: BinaryIO, end: int) -> int:
    while piece := file.readline(LONGEST):
        end += len(piece)
        if piece.endswith(b"\n"):
            break
    return end


def params_of(row: Row, width: int) -> Mapping[str, object]:
    """What fills the sentence on a row that cannot be read."""
    return {"cells": {"have": len(row.cells), "want": width}}.get(row.fault, {})
