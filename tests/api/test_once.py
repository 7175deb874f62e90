"""What a program asks twice is done once, and answered alike; what it asks otherwise is another thing."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections

from derbes.core.acts.models import Act
from derbes.core.consents.models import Consent
from derbes.core.matters.models import Matter
from derbes.core.subjects.models import Subject
from derbes.core.tokens.models import Answer
from derbes.flows import callers
from tests.api.conftest import Program, issued
from tests.api.test_tokens import problem
from tests.conftest import ALIYA

pytestmark = pytest.mark.django_db


def test_a_registration_sent_twice_is_one_registration(crm, asked):
    first, second = (crm.post("/people", asked, key="a-1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert Subject.objects.count() == Matter.objects.count() == 1


def test_without_a_key_each_registration_is_one_of_its_own(crm, asked):
    told = [crm.post("/people", asked).json()["subject"] for _ in range(2)]
    assert len(set(told)) == Subject.objects.count() == 2
    assert not Answer.objects.exists()


def test_a_key_with_another_request_is_a_mistake(crm, asked):
    crm.post("/people", asked, key="a-1")
    asked["values"] = {**ALIYA, "given_name": "Сәуле"}
    problem(crm.post("/people", asked, key="a-1"), 422, "key_reused")
    assert Subject.objects.count() == 1


def test_a_key_with_another_address_is_a_mistake(crm, aliya):
    path = f"/people/{aliya.subject}"
    assert crm.post(f"{path}/block", {"ground": "request"}, key="b-1").status_code == 200
    problem(crm.post(f"{path}/unblock", {"ground": "request"}, key="b-1"), 422, "key_reused")


def test_the_keys_of_one_program_are_not_those_of_another(crm, gulnar, asked):
    other = issued(gulnar, "billing")
    told = {program.post("/people", asked, key="a-1").json()["subject"] for program in (crm, other)}
    assert len(told) == 2


def test_what_was_refused_is_asked_anew(crm, asked):
    wrong = {**asked, "statements": []}
    problem(crm.post("/people", wrong, key="a-1"), 422, "not_agreed")
    assert crm.post("/people", asked, key="a-1").status_code == 201


def test_destroying_twice_is_answered_alike_although_there_is_nobody_any_more(crm, aliya):
    answers = [
        crm.post(f"/people/{aliya.subject}/destroy", {"ground": "demand"}, key="d-1") for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert Act.objects.filter(subject=aliya.subject).count() == 1


def test_a_withdrawal_sent_twice_is_one_word_with_one_receipt(crm, aliya):
    said = {"language": "kk", "withdraw": [{"purpose": "communication"}]}
    path = f"/people/{aliya.subject}/consents"
    answers = [crm.post(path, said, key="w-1").json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["stopped"] == [{"purpose": "communication", "act": ""}]
    assert Consent.objects.filter(subject=aliya.subject, word="withdrawn").count() == 1


@pytest.mark.parametrize("key", ["", "х", "a" * 256, "a b"])
def test_a_key_that_cannot_be_one(crm, asked, key):
    answer = crm.call("POST", "/people", asked, HTTP_IDEMPOTENCY_KEY=key)
    problem(answer, 400, "key_malformed")
    assert not Subject.objects.exists()


def test_what_is_kept_says_nothing_in_clear(crm, asked):
    told = crm.post("/people", asked, key="a-1").json()
    row = Answer.objects.values().get()
    kept = str({name: bytes(one) if isinstance(one, memoryview) else one for name, one in row.items()})
    for word in ("a-1", told["subject"], told["matter"], ALIYA["iin"], "Сәрсенова"):
        assert word not in kept


def test_answers_are_kept_for_a_day_and_then_swept(crm, asked, noon):
    crm.post("/people", asked, key="a-1")
    assert callers.sweep(at=noon + callers.KEPT) == 0
    assert callers.sweep(at=noon + callers.KEPT + timedelta(seconds=1)) == 1
    crm.post("/people", asked, key="a-1")
    assert Subject.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_asked_twice_at_once_it_is_done_once(crm, asked):
    def ask(_number: int):
        try:
            answer = Program(crm.text).post("/people", asked, key="a-1")
            return answer.status_code, json.loads(answer.content).get("subject")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        told = set(threads.map(ask, range(8)))
    assert len(told) == 1, told
    assert Subject.objects.count() == Matter.objects.count() == Answer.objects.count() == 1


def test_a_crash_before_the_end_keeps_neither_the_deed_nor_the_answer(crm, asked, monkeypatch):
    from derbes.core.matters.models import Matter as Opened

    def fails(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Opened, "open", fails)
    problem(crm.post("/people", asked, key="a-1"), 500, "failed")
    assert not Subject.objects.exists()
    assert not Answer.objects.exists()
    monkeypatch.undo()


def test_keeping_the_answer_is_no_statement_of_its_own(crm, asked, django_assert_max_num_queries):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite writes each table by itself")
    crm.post("/people", asked)  # the wording of this edition is kept once
    with django_assert_max_num_queries(50) as without:
        crm.post("/people", asked)
    with django_assert_max_num_queries(50) as kept:
        crm.post("/people", asked, key="a-2")
    assert len(kept) == len(without) + 1  # whether it was asked before
