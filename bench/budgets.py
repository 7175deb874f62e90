"""What was promised of the speed, and what a run found of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

#: Of each: what is done, beside what in the same run, and the ratio that was promised (0: none was); a moonshot beyond it.
BUDGETS: dict[str, tuple[str, str, float, float]] = {
    "B1": ("read 4 fields by purpose over the API", "a bare view that inserts one row", 0.6, 0.9),
    "B2": ("register a person over the API", "a bare view that inserts one row", 0.35, 0.6),
    "B3 front": ("the front page", "a page of as many bytes, same middlewares", 0.7, 0.9),
    "B3 policy": ("the policy", "a page of as many bytes, same middlewares", 0.7, 0.9),
    "B3 register": ("the first page of registration", "a page of as many bytes, same middlewares", 0.7, 0.9),
    "B4": ("import people from a file", "COPY of the same bytes, same indexes", 0.35, 0.6),
    "B5": ("journal: 4,096 entries, tree, signature", "COPY of the same rows", 0.5, 0.9),
    "B6": ("inclusion proofs, cold", "pymerkle's SqliteTree of the same size", 20, 100),
    "B7": ("verify a copy of the journal, all cores", "SHA-256 of the same leaves, one core", 0.4, 0.7),
    "B7 database": ("check the journal in the database", "SHA-256 of the same leaves, one core", 0, 0),
    "B8": ("find a person by IIN", "b-tree equality in clear, same rows", 0.9, 0.97),
    "B9": ("unwrap a key and open 8 fields", "the same by `cryptography` alone", 0.6, 0.9),
    "B10": ("sweep: decide, destroy, journal, act", "batched DELETE of the keys alone", 0.25, 0.5),
}
#: What may be at the most, and a moonshot below it (0: none was set): how much the cost grows from the smallest size to
#: the largest; memory; the server's time.
CEILINGS: dict[str, tuple[str, float, float]] = {
    "B8 flat": ("find by IIN, largest against smallest, each against its floor", 1.3, 0),
    "B10 readers": ("readers' p99 during the sweep, against without it", 2, 0),
    "B12 inbox": ("the office's inbox of 10,000 appeals, ms", 300, 100),
    "B12 last page": ("its last page, ms", 300, 100),
    "B12 late": ("those of them that are late, ms", 300, 100),
    "B12 appeal": ("one appeal, ms", 300, 100),
    "B12 journal": ("a person's page of 1,000 entries, ms", 300, 100),
    "B12 history": ("a file of all of them with proofs, ms", 300, 100),
    "B12 export": ("everything that is kept of this person, ms", 3000, 1000),
    "B13 B1": ("read, largest against smallest, each against its floor", 1.3, 1.1),
    "B13 B2": ("register, largest against smallest, each against its floor", 1.3, 1.1),
    "B14 web": ("memory of a web worker, MiB", 200, 0),
    "B14 import": ("memory of an import, largest against smallest", 1.3, 0),
    "B14 sweep": ("memory of a sweep, largest against smallest", 1.3, 0),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a run. `size`: how many people, or entries, there were."""

    id: str
    size: int
    ratio: float
    ours: float = 0.0
    floor: float = 0.0
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the budget was met."""
        if self.id in CEILINGS:
            return self.ratio <= CEILINGS[self.id][1]
        return self.ratio >= BUDGETS[self.id][2]

    def told(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "met": self.met}
