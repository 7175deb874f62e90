"""Messages: none of them twice, and none that no entry speaks of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings

from torture import people
from torture.evidence import Evidence
from torture.ledger import Ledger


def check(ledger: Ledger, evidence: Evidence, lines: list[dict[str, Any]], counts: Counter[str]) -> list[str]:
    """Return who was sent a message twice, or without an entry."""
    del evidence
    messages = Counter(
        path.read_text().removeprefix("To: ").partition("\n\n")[::2]
        for path in Path(settings.SMS["path"]).glob("*.txt")
    )
    named = Counter(
        people.phone(*map(int, name.split("-")))
        for line in lines
        if line["k"] == "note" and line["what"] == "breach"
        for name in line["who"]
    )
    verified = ledger.by_thing.get("verify: done", 0) + ledger.open
    once = Counter(text for (_, text), _ in messages.items())
    counts["messages"] = messages.total()
    found = [
        f"{times} messages of one kind to one person"
        for (to, _), times in messages.items()
        if times > max(1, named[to])
    ]
    if once and max(once.values()) > verified + named.total():
        found.append("messages that no event explains")
    return found
