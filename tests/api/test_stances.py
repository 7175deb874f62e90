"""A program asks where a person stands: what is given, refused, withdrawn, and what is over by its own term (§5.3)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from derbes.flows import consent
from derbes.law.moments import stamp
from derbes.law.retention import lasts
from tests.api.conftest import PURPOSES, issued
from tests.api.test_people import NOBODY, entries
from tests.api.test_tokens import problem
from tests.conftest import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.3")]


def standing(program, person):
    answer = program.get(f"/people/{person.subject}/consents")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["subject"] == str(person.subject)
    return {(one["purpose"], one["act"]): one for one in told["consents"]}


def test_each_last_word_is_told_with_the_way_to_its_receipt(aliya, crm):
    change = {"language": "kk", "withdraw": [{"purpose": "communication"}]}
    receipt = crm.post(f"/people/{aliya.subject}/consents", change).json()["receipt"]
    found = standing(crm, aliya)
    assert found["communication", ""]["word"] == "withdrawn"
    assert found["communication", ""]["receipt"] == receipt
    assert found["service", ""]["word"] == "given"
    assert found["service", ""]["at"] == stamp(NOON)
    assert set(found) == {(row.purpose, row.act) for row in consent.ledger(aliya.subject)}
    paper = crm.client.get(found["service", ""]["receipt"], HTTP_AUTHORIZATION=f"Bearer {crm.text}")
    assert paper.status_code == 200


def test_what_was_given_for_a_time_says_until_when_and_then_that_it_is_over(aliya, gulnar, monkeypatch):
    crm = issued(gulnar, expires_at=NOON + timedelta(days=366))
    give = consent.Change(give=frozenset({("advertising", "")}), language="kk")
    consent.change(aliya.actor, give, at=NOON)
    end = lasts(NOON, years=1)
    one = standing(crm, aliya)["advertising", ""]
    assert (one["word"], one["until"]) == ("given", stamp(end))
    monkeypatch.setattr(timezone, "now", lambda: end)
    assert standing(crm, aliya)["advertising", ""]["word"] == "over"


def test_that_it_was_looked_up_is_in_the_persons_journal(aliya, crm):
    standing(crm, aliya)
    entry = entries("consent.stances")[-1]
    assert (entry["actor"]["code"], entry["operation"], entry["outcome"]) == ("crm", "use", "done")


def test_a_token_without_the_purpose_is_refused_and_the_attempt_is_seen(aliya, gulnar):
    program = issued(gulnar, purposes=PURPOSES - {"rights"})
    told = problem(program.get(f"/people/{aliya.subject}/consents"), 403, "refused")
    assert told["code"] == "purpose_not_of_role"
    assert entries("consent.stances")[-1]["outcome"] == "refused"


def test_nobody_is_no_answer(crm):
    problem(crm.get(f"/people/{NOBODY}/consents"), 404, "person_unknown")
