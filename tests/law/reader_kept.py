"""What is read of our documents, to the last letter: `python -m tests.law.reader_kept` writes it down anew.

How good a reading is, reader_score says. Here a change of the reader shows all that it changes, for a person to
look at before it is kept: the clauses line by line, what is proposed, and of some documents the draft. Beside the
documents that a person has marked there are odd ones, of many unusual forms, which nobody need read well.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from derbes.law.reader import Clause, Reading, draft, read
from tests.law.reader_score import DOCUMENTS, KINDS, documents

KEPT = DOCUMENTS / "read"
ODD = DOCUMENTS / "odd"
DRAFTED = ("lender.ru.html", "salon.kk.md", "page.en.html", "short.ru.md", "wrapped.ru.txt")


def everything() -> list[Path]:
    """All documents: a folder is what is in a DOCX."""
    return [*(path for path, _ in documents()), *sorted(ODD.iterdir())]


def _bytes(path: Path) -> bytes:
    if path.is_file():
        return path.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in sorted(path.iterdir()):
            archive.write(part, f"word/{part.name}")
    return packed.getvalue()


def told(path: Path) -> str:
    """Return what is read of a document, as lines."""
    reading = read(_bytes(path), path.name)
    lines = [f"languages: {' '.join(reading.languages)}", f"title: {reading.title}", "", "clauses:"]
    lines += [_clause(place, clause) for place, clause in enumerate(reading.clauses)]
    lines += ["", "proposals:", *_proposals(reading)]
    if path.name in DRAFTED:
        for name, text in draft(reading).items():
            lines += ["", f"draft of {name}:", text]
    return "\n".join(lines) + "\n"


def _clause(place: int, clause: Clause) -> str:
    kind = "".join(
        letter
        for letter, so in zip("hgi", (clause.heading, clause.generated, clause.item), strict=True)
        if so
    )
    where = f"{place} {clause.number or '-'} {kind or '-'} under {clause.parent} as {clause.reference}"
    cells = f" {json.dumps(clause.cells, ensure_ascii=False)}" if clause.cells else ""
    return f"{where}: {clause.text}{cells}"


def _proposals(reading: Reading) -> list[str]:
    lines = [f"{kind} {one.key} {one.clause}" for kind in KINDS for one in getattr(reading, kind)]
    terms = reading.terms.items()
    return lines + [f"terms {key} {json.dumps(value, ensure_ascii=False)}" for key, value in terms]


def main() -> None:
    """Write down what is read now."""
    KEPT.mkdir(exist_ok=True)
    for path in everything():
        (KEPT / f"{path.name}.txt").write_text(told(path), encoding="utf-8")


if __name__ == "__main__":
    main()
