"""A message of a breach goes out although processes die and gateways are away, and reaches Aliya once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from derbes.core.incidents.models import Affected
from derbes.flows import accounts, affected, incidents, registration
from derbes.flows.incidents import Breach, State
from derbes.outside import sms
from tests.conftest import ALIYA, NOON

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=1)
SAULE = {**ALIYA, "iin": "900101300811", "email": "saule@example.kz", "phone_mobile": "8 (700) 003 77 44"}


@pytest.fixture(autouse=True)
def no_grudge(monkeypatch):
    monkeypatch.setattr(affected, "_memory", affected._Memory())


@pytest.fixture
def breach(dana, aliya, agreement):
    """Aliya and Saule are to be told of a breach."""
    officer = accounts.actor(dana)
    saule = registration.register(agreement, SAULE, at=NOON)
    number = incidents.detect(
        officer, Breach.ACCESS, detected_at=NOON, data=["iin"], happened="A copy was left behind.", at=NOON
    )
    for subject in (aliya.subject, saule):
        affected.name(officer, number, subject, at=NOON)
    incidents.authority_told(officer, number, reference="1", at=NOON)
    incidents.tell_people(officer, number, at=NOON)
    return number


def state(officer, number):
    return incidents.case(officer, number, at=LATER).incident.state


def test_a_worker_that_dies_after_sending_sends_the_same_message_again_and_it_arrives_once(
    breach, dana, sent, monkeypatch
):
    def dies(*_, **__):
        raise SystemExit("killed")

    with monkeypatch.context() as dying:
        dying.setattr(affected, "_mark_told", dies)
        with pytest.raises(SystemExit):
            affected.sweep(at=LATER)
    assert len(sent()) == 1, "it had gone out"
    assert Affected.objects.untold().count() == 2, "and nobody knew"
    assert affected.sweep(at=LATER) == 2
    assert len(sent()) == 2, "one each"
    assert state(accounts.actor(dana), breach) == State.SUBJECTS_NOTIFIED


def test_while_the_gateway_is_away_nobody_counts_as_told_and_later_everybody_is(
    breach, dana, sent, monkeypatch
):
    asked = []

    def away(to, text, mark=""):
        asked.append(mark)
        raise sms.NotSent("unreachable", "The SMS gateway does not answer.")

    with monkeypatch.context() as failing:
        failing.setattr(sms, "send", away)
        assert affected.sweep(at=LATER) == 0
        assert affected.sweep(at=LATER) == 0
    assert len(asked) == len(set(asked)) == 2, "each was tried once, and then left for a while"
    assert Affected.objects.untold().count() == 2
    assert state(accounts.actor(dana), breach) == State.AUTHORITY_NOTIFIED
    affected._memory.later.clear()
    assert affected.sweep(at=LATER) == 2
    assert len(sent()) == 2


def test_one_number_that_cannot_be_reached_keeps_nobody_else_waiting(breach, sent, monkeypatch):
    real = sms.send

    def one_away(to, text, mark=""):
        if to.endswith("33"):
            raise sms.NotSent("unreachable", "The SMS gateway does not answer.")
        real(to, text, mark)

    monkeypatch.setattr(sms, "send", one_away)
    assert affected.sweep(at=LATER) == 1
    assert [message.to[-2:] for message in sent()] == ["44"]
    assert Affected.objects.untold().count() == 1


def test_a_number_that_the_gateway_refuses_for_good_is_told_by_the_cabinet_alone(breach, sent, monkeypatch):
    def refuses(to, text, mark=""):
        raise sms.NotSent("refused", "The SMS gateway refused the message (status 400).")

    monkeypatch.setattr(sms, "send", refuses)
    assert affected.sweep(at=LATER) == 2
    assert not Affected.objects.untold().exists()
    assert sent() == []
