"""Files of many people, as the bulk registration reads them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

import django
from django.apps import apps

if not apps.ready:  # the fuzzer's own process; in the suite it was done before
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "derbes.settings")
    django.setup()

from derbes.flows.enrolment import sheet
from tests.fuzz.target import Target, must, unsaid

_COLUMNS = ("iin", "surname", "basis")


def _rows(data: bytes) -> None:
    """A file of people: every row is told once, and reading can go on behind each of them."""
    file = _place() / "people.csv"
    file.write_bytes(data)
    try:
        opened = sheet.open_sheet(file, known=_COLUMNS, key=bytes(32))
    except sheet.Unreadable as refused:
        unsaid(refused, data.decode(errors="replace"), shortest=24)
        return
    rows = list(opened.rows(reached=opened.start, number=2))
    ends = [opened.start, *(row.end for row in rows)]
    must(all(before < after for before, after in pairwise(ends)), "each row ends behind the one before")
    must(not data[ends[-1] :].strip(), "nothing is left unread")
    must(all(row.fault or len(row.cells) == len(opened.columns) for row in rows), "a row has its cells")
    for row in rows[:3]:
        again = list(opened.rows(reached=row.end, number=row.number + 1))
        must(
            [one.cells for one in again] == [one.cells for one in rows if one.end > row.end],
            "reading goes on",
        )


@cache
def _place() -> Path:
    return Path(tempfile.mkdtemp(prefix="derbes-fuzz-"))


def _people() -> Iterable[bytes]:
    return [
        b'iin,surname\n900101300007,X\n\n"9","a\n""b"\n',
        b'\xef\xbb\xbfiin;basis\r\n1;\xff\r\n2;"x\r\n3;4',
    ]


TARGETS = (Target("people", _rows, _people),)
