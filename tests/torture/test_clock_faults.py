"""The clock jumps back: order, proofs and terms hold."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from derbes.flows import (
    blocking,
    codes,
    consent,
    journal,
    reading,
    registration,
)
from derbes.law.lifecycle import Ground
from derbes.outside import tombstones
from tests.conftest import NOON
from tests.torture.faults import (
    LATER,
    SAULE,
)

pytestmark = pytest.mark.django_db


def test_a_clock_that_jumps_back_disturbs_neither_order_nor_proofs_nor_terms(aliya, agreement, monkeypatch):
    journal.integrate(at=LATER)
    size = journal.verify().size
    back = NOON - timedelta(days=1) + timedelta(hours=2)  # before all that was done, after the publication
    give = consent.Change(give=frozenset({("advertising", "")}), language="kk")
    assert consent.change(aliya.actor, give, at=LATER)
    withdrawn = consent.withdraw(aliya.actor, consent.Change(withdraw=give.give, language="kk"), at=back)
    assert withdrawn.occasion, "what was said last counts, whatever the clock says"
    assert ("advertising", "") not in consent.state(aliya.subject, "kk", at=back)[1]
    blocking.block(aliya.actor, aliya.subject, Ground.REQUEST, at=back)
    with pytest.raises(reading.Refused):
        reading.own(aliya.actor, ["iin"], at=LATER)
    blocking.lift(aliya.actor, aliya.subject, Ground.REQUEST, at=back)
    saule = registration.register(agreement, SAULE, at=back)
    assert saule != aliya.subject
    journal.integrate(at=back)
    finding = journal.verify()
    assert finding.sound
    assert finding.size > size
    assert journal.history(aliya.actor, at=back)["document"]["count"] >= 8
    assert Path(settings.TOMBSTONES["path"]).exists()
    assert tombstones.ledger().tombstones, "the chain holds"


def test_a_code_dies_in_its_minutes_by_the_clock_of_its_making(newcomer, sent, code):
    codes.send(newcomer.subject, "phone_mobile", "sign_in", at=LATER)
    typed = code("+77000037733")
    assert codes.spend(newcomer.subject, "sign_in", typed, at=LATER + timedelta(hours=1)) == ""
    assert codes.spend(newcomer.subject, "sign_in", typed, at=LATER - timedelta(hours=1)) == "phone_mobile"
