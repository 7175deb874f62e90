"""The policy document reader: an operator's own document to clauses and proposals.

`read` takes bytes and gives a `Reading`; it does no input or output and is the same for the same bytes.
What it proposes is a proposal: `draft` marks every item as waiting for a person.
"""

from __future__ import annotations

from derbes.law.reader.clauses import clauses_of
from derbes.law.reader.context import Setting
from derbes.law.reader.drafting import draft
from derbes.law.reader.furniture import cleaned
from derbes.law.reader.language import languages
from derbes.law.reader.proposals import proposals
from derbes.law.reader.reading import Clause, Proposal, Reading, Unreadable
from derbes.law.reader.sources import blocks_of
from derbes.law.reader.terms import terms

__all__ = ["Clause", "Proposal", "Reading", "Unreadable", "draft", "read"]


def read(data: bytes, filename: str) -> Reading:
    """Read a policy document (Markdown, HTML, DOCX or text; kk, ru or en); raise Unreadable if it is none."""
    clauses = clauses_of(cleaned(blocks_of(data, filename)))
    setting = Setting(clauses)
    title = next((clause.text for clause in clauses if clause.heading and clause.number is None), "")
    return Reading(
        clauses=clauses,
        languages=languages([clause.text for clause in clauses]),
        title=title,
        terms=terms(setting),
        **proposals(setting),
    )
