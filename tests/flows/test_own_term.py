"""A consent given for a time ends by itself: everywhere it counts for what the gate takes it for, and it can be given anew."""

from datetime import timedelta

import pytest

from derbes.core.consents.models import Consent
from derbes.core.journal.models import Entry
from derbes.flows import accounts, consent, outlook, reading
from derbes.law.permission import Refused
from derbes.law.retention import lasts
from tests.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.3")]

PAIR = ("advertising", "")
END = lasts(NOON, years=1)
BEFORE, AFTER = END - timedelta(seconds=1), END + timedelta(seconds=1)


def give(person, at=NOON):
    return consent.change(person.actor, consent.Change(give=frozenset({PAIR}), language="kk"), at=at)


def opens(actor, person, at):
    try:
        return bool(reading.read(actor, person.subject, ["email"], purpose="advertising", at=at))
    except Refused as refusal:
        return refusal.code


@pytest.mark.parametrize(("at", "stands"), [(BEFORE, True), (END, False), (AFTER, False)])
def test_what_the_cabinet_calls_given_is_what_the_gate_lets_through(aliya, chingiz, at, stands):
    give(aliya)
    assert (PAIR in consent.state(aliya.subject, "kk", at=at)[1]) is stands
    assert opens(accounts.actor(chingiz), aliya, at) == (True if stands else "consent_over")


def test_aliya_gives_it_anew_and_it_lasts_its_term_again(aliya, chingiz):
    give(aliya)
    assert give(aliya, BEFORE) is None
    assert give(aliya, AFTER) is not None
    assert PAIR in consent.state(aliya.subject, "kk", at=AFTER)[1]
    assert opens(accounts.actor(chingiz), aliya, lasts(AFTER, years=1) - timedelta(seconds=1)) is True
    over = consent.run_out(consent.ledger(aliya.subject), at=AFTER)
    assert list(over.values()) == [END]  # the first word alone


def test_one_taken_back_before_its_end_did_not_end_by_itself(aliya):
    give(aliya)
    change = consent.Change(withdraw=frozenset({PAIR}), language="kk")
    consent.withdraw(aliya.actor, change, at=BEFORE)
    assert consent.run_out(consent.ledger(aliya.subject), at=AFTER) == {}


def test_one_that_is_over_cannot_be_withdrawn_any_more(aliya):
    give(aliya)
    before = Consent.objects.count(), Entry.objects.count()
    change = consent.Change(withdraw=frozenset({PAIR}), language="kk")
    assert consent.withdraw(aliya.actor, change, at=AFTER).occasion is None
    assert (Consent.objects.count(), Entry.objects.count()) == before


def test_consents_without_a_time_of_their_own_do_not_end(aliya):
    late = lasts(NOON, years=50)
    assert ("contract", "") in consent.state(aliya.subject, "kk", at=late)[1]
    assert all(
        consent.until(row) is None for row in consent.ledger(aliya.subject) if row.purpose == "contract"
    )


def test_dana_sees_that_it_is_over_and_chingiz_sees_nothing(aliya, dana, chingiz):
    give(aliya)
    said = {
        (one.row.purpose, one.row.act): one
        for one in outlook.of(accounts.actor(dana), aliya.subject, at=AFTER).said
    }
    assert (said[PAIR].until, said[PAIR].ended) == (END, True)
    assert not said["contract", ""].ended
    with pytest.raises(outlook.Powerless):
        outlook.of(accounts.actor(chingiz), aliya.subject, at=AFTER)
