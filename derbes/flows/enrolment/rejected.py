"""The list of rows that were not taken, beside the file that they came from: for the clerk who corrects them.

What always holds: it is readable by its owner alone; it lies on the disk before the rows are counted as done, and
what lies beyond them, of a run that was killed, is cut off by the next.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from derbes.flows.enrolment.rules import PASSED_OVER, Unfit
from derbes.flows.enrolment.sheet import BOM, Row, Sheet


class Rejected:
    """The list beside `sheet`, `listed` bytes long."""

    def __init__(self, sheet: Sheet, *, listed: int, say: Callable[[Unfit], str]) -> None:
        self.path = place_of(sheet.path)
        self.listed = listed
        self._sheet, self._say = sheet, say
        if self.path.exists():
            os.truncate(self.path, listed)

    def add(self, rows: list[tuple[Row, Unfit]]) -> int:
        """Write these rows, with what is wrong with them; return how long the list is then, in bytes."""
        if not rows:
            return self.listed
        text = self._header() if not self.listed else b""
        text += _lines(
            [[str(row.number), self._say(why), *self._cells(row)] for row, why in rows], self._sheet
        )
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            os.write(file, text)
            os.fsync(file)
        finally:
            os.close(file)
        self.listed += len(text)
        return self.listed

    def _header(self) -> bytes:
        names = [name for name in self._sheet.columns if name not in PASSED_OVER]
        return (BOM if self._sheet.marked else b"") + _lines([[*PASSED_OVER, *names]], self._sheet)

    def _cells(self, row: Row) -> list[str]:
        """As they stood, but for the number and reason that an earlier list gave them."""
        if row.fault:
            return row.cells
        return [
            cell for name, cell in zip(self._sheet.columns, row.cells, strict=True) if name not in PASSED_OVER
        ]


def place_of(path: Path) -> Path:
    """Return where the list of the rows of `path` is that were not taken."""
    return path.with_name(f"{path.stem}.rejected.csv")


def _lines(rows: list[list[str]], sheet: Sheet) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=sheet.delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(errors="surrogateescape")


def counted(reasons: Mapping[str, int], wrong: Mapping[int, Unfit]) -> dict[str, int]:
    """Return how many rows were not taken for which reason, the first of each row's."""
    found = dict(reasons)
    for why in wrong.values():
        code = why.mistakes[0].code
        found[code] = found.get(code, 0) + 1
    return found
