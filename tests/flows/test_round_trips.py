"""How often a step goes to the database, its transaction included. Counted, not timed (performance, item 13).

On PostgreSQL a BEGIN is noted but goes with the statement after it, and a COMMIT with the last rows is not even noted.
"""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from derbes.core.consents import models as consents
from derbes.flows import accounts, consent, publication, reading, registration
from tests.conftest import ALIYA, NOON

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = 3
READ = {"postgresql": 2, "sqlite": 4}
# SQLite is no trip away: there each table has a statement of its own.
REGISTRATION = {"postgresql": 2, "sqlite": 10}


def made(trips):
    """What was sent by itself."""
    sent = [trip["sql"][:80] for trip in trips]
    return [sql for sql in sent if connection.vendor == "sqlite" or sql != "BEGIN"]


def test_a_reading_by_purpose_is_two_round_trips(aliya, dana):
    with CaptureQueriesContext(connection) as trips:
        assert reading.read(
            accounts.actor(dana), aliya.subject, ["iin", "surname"], purpose="rights", at=NOON
        )
    assert len(made(trips)) <= READ[connection.vendor], made(trips)


def test_a_registration_is_two_round_trips(published, agreement):
    consents._KEPT.clear()
    registration.register(agreement, ALIYA, at=NOON)  # the first of an edition also keeps the wording
    with CaptureQueriesContext(connection) as trips:
        registration.register(agreement, ALIYA, at=NOON)
    assert len(made(trips)) <= REGISTRATION[connection.vendor], made(trips)


def test_a_withdrawal_is_not_more_than_a_registration(aliya):
    take_back = consent.Change(withdraw=frozenset({("communication", "")}), language="kk")
    with CaptureQueriesContext(connection) as trips:
        consent.change(aliya.actor, take_back, at=NOON)
    assert len(trips) <= REGISTRATION["sqlite"]


@pytest.mark.parametrize("path", ["/", "/policy", "/ru/policy", "/policy/editions/", "/register"])
def test_a_public_page_is_three_round_trips(published, client, path):
    cache.clear()
    client.get(path)
    with CaptureQueriesContext(connection) as trips:
        assert client.get(path).status_code == 200
    assert len(trips) <= PAGE, [trip["sql"][:80] for trip in trips]


def test_the_edition_is_parsed_once(published):
    assert publication.in_force(NOON) is publication.in_force(NOON)
