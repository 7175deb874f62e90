"""What is held on a person is packed: files, a manifest with the hash of each, one signature over it.

What always holds: each file is made of an explicit list of fields; a file that the manifest does not name, or that
is not as it says, is found by verify/derbes_verify.py.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from derbes.crypto import canonical
from derbes.flows import papers
from derbes.flows.holdings import Concern, Held, Scan, Value
from derbes.law.moments import stamp
from derbes.law.policy import Purpose

#: Spreadsheets take a cell that begins with one of these for a formula.
_FORMULA = ("=", "-", "@", "\t", "\r")
_PACKED = (".jpg", ".png", ".pdf")


@dataclass(frozen=True, slots=True)
class Export:
    """The archive, and the name to save it under."""

    name: str
    data: bytes = field(repr=False)


def pack(held: Held, paper: bytes | None) -> Export:
    """Return the archive of what is held; `paper` is the same as PDF, when one could be made."""
    files = {
        "data.json": _json(_data(held)),
        "data.csv": _table(_VALUES, _value_rows(held)),
        "consents.csv": _table(_WORDS, _word_rows(held)),
        "history.json": canonical.dumps(held.history),
        **{f"receipts/{one}.json": canonical.dumps(receipt) for one, receipt in held.receipts.items()},
        **{scan.file: scan.data for scan in held.scans},
        **({"data.pdf": paper} if paper else {}),
    }
    files["manifest.json"] = canonical.dumps(papers.sign(_manifest(held, files)))
    return Export(f"export-{held.made:%Y-%m-%d}.zip", _zip(files, held.made))


def _manifest(held: Held, files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "type": "export",
        "v": 1,
        "subject": str(held.row.subject),
        "made": stamp(held.made),
        "language": held.language,
        "edition": held.policy.edition,
        "files": [
            {"name": name, "size": len(data), "sha256": sha256(data).hexdigest()}
            for name, data in sorted(files.items())
        ],
    }


def _zip(files: Mapping[str, bytes], made: datetime) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in sorted(files.items()):
            told = zipfile.ZipInfo(name, made.timetuple()[:6])
            packed = name.endswith(_PACKED)
            told.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(told, data)
    return out.getvalue()


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _data(held: Held) -> dict[str, Any]:
    row = held.row
    return {
        "subject": str(row.subject),
        "made": stamp(held.made),
        "language": held.language,
        "edition": held.policy.edition,
        "operator": _operator(held),
        "registration": {
            "state": row.state,
            "opened": stamp(row.opened_at),
            "language": row.language,
            "represented": row.represented,
            "blocked": _stamped(row.blocked_at),
        },
        "values": [_value(each, held.language) for each in held.values],
        "scans": [_scan(each, held.language) for each in held.scans],
        "agreed": [{"purpose": purpose, "act": act or None} for purpose, act in sorted(held.agreed)],
        "words": [dict(zip(_WORDS, each, strict=True)) for each in _word_rows(held)],
        "matters": [_matter(each) for each in held.matters],
        **held.course,
        "signed_in": [{"way": each.way, "since": stamp(each.at)} for each in held.sign_ins],
        "passkeys": [
            {"kind": each.kind, "added": stamp(each.added_at), "used": _stamped(each.used_at)}
            for each in held.passkeys
        ],
    }


def _operator(held: Held) -> dict[str, str]:
    operator = held.policy.operator
    return {
        "name": operator.name[held.language],
        "bin": operator.bin,
        "email": operator.email,
        "phone": operator.phone,
    }


def _value(value: Value, language: str) -> dict[str, Any]:
    return {
        "field": value.name,
        "label": value.label,
        "value": value.value,
        "clause": value.clause,
        "purposes": [_purpose(each, language) for each in value.purposes],
        "since": _stamped(value.since),
        "waits": value.waits,
    }


def _scan(scan: Scan, language: str) -> dict[str, Any]:
    return {
        "field": scan.kind,
        "label": scan.label,
        "file": scan.file,
        "type": scan.row.mime,
        "size": scan.row.size,
        "pages": scan.row.pages,
        "purposes": [_purpose(each, language) for each in scan.purposes],
        "since": stamp(scan.row.at),
    }


def _purpose(purpose: Purpose, language: str) -> dict[str, str]:
    return {"purpose": purpose.key, "label": purpose.label[language], "clause": purpose.clause}


def _matter(each: Concern) -> dict[str, Any]:
    return {
        "number": each.number,
        "kind": each.kind,
        "stage": each.stage,
        "outcome": each.outcome or None,
        "reason": each.reason or None,
        "fields": list(each.fields),
        "opened": stamp(each.opened_at),
        "due": each.due.isoformat() if each.due else None,
        "closed": _stamped(each.closed_at),
    }


_VALUES = ("field", "label", "value", "purposes", "clause", "since")
_WORDS = ("at", "word", "purpose", "act", "edition", "language", "channel", "receipt", "ended")


def _value_rows(held: Held) -> Iterable[Sequence[str]]:
    for value in held.values:
        purposes = "; ".join(f"{each.label[held.language]} ({each.clause})" for each in value.purposes)
        since = stamp(value.since) if value.since else ""
        yield value.name, value.label, value.value, purposes, value.clause, since


def _word_rows(held: Held) -> Iterable[Sequence[str]]:
    for occasion, rows in held.occasions.items():
        for row in rows:
            receipt = f"receipts/{occasion}.json"
            yield (
                stamp(row.at),
                row.word,
                row.purpose,
                row.act,
                row.edition,
                row.language,
                row.channel,
                receipt,
                stamp(held.ended[row.id]) if row.id in held.ended else "",
            )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table that spreadsheets read as it is: with the mark of UTF-8, and no cell that is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _stamped(at: datetime | None) -> str | None:
    return stamp(at) if at else None
