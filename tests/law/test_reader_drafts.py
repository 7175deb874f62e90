"""What the reader makes of a document: a draft in which each item waits for a person; of what is none, a refusal."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from derbes.law.reader import Unreadable, draft, read
from tests.law.reader_score import DOCUMENTS


def test_a_draft_waits_for_a_person_in_every_item() -> None:
    path = DOCUMENTS / "lender.ru.html"
    reading = read(path.read_bytes(), path.name)
    files = draft(reading)
    assert set(files) == {"policy.toml", "ru.md"}
    machine = tomllib.loads(files["policy.toml"])
    assert machine["draft"] is True
    items = [
        item
        for table in ("data", "purpose", "operation", "recipient", "term", "clause")
        for item in machine[table].values()
    ]
    assert items
    assert all(item["confirmed"] is False for item in items)
    assert machine["data"]["iin"]["clause"] == "2.1"
    assert machine["term"]["retention"]["years"] == 5
    anchors = re.findall(r"\{#([\d.]+)\}", files["ru.md"])
    assert anchors == [clause.number for clause in reading.clauses if clause.number]


def test_a_draft_keeps_the_anchor_of_a_doubled_number_apart() -> None:
    path = DOCUMENTS / "salon.kk.md"
    files = draft(read(path.read_bytes(), path.name))
    assert "{#1.2}" in files["kk.md"]
    assert "{#1.2-2}" in files["kk.md"]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"%PDF-1.7 ...", "policy.pdf", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "policy.doc", "doc"),
        (b"PK\x03\x04 not a zip", "policy.docx", "broken"),
        (b"\x01\x00\x02" * 10, "policy.txt", "binary"),
    ],
)
def test_what_is_no_document_is_refused_with_its_reason(data: bytes, name: str, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(data, name)
    assert refusal.value.code == code


def test_an_empty_document_proposes_nothing() -> None:
    reading = read(b"", "empty.md").as_json()
    assert reading["clauses"] == []
    assert reading["proposals"] == {
        "data": [],
        "purposes": [],
        "operations": [],
        "recipients": [],
        "terms": {},
    }


def test_reading_is_plain_json_and_the_same_every_time() -> None:
    path = DOCUMENTS / "shop.ru.md"
    first, second = (read(path.read_bytes(), path.name).as_json() for _ in range(2))
    assert first == second
    assert set(first) == {"clauses", "proposals"}
    assert set(first["clauses"][0]) == {"number", "heading", "generated", "text"}
    assert set(first["proposals"]) == {"data", "purposes", "operations", "recipients", "terms"}
    json.dumps(first)
    assert first["clauses"][3] == {
        "number": "1",
        "heading": True,
        "generated": False,
        "text": "Общие положения",
    }
    assert {"key": "name", "clause": "3.1.1"} in first["proposals"]["data"]


def test_a_document_without_words_is_drafted_in_kazakh_without_a_language() -> None:
    files = draft(read(b"", "empty.md"))
    assert set(files) == {"policy.toml", "kk.md"}
    assert tomllib.loads(files["policy.toml"])["language"] == ""
