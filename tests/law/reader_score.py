"""How well a reading agrees with what a person marked: F1 over clause numbers and over proposals.

Numbers are compared as bags (a number that stands twice counts twice); proposals as (kind, key, clause); terms
as (key, value). A document without numbers gives no numbers to compare.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

KINDS = ("data", "purposes", "operations", "recipients")
DOCUMENTS = Path(__file__).parent / "documents"


def f1(found: Iterable[Any], wanted: Iterable[Any]) -> float:
    found, wanted = Counter(found), Counter(wanted)
    if not found and not wanted:
        return 1.0
    return 2 * sum((found & wanted).values()) / (sum(found.values()) + sum(wanted.values()))


def numbers(reading: dict[str, Any]) -> list[str]:
    return [clause["number"] for clause in reading["clauses"] if clause["number"]]


def proposals(reading: dict[str, Any], *, clauses: bool = True) -> list[tuple[str, ...]]:
    proposed = reading["proposals"]
    pairs = [
        (kind, each["key"], each["clause"] if clauses else "") for kind in KINDS for each in proposed[kind]
    ]
    return pairs + _terms(proposed["terms"], clauses=clauses)


def marked(expected: dict[str, Any], *, clauses: bool = True) -> list[tuple[str, ...]]:
    pairs = [
        (kind, key, clause if clauses else "") for kind in KINDS for key, clause in expected[kind].items()
    ]
    return pairs + _terms(expected["terms"], clauses=clauses)


def _terms(terms: dict[str, Any], *, clauses: bool) -> list[tuple[str, ...]]:
    found = []
    for key, value in terms.items():
        shown = (
            {k: v for k, v in value.items() if clauses or k != "clause"} if isinstance(value, dict) else value
        )
        found.append(("terms", key, json.dumps(shown, sort_keys=True)))
    return found


def documents() -> list[tuple[Path, dict[str, Any]]]:
    """Every document of ours with what a person marked in it."""
    paths = [path for path in sorted(DOCUMENTS.iterdir()) if path.is_file() and path.suffix != ".json"]
    return [(path, json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))) for path in paths]
