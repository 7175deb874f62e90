"""What a withdrawal stops, and what it cannot stop yet (§5; 94-V art. 8(2), 8(7)).

Always holds: whatever is a choice stops at once (advertising, research, every transfer and publication); a
consent without which an unfulfilled obligation could not be performed stays, and the person is told why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from derbes.law.policy import Policy

Pair = tuple[str, str]  # purpose, act; act "" is the purpose itself

#: Why a withdrawal is refused, and its norm. A closed list: faces have the words.
OBLIGATION = "obligation_unfulfilled"
NORM = "94-V art. 8(2)"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a withdrawal: `outcome` is stopped, partially_stopped or refused.

    `refused` pairs stay in force on `ground`, with its `norm`; both are empty when nothing was refused.
    """

    outcome: str
    stopped: frozenset[Pair]
    refused: frozenset[Pair]
    ground: str
    norm: str


def bound(policy: Policy, *, obliged: bool) -> frozenset[Pair]:
    """Return the consents that cannot be withdrawn now: those needed, while an obligation is unfulfilled."""
    if not obliged:
        return frozenset()
    return frozenset((key, "") for key, purpose in policy.purposes.items() if purpose.needed)


def answer(policy: Policy, wanted: Iterable[Pair], *, obliged: bool) -> Answer:
    """Return what of the `wanted` withdrawals stops at once, and what is refused with its reason.

    `obliged`: an obligation of the person is unfulfilled.
    """
    asked = frozenset(wanted)
    refused = asked & bound(policy, obliged=obliged)
    stopped = asked - refused
    if not refused:
        return Answer("stopped", stopped, refused, "", "")
    return Answer("partially_stopped" if stopped else "refused", stopped, refused, OBLIGATION, NORM)
