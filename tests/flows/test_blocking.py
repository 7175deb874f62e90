"""Aliya's data are blocked: they are stored and nothing else, until the block is lifted (94-V art. 1)."""

from datetime import timedelta

import pytest

from derbes.core.holds.models import Block
from derbes.core.subjects.models import Step, Subject
from derbes.core.vault.models import PersonKey
from derbes.flows import (
    accounts,
    blocking,
    consent,
    destruction,
    gate,
    journal,
    notice,
    reading,
    registration,
    retention,
)
from derbes.flows.gate import Wish
from derbes.law.lifecycle import Ground, NoSuchStep
from derbes.law.permission import Actor, Powerless, Refused
from derbes.law.vocabulary import ActorKind, Operation
from tests.conftest import NOON

pytestmark = pytest.mark.django_db
SYSTEM = Actor(kind=ActorKind.SYSTEM, code="retention")
LATER = NOON + timedelta(hours=1)


def blocked(person, ground=Ground.REQUEST, **more):
    blocking.block(person.actor, person.subject, ground, at=NOON, **more)


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("operation", [one for one in Operation if one is not Operation.STORE])
def test_of_the_eleven_operations_only_storing_passes(aliya, operation):
    blocked(aliya)
    with pytest.raises(Refused, match=r"blocked|operation_not_of_purpose"):
        gate.ask(SYSTEM, aliya.subject, operation, "rights", ["iin"], event="try", at=LATER)
    gate.ask(SYSTEM, aliya.subject, Operation.STORE, "rights", ["iin"], event="try", at=LATER)


@pytest.mark.clause("5.3")
def test_a_message_that_was_waiting_before_the_block_does_not_go_out(aliya, sent):
    before = len(sent())
    blocked(aliya)
    notice.tell(aliya.subject, "verified", at=LATER)
    assert len(sent()) == before
    blocking.lift(aliya.actor, aliya.subject, Ground.REQUEST, at=LATER)
    notice.tell(aliya.subject, "verified", at=LATER)
    assert len(sent()) == before + 1


@pytest.mark.clause("5.3")
def test_blocked_data_are_not_destroyed_by_anybody(aliya, dana):
    blocked(aliya)
    with pytest.raises(Refused, match="blocked"):
        destruction.demand(aliya.actor, aliya.subject, at=LATER)
    with pytest.raises(Refused, match="blocked"):
        destruction.unlawful(accounts.actor(dana), aliya.subject, at=LATER)
    years_later = NOON + timedelta(days=4000)
    assert retention.run(retention.SYSTEM, at=years_later).done == ()
    assert PersonKey.objects.filter(subject=aliya.subject).exists()


def test_dana_blocks_on_suspicion_and_unblocks_when_it_is_not_confirmed(aliya, dana, bauyrzhan):
    answers = accounts.actor(dana)
    blocking.block(answers, aliya.subject, Ground.SUSPICION, at=NOON)
    (standing,) = blocking.standing(answers, at=NOON)
    assert (standing.ground, standing.by, str(standing.due), standing.late) == (
        "suspicion",
        "d-01",
        "2026-11-24",
        False,
    )
    assert blocking.standing(answers, at=NOON + timedelta(days=2))[0].late
    with pytest.raises(Refused, match="blocked"):
        reading.read(answers, aliya.subject, ["iin"], purpose="rights", at=LATER)
    blocking.lift(answers, aliya.subject, Ground.NOT_CONFIRMED, at=LATER)
    assert reading.read(answers, aliya.subject, ["iin"], purpose="rights", at=LATER)
    assert [(s.old, s.new, s.ground) for s in Step.objects.order_by("at", "id")] == [
        ("active", "blocked", "suspicion"),
        ("blocked", "active", "not_confirmed"),
    ]


def test_who_has_not_the_power_neither_blocks_nor_unblocks(aliya, bauyrzhan, chingiz, dana):
    for clerk in map(accounts.actor, (bauyrzhan, chingiz)):
        with pytest.raises(Powerless):
            blocking.block(clerk, aliya.subject, Ground.SUSPICION, at=NOON)
    blocking.block(accounts.actor(dana), aliya.subject, Ground.SUSPICION, at=NOON)
    for actor in (accounts.actor(bauyrzhan), aliya.actor):
        with pytest.raises(Powerless):
            blocking.lift(actor, aliya.subject, Ground.REQUEST, at=LATER)
    with pytest.raises(Powerless):
        blocking.standing(accounts.actor(chingiz), at=NOON)


def test_nobody_blocks_the_data_of_another(aliya, agreement):
    from derbes.flows import registration

    other = registration.begin(agreement, at=NOON)
    with pytest.raises(Refused, match="not_yours"):
        blocking.block(aliya.actor, other, Ground.REQUEST, at=NOON)
    with pytest.raises(ValueError):
        blocking.block(aliya.actor, aliya.subject, Ground.SUSPICION, at=NOON)


def test_a_block_for_a_time_ends_by_itself(aliya):
    blocked(aliya, ends_at=NOON + timedelta(days=10))
    assert blocking.sweep(at=NOON + timedelta(days=9)) == 0
    assert blocking.sweep(at=NOON + timedelta(days=10)) == 1
    assert Subject.objects.get(subject=aliya.subject).blocked_at is None
    (row,) = blocking.of(aliya.subject)
    assert (row.lifted_ground, row.lifted_by) == ("block_term", "retention")


def test_of_many_blocks_that_end_one_that_cannot_be_lifted_keeps_no_other(aliya, agreement, monkeypatch):
    before = NOON - timedelta(days=1)
    gone = registration.begin(agreement, at=before)
    Block.put(gone, ground="request", by="subject", due=NOON.date(), ends_at=NOON, at=before)
    blocked(aliya, ends_at=NOON + timedelta(days=10))
    assert blocking.sweep(at=NOON + timedelta(days=10)) == 1
    assert Subject.objects.get(subject=aliya.subject).blocked_at is None
    assert blocking.sweep(at=NOON + timedelta(days=10)) == 0


def test_blocked_twice_is_blocked_once_and_nothing_is_lifted_twice(aliya):
    blocked(aliya)
    blocked(aliya)
    assert Block.objects.count() == 1
    blocking.lift(aliya.actor, aliya.subject, Ground.REQUEST, at=LATER)
    with pytest.raises((NoSuchStep, Powerless)):
        blocking.lift(aliya.actor, aliya.subject, Ground.REQUEST, at=LATER)


def test_block_and_unblock_are_among_her_own_entries(aliya):
    blocked(aliya)
    with pytest.raises(Refused):
        consent.change(
            aliya.actor, consent.Change(withdraw=frozenset({("communication", "")}), language="kk"), at=LATER
        )
    blocking.lift(aliya.actor, aliya.subject, Ground.REQUEST, at=LATER)
    events = [row.says["event"] for row in journal.own(aliya.actor, at=LATER)]
    assert events[1:4] == ["blocking.lift", "consent.withdraw", "blocking.block"]
    assert events.count("blocking.lift") == 1


def test_several_things_at_once_are_refused_as_one(aliya):
    blocked(aliya)
    wishes = [
        Wish(operation=Operation.STORE, purpose="rights"),
        Wish(operation=Operation.USE, purpose="rights"),
    ]
    with pytest.raises(Refused, match="blocked"):
        gate.ask_all(SYSTEM, aliya.subject, wishes, event="try", at=LATER)
