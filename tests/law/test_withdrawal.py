"""A withdrawal stops what is a choice at once, and is refused only where an obligation would be left unperformed."""

from __future__ import annotations

import pytest

from derbes.law.withdrawal import NORM, OBLIGATION, answer, bound
from tests.law.example import POLICY

NEEDED = frozenset((key, "") for key, purpose in POLICY.purposes.items() if purpose.needed)
CHOICE = ("communication", "transfer")


@pytest.mark.clause("5.3")
def test_nothing_is_bound_while_nothing_is_owed() -> None:
    assert NEEDED
    assert bound(POLICY, obliged=False) == frozenset()
    assert bound(POLICY, obliged=True) == NEEDED


@pytest.mark.clause("5.3")
def test_without_an_obligation_everything_stops() -> None:
    told = answer(POLICY, NEEDED, obliged=False)
    assert (told.outcome, told.stopped, told.refused) == ("stopped", NEEDED, frozenset())
    assert (told.ground, told.norm) == ("", "")


def test_with_an_obligation_what_is_needed_for_it_stays_and_the_reason_is_told() -> None:
    told = answer(POLICY, NEEDED, obliged=True)
    assert (told.outcome, told.stopped, told.refused) == ("refused", frozenset(), NEEDED)
    assert (told.ground, told.norm) == (OBLIGATION, NORM) == ("obligation_unfulfilled", "94-V art. 8(2)")


def test_a_choice_stops_at_once_even_beside_what_stays() -> None:
    told = answer(POLICY, {*NEEDED, CHOICE}, obliged=True)
    assert (told.outcome, told.stopped, told.refused) == ("partially_stopped", {CHOICE}, NEEDED)
    assert answer(POLICY, {CHOICE}, obliged=True).outcome == "stopped"
