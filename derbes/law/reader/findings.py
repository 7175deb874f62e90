"""Findings: a key met in a document, how plainly, where; and how several become one proposal.

Weights: 3 in a list that announces such things, 2 in a sentence of its own, 1 in passing, below 1 by hint.
"""

from __future__ import annotations

from collections.abc import Iterable

from derbes.law.reader.reading import Proposal

Found = tuple[str, float, int, str | None]
PLAIN, SAID, PASSING, HINT = 3.0, 2.0, 1.0, 0.5


def proposed(found: Iterable[Found], order: Iterable[str]) -> tuple[Proposal, ...]:
    """Keep each key once: the heaviest finding, the first of equals; in the order of the document."""
    best: dict[str, Found] = {}
    for entry in found:
        if entry[0] not in best or entry[1] > best[entry[0]][1]:
            best[entry[0]] = entry
    known = set(order)
    return tuple(
        Proposal(key, clause)
        for key, _, _, clause in sorted(best.values(), key=lambda e: e[2])
        if key in known
    )
