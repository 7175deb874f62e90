"""What clients said, taken together: of each person, everything that may be true of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from torture.house import begun_and_answered
from torture.model import Person

#: Exceptions by which a fault of the surroundings shows itself. Any other is a fault of ours.
#: 57P01–57P03 are PostgreSQL's words for a server that goes down or comes up.
SURROUNDINGS = frozenset(
    {
        "unanswered",
        "OperationalError",
        "InterfaceError",
        "DatabaseError",
        "OperationalError 57P01",
        "OperationalError 57P02",
        "OperationalError 57P03",
    }
)


#: And those of a disk that is full, where it is made so.
FULL_DISK = frozenset({"OSError", "OperationalError 53100", "OperationalError SQLITE_FULL"})


@dataclass(slots=True)
class Ledger:
    """People by name, how much was acknowledged and left open, and answers that nothing explains."""

    people: dict[str, Person] = field(default_factory=dict)
    acknowledged: int = 0
    open: int = 0
    by_thing: dict[str, int] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)


def read(lines: list[dict[str, Any]]) -> Ledger:
    """Go through what clients said, in the order in which they said it."""
    ledger = Ledger()
    small = any(line["k"] == "note" and line["what"] == "disk" for line in lines)
    expected = SURROUNDINGS | FULL_DISK if small else SURROUNDINGS
    strange = [line["error"] for line in lines if line["k"] == "note" and line["what"] == "error"]
    ledger.unexplained += [f"a breach: {error}" for error in strange if error not in expected]
    for begun, answer in begun_and_answered(lines):
        person = ledger.people.setdefault(begun["who"], Person())
        thing, about = begun["do"], begun["about"]
        if answer is None or answer["k"] == "err":
            ledger.open += 1
            ledger.errors[answer["error"] if answer else "died"] += 1
            if answer and answer["error"] not in expected:
                ledger.unexplained.append(f"{begun['i']} {thing}: {answer['error']}")
            person.interrupted(thing, about)
            continue
        ledger.acknowledged += 1
        said = f"{thing}: {answer['answer']}"
        ledger.by_thing[said] = ledger.by_thing.get(said, 0) + 1
        person.subject = answer.get("subject", person.subject)
        person.secret = answer.get("secret", person.secret)
        for _ in range(answer.get("tries", 1) - 1):
            person.interrupted(thing, about)
        if not person.acknowledged(thing, about, answer["answer"]):
            ledger.unexplained.append(f"{begun['i']} {said}")
    return ledger
