"""A draft policy folder from a reading: everything proposed waits for a person.

`policy.toml` names each item with its clause and `confirmed = false`; nothing else is filled in, since a
document cannot say bases, roles or norms. The human half is the document's own text with an anchor a clause.
A folder whose items are not all confirmed is a draft and cannot be published.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from derbes.law.reader.fold import tidy
from derbes.law.reader.reading import Clause, Proposal, Reading

_TABLES = {"data": "data", "purposes": "purpose", "operations": "operation", "recipients": "recipient"}
_UNITS = {"years": 1, "months": 1, "days": 1, "working_days": 1}
_TERMS = {"retention": "retention", "claim_answer": "claim", "withdrawal_answer": "withdraw"}
_MARKUP = re.compile(r"([\\`*_\[\]<>#|{}])")
_HEAD = (
    "# A draft, read from a document. Every item below was proposed by a program and waits for a person:",
    "# read the clause it names, correct or delete the item, then set confirmed = true.",
    "# What a document cannot say is missing on purpose: bases, norms, roles, countries, labels.",
)


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are all valid there."""
    return json.dumps(tidy(text), ensure_ascii=False).replace("\x7f", "\\u007f")


def _clause_line(clause: str | None) -> str:
    return f"clause    = {_quoted(clause or '')}"


def _items(table: str, proposals: tuple[Proposal, ...]) -> Iterator[str]:
    for proposal in proposals:
        yield f"[{table}.{proposal.key}]"
        yield _clause_line(proposal.clause)
        yield "confirmed = false"
        yield ""


def _terms(terms: dict[str, Any]) -> Iterator[str]:
    for key, name in _TERMS.items():
        term = terms.get(key)
        if term is None:
            continue
        yield f"[term.{name}]"
        for unit in _UNITS:
            if unit in term:
                yield f"{unit} = {term[unit]}"
        if "from" in term:
            yield f"since = {_quoted(term['from'])}"
        yield _clause_line(term["clause"])
        yield "confirmed = false"
        yield ""
    change = terms.get("change_in_force")
    if change is not None:
        yield "[term.change_in_force]"
        if change == "posting":
            yield 'at = "posting"'
        else:
            yield from (f"{unit} = {amount}" for unit, amount in change.items())
        yield "confirmed = false"
        yield ""


def anchors(clauses: tuple[Clause, ...]) -> list[str]:
    """Return one anchor a numbered clause, empty for the rest; a doubled number gets a letter behind it."""
    seen: dict[str, int] = {}
    result = []
    for clause in clauses:
        number = clause.number if clause.number and clause.reference == clause.number else None
        if number is None:
            result.append("")
            continue
        seen[number] = seen.get(number, 0) + 1
        result.append(number if seen[number] == 1 else f"{number}-{seen[number]}")
    return result


def _machine_half(reading: Reading) -> str:
    lines = [
        *_HEAD,
        "draft    = true",
        f"language = {_quoted(reading.languages[0] if reading.languages else '')}",
    ]
    lines += [f"title    = {_quoted(reading.title)}", ""]
    for kind, table in _TABLES.items():
        lines += _items(table, getattr(reading, kind))
    lines += _terms(reading.terms)
    for anchor, clause in zip(anchors(reading.clauses), reading.clauses, strict=True):
        if anchor:
            lines += [
                f"[clause.{_quoted(anchor)}]",
                f"generated = {str(clause.generated).lower()}",
                "confirmed = false",
                "",
            ]
    return "\n".join(lines)


def _human_half(reading: Reading) -> str:
    lines: list[str] = []
    for anchor, clause in zip(anchors(reading.clauses), reading.clauses, strict=True):
        text = _MARKUP.sub(r"\\\1", tidy(clause.text))
        if clause.heading:
            level = "##" if anchor or lines else "#"
            lines.append(f"{level} {anchor}. {text} {{#{anchor}}}" if anchor else f"{level} {text}")
        elif anchor:
            lines.append(f"{anchor}. {{#{anchor}}} {text}")
        elif clause.item:
            lines.append(f"- {clause.number + '. ' if clause.number else ''}{text}")
        else:
            lines.append(text)
        lines.append("")
    return "\n".join(lines)


def draft(reading: Reading) -> dict[str, str]:
    """Return the files of a draft policy folder by name: policy.toml and the text in the language read."""
    language = reading.languages[0] if reading.languages else "kk"
    return {"policy.toml": _machine_half(reading), f"{language}.md": _human_half(reading)}
