"""What a row may have, what it is when it is fit, and what is said when it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from derbes.law.policy import ACCESSORY, Policy, Purpose
from derbes.law.vocabulary import Basis, Operation

Pair = tuple[str, str]  # purpose, act; act "" is the purpose itself

#: Columns beside the policy's data. A key of data has no dot, so they never meet.
OWN = (
    "basis",
    "purpose",
    "reference",
    "represented",
    "consent.given",
    "consent.edition",
    "consent.language",
    "consent.purposes",
    "agreement.kind",
    "agreement.started",
    "agreement.obliged",
    "agreement.officer",
)
#: Columns of a list of rejected rows: it can be corrected and taken as it is.
PASSED_OVER = ("row", "reason")

#: Controls of fields that nobody types.
NOT_TYPED = frozenset({"file", "automatic"})
_LETTERS = "message"  # a person has many of these, and each is an appeal


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong: `code` for translation, the column it is in, and what fills the sentence."""

    code: str
    column: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


class Unfit(Exception):
    """A row that cannot be taken, with all that is wrong with it."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__(", ".join(mistake.code for mistake in mistakes))
        self.mistakes = mistakes

    def __reduce__(self) -> tuple[type[Unfit], tuple[Mistake, ...]]:
        return type(self), self.mistakes


@dataclass(frozen=True, slots=True)
class Claim:
    """What the law is asked about: the same for all people of whom the same is known and the same is asked."""

    basis: Basis
    purpose: str
    said: frozenset[Pair]
    edition: str
    language: str
    represented: bool
    kind: str
    fields: frozenset[str]


@dataclass(slots=True, eq=False)
class Fit:
    """A row that can be taken, as it is kept."""

    claim: Claim
    values: Mapping[str, str] = field(repr=False)
    reference: str
    language: str
    given: datetime
    of_age_year: int | None
    started: datetime
    obliged: bool
    officer: str


def importable(policy: Policy) -> tuple[str, ...]:
    """Return the keys of data that a column may have: what a purpose collects and people type, but for letters."""
    wanted = {
        key for purpose in policy.purposes.values() if collects(policy, purpose) for key in purpose.data
    }
    return tuple(
        key
        for key, one in policy.data.items()
        if key in wanted and one.control not in NOT_TYPED and one.category != _LETTERS
    )


def columns(policy: Policy) -> tuple[str, ...]:
    """Return the names that the columns of a file may have."""
    return (*OWN, *importable(policy), *PASSED_OVER)


def collects(policy: Policy, purpose: Purpose) -> bool:
    """Whether data may be taken from a file for this purpose."""
    return (
        Operation.COLLECT in purpose.operations
        and purpose.key not in ACCESSORY
        and not policy.void(purpose.clause)
    )


def unfit(code: str, **params: Any) -> Unfit:
    """Return what says that a row is unfit for one reason that is no column's."""
    return Unfit(Mistake(code, params=params))
