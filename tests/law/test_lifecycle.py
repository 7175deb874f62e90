"""The stages of data, and what a withdrawal may stop."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.law import withdrawal
from derbes.law.lifecycle import ENDS, STEPS, Ground, Life, NoSuchStep, stage, step
from derbes.law.policy import parse
from tests.law.example import FILES

POLICY = parse(FILES)
PAIRS = [
    (purpose, act) for purpose in POLICY.purposes for act in ("", "transfer", "cross_border", "publication")
]


@pytest.mark.clause("5.3")
@given(st.sampled_from(Life), st.sampled_from(Life), st.sampled_from(Ground))
def test_a_step_is_in_the_table_with_its_norm_or_does_not_exist(old, new, ground):
    if ground in STEPS.get((old, new), {}):
        assert "art." in step(old, new, ground)
    else:
        with pytest.raises(NoSuchStep):
            step(old, new, ground)


@pytest.mark.clause("5.3")
def test_from_blocked_nothing_leads_to_an_end_and_from_an_end_nothing_leads_on():
    assert not [
        1
        for new, ground in product(ENDS | {Life.ARCHIVE}, Ground)
        if _leads(Life.BLOCKED, new, ground, end=True)
    ]
    assert not [1 for old, new, ground in product(ENDS, Life, Ground) if _leads(old, new, ground)]


def _leads(old: Life, new: Life, ground: Ground, *, end: bool = False) -> bool:
    if end and new not in ENDS:
        return False
    return ground in STEPS.get((old, new), {})


def test_what_is_blocked_is_blocked_wherever_it_is_kept_and_what_is_gone_is_gone():
    assert stage(Life.ACTIVE, blocked=True) is stage(Life.ARCHIVE, blocked=True) is Life.BLOCKED
    assert stage(Life.DESTROYED, blocked=True) is Life.DESTROYED


@pytest.mark.clause("5")
@given(st.sets(st.sampled_from(PAIRS), min_size=1), st.booleans())
def test_a_withdrawal_stops_all_that_is_a_choice_and_says_what_it_cannot_stop(wanted, obliged):
    answer = withdrawal.answer(POLICY, wanted, obliged=obliged)
    assert answer.stopped | answer.refused == wanted
    assert not answer.stopped & answer.refused
    assert all(not act and POLICY.purposes[purpose].needed for purpose, act in answer.refused)
    assert not answer.refused or (obliged and answer.norm == "94-V art. 8(2)")
    outcomes = {(True, False): "stopped", (True, True): "partially_stopped", (False, True): "refused"}
    assert answer.outcome == outcomes[bool(answer.stopped), bool(answer.refused)]


@pytest.mark.clause("5")
def test_without_an_obligation_nothing_is_refused():
    assert withdrawal.answer(POLICY, PAIRS, obliged=False).outcome == "stopped"
    assert withdrawal.answer(POLICY, [("contract", "")], obliged=True).outcome == "refused"
    assert withdrawal.answer(POLICY, [("advertising", "")], obliged=True).outcome == "stopped"


def test_a_block_lies_over_what_is_kept_and_over_no_end():
    assert stage(Life.ACTIVE, blocked=False) is Life.ACTIVE
    assert stage(Life.ARCHIVE, blocked=False) is Life.ARCHIVE
    assert stage(Life.ACTIVE, blocked=True) is stage(Life.ARCHIVE, blocked=True) is Life.BLOCKED
    assert stage(Life.DESTROYED, blocked=True) is Life.DESTROYED
