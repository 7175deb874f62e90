"""What must outlast a restore is noted outside of the database, and confirmed once it is committed."""

from datetime import timedelta

import pytest

from derbes.flows import accounts, blocking, destruction, registration
from derbes.law.lifecycle import Ground
from derbes.outside import tombstones
from tests.conftest import ALIYA, NOON

pytestmark = pytest.mark.django_db(transaction=True)


def noted(subject):
    facts = tombstones.since(NOON - timedelta(days=400))
    return [(fact.kind.value, fact.confirmed) for fact in facts if fact.subject == subject]


def test_a_block_and_its_end_are_noted_and_confirmed(aliya):
    blocking.block(aliya.actor, aliya.subject, Ground.REQUEST, at=NOON)
    blocking.lift(aliya.actor, aliya.subject, Ground.REQUEST, at=NOON)
    assert noted(aliya.subject) == [("blocked", True), ("unblocked", True)]


def test_a_destroyed_draft_is_noted_and_confirmed(agreement):
    subject = registration.begin(agreement, at=NOON)
    registration.save(accounts.person(subject), subject, ALIYA, at=NOON)
    destruction.discard(accounts.person(subject), subject, at=NOON)
    assert noted(subject) == [("destroyed", True)]


def test_what_was_refused_is_not_noted(newcomer):
    with pytest.raises(destruction.NotDraft):
        destruction.discard(newcomer.actor, newcomer.subject, at=NOON)
    assert noted(newcomer.subject) == []
