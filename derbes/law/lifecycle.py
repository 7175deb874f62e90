"""The stages of a person's data and the steps between them, each with its ground (94-V art. 1, 18; 255-VIII art. 41).

`active → blocked → restricted_archive → destroyed | depersonalised`. A step that is not in the table does not
exist. From blocked there is only the way back: destroying and depersonalising are among what blocking stops.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Life(StrEnum):
    """Where a person's data are between the first word and the end."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    ARCHIVE = "restricted_archive"
    DESTROYED = "destroyed"
    DEPERSONALISED = "depersonalised"


class Ground(StrEnum):
    """Why a step is taken."""

    REQUEST = "request"  # the person asked for the block, or takes that back
    SUSPICION = "suspicion"  # there is information about a breach of the conditions
    RESPONSIBLE = "responsible"  # the responsible person decided so
    NOT_CONFIRMED = "not_confirmed"  # the breach was looked into and was none
    CONFIRMED = "confirmed"  # the breach was one: unlawful data are destroyed, the rest goes on
    BLOCK_TERM = "block_term"  # the block was for a time, and the time is over
    TERM = "term"  # every purpose has ended
    WITHDRAWN = "withdrawn"  # the consent that they rested on was withdrawn
    DEMAND = "demand"  # the person demands destruction
    UNLAWFUL = "unlawful"  # collected or processed unlawfully
    COURT = "court"  # a court has decided so
    DRAFT = "draft"  # what was begun was not sent


#: Stages from which nothing leads on: there is nothing left of the person.
ENDS = frozenset({Life.DESTROYED, Life.DEPERSONALISED})

_BLOCK = {
    Ground.REQUEST: "94-V art. 24(1)(3)",
    Ground.SUSPICION: "94-V art. 25(2)(8)",
    Ground.RESPONSIBLE: "94-V art. 25(3)",
}
_UNBLOCK = {
    Ground.REQUEST: "94-V art. 24(1)(3)",
    Ground.NOT_CONFIRMED: "94-V art. 25(2)(8)",
    Ground.CONFIRMED: "94-V art. 25(2)(8)",
    Ground.BLOCK_TERM: "94-V art. 1",
    Ground.COURT: "94-V art. 18",
}
_DESTROY = {
    Ground.TERM: "94-V art. 18, 25(2)(4)",
    Ground.WITHDRAWN: "94-V art. 8(7), 18",
    Ground.DEMAND: "94-V art. 24(1)(4); 255-VIII art. 41",
    Ground.UNLAWFUL: "94-V art. 25(2)(8)",
    Ground.COURT: "94-V art. 18",
}

#: (from, to) → ground → the norm behind it.
STEPS: Mapping[tuple[Life, Life], Mapping[Ground, str]] = {
    (Life.ACTIVE, Life.BLOCKED): _BLOCK,
    (Life.ARCHIVE, Life.BLOCKED): _BLOCK,
    (Life.BLOCKED, Life.ACTIVE): _UNBLOCK,
    (Life.BLOCKED, Life.ARCHIVE): _UNBLOCK,
    (Life.ACTIVE, Life.ARCHIVE): {
        Ground.TERM: "94-V art. 12(2)",
        Ground.WITHDRAWN: "94-V art. 8(7); 255-VIII art. 41(3)",
        Ground.DEMAND: "255-VIII art. 41(3)",
    },
    (Life.ACTIVE, Life.DESTROYED): {**_DESTROY, Ground.DRAFT: "94-V art. 7(8)"},
    (Life.ARCHIVE, Life.DESTROYED): _DESTROY,
    (Life.ACTIVE, Life.DEPERSONALISED): {Ground.TERM: "94-V art. 17(1), 18"},
}


class NoSuchStep(Exception):
    """The data do not go from one stage to the other on this ground. Nothing was changed."""

    def __init__(self, old: Life, new: Life, ground: Ground) -> None:
        super().__init__(f"§5.3: no step from {old} to {new} on the ground {ground}")
        self.old, self.new, self.ground = old, new, ground


def step(old: Life, new: Life, ground: Ground) -> str:
    """Return the norm that lets data go from `old` to `new` on `ground`; raise `NoSuchStep`."""
    norm = STEPS.get((old, new), {}).get(ground)
    if norm is None:
        raise NoSuchStep(old, new, ground)
    return norm


def stage(kept: Life, *, blocked: bool) -> Life:
    """Return the stage of data that are `kept` (active or archive) and maybe blocked on top of it."""
    return Life.BLOCKED if blocked and kept not in ENDS else kept
