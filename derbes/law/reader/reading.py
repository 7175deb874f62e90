"""What the reader says about a document: its clauses, and what it proposes for the machine half.

Values only. A `Reading` always keeps the order of the document; a key stands at most once in each list of
proposals, with the clause that speaks for it best. Nothing here is law until a person has confirmed it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class Unreadable(ValueError):
    """The bytes are not a document this reader knows; `code` says why, for the face to translate."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Clause:
    """One paragraph, list item or heading of the document, in its order.

    `number` is what stands in the text, without its last dot; `generated` says that a list made it.
    `parent` is the place of the clause that leads to this one; `reference` the number to cite it by.
    """

    number: str | None
    heading: bool
    generated: bool
    text: str
    parent: int | None = None
    reference: str | None = None
    item: bool = False
    cells: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "heading": self.heading,
            "generated": self.generated,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """A key of the vocabulary and the clause it was found in (null: before the first number)."""

    key: str
    clause: str | None

    def as_json(self) -> dict[str, Any]:
        return {"key": self.key, "clause": self.clause}


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read: clauses, and proposals by kind. `languages` are kk, ru, en, most used first."""

    clauses: tuple[Clause, ...]
    languages: tuple[str, ...]
    title: str
    data: tuple[Proposal, ...] = ()
    purposes: tuple[Proposal, ...] = ()
    operations: tuple[Proposal, ...] = ()
    recipients: tuple[Proposal, ...] = ()
    terms: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the reading as plain values, ready for JSON."""
        kinds = ("data", "purposes", "operations", "recipients")
        proposals: dict[str, Any] = {
            kind: [proposal.as_json() for proposal in getattr(self, kind)] for kind in kinds
        }
        proposals["terms"] = self.terms
        return {"clauses": [clause.as_json() for clause in self.clauses], "proposals": proposals}
