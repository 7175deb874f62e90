"""The reader of policy documents, on documents of our own that are as untidy as real ones are."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from derbes.law.reader import read
from tests.law.reader_score import DOCUMENTS, documents, f1, marked, numbers, proposals

SOURCE = Path(__file__).parents[3] / "shared" / "policy-source" / "idcollect.kk.md"
NUMBERS_BAR, PROPOSALS_BAR = 0.95, 0.85


@pytest.mark.parametrize(("path", "expected"), documents(), ids=lambda value: getattr(value, "name", ""))
def test_numbers_of_each_document_are_found(path: Path, expected: dict) -> None:
    reading = read(path.read_bytes(), path.name).as_json()
    assert f1(numbers(reading), expected["numbers"]) >= NUMBERS_BAR


def test_proposals_over_all_documents_pass_the_bar() -> None:
    found, wanted = [], []
    for path, expected in documents():
        reading = read(path.read_bytes(), path.name).as_json()
        found += [(path.name, *each) for each in proposals(reading)]
        wanted += [(path.name, *each) for each in marked(expected)]
    assert len(wanted) > 300
    assert f1(found, wanted) >= PROPOSALS_BAR


@pytest.mark.parametrize(("path", "expected"), documents(), ids=lambda value: getattr(value, "name", ""))
def test_no_single_document_is_read_badly(path: Path, expected: dict) -> None:
    reading = read(path.read_bytes(), path.name).as_json()
    assert f1(proposals(reading), marked(expected)) >= PROPOSALS_BAR


def test_documents_cover_three_languages_and_four_formats() -> None:
    names = [path.name for path, _ in documents()]
    assert len(names) >= 12
    assert {name.split(".")[1] for name in names} == {"kk", "ru", "en"}
    assert {Path(name).suffix for name in names} == {".md", ".html", ".docx", ".txt"}


def test_the_score_notices_a_missing_and_a_wrong_number() -> None:
    assert f1(["1", "1.1"], ["1", "1.1"]) == 1
    assert f1(["1", "1.1", "90"], ["1", "1.1"]) < 1
    assert f1(["1"], ["1", "1.1"]) < 1


@pytest.mark.skipif(not SOURCE.exists(), reason="the source document is not beside the project")
@pytest.mark.clause("6.7")
def test_the_source_policy_is_read_whole() -> None:
    reading = read(SOURCE.read_bytes(), SOURCE.name)
    found = [clause.number for clause in reading.clauses if clause.number]
    upto = {"1": 8, "2": 5, "2.2": 5, "2.3": 3, "3": 10, "3.5": 2, "3.6": 2, "4": 2, "5": 3, "6": 7}
    wanted = {str(chapter) for chapter in range(1, 7)}
    wanted |= {f"{above}.{n}" for above, most in upto.items() for n in range(1, most + 1)}
    assert sorted(found) == sorted(wanted)
    assert not any(clause.generated for clause in reading.clauses)
    assert [clause.number for clause in reading.clauses if clause.heading and clause.number] == list("123456")
    bullets = [clause.reference for clause in reading.clauses if clause.item and clause.number is None]
    assert bullets == ["3.2"] * 6 + ["5.1"] * 4 + ["5.2"] * 5


@pytest.mark.skipif(not SOURCE.exists(), reason="the source document is not beside the project")
@pytest.mark.clause("5.3")
def test_the_source_policy_gives_all_its_proposals() -> None:
    proposed = read(SOURCE.read_bytes(), SOURCE.name).as_json()["proposals"]
    by = {
        kind: {each["key"]: each["clause"] for each in proposed[kind]} for kind in proposed if kind != "terms"
    }
    visit = dict.fromkeys(("ip_address", "cookie", "browser", "access_time", "page_address"), "3.9")
    assert by["data"] == {
        "name": "2.3.1",
        "iin": "2.3.1",
        "email": "2.3.2",
        "phone": "2.3.3",
        "other": "5.2",
        **visit,
    }
    purposes = {
        "service": "2.2.1",
        "identification": "2.2.2",
        "communication": "2.2.3",
        "advertising": "2.2.4",
    }
    later = dict.fromkeys(("verification", "contract", "personalisation", "quality"), "3.2")
    assert by["purposes"] == {**purposes, "research": "2.2.5", **later}
    eleven = "collect record systematise accumulate store clarify use block delete depersonalise transfer"
    assert by["operations"] == dict.fromkeys(eleven.split(), "5.3")
    third = dict.fromkeys(("bank", "insurer", "mobile_operator", "data_aggregator"), "3.10")
    bodies = {"state_body": "3.5.1", "law_enforcement": "3.5.1", "unspecified_third_party": "3.6"}
    assert by["recipients"] == {**bodies, **third}
    assert proposed["terms"] == {
        "retention": {"years": 3, "from": "service_end", "clause": "5.3"},
        "claim_answer": {"working_days": 30, "clause": "6.2"},
        "change_in_force": "posting",
    }


def test_numbers_that_a_list_makes_are_marked() -> None:
    path = DOCUMENTS / "bank.kk.html"
    clauses = read(path.read_bytes(), path.name).clauses
    assert all(clause.generated for clause in clauses if clause.number)
    typed = read((DOCUMENTS / "shop.ru.md").read_bytes(), "shop.ru.md").clauses
    assert not any(clause.generated for clause in typed)


def test_a_usual_policy_is_read_in_less_than_a_second() -> None:
    path = DOCUMENTS / "cargo.ru.txt"
    started = time.perf_counter()
    read(path.read_bytes(), path.name)
    assert time.perf_counter() - started < 1
