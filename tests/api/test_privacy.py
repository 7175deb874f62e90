"""No value of anybody's data stands in an address, in a log line or in a problem of the API."""

import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from derbes.faces.api.root import api
from derbes.flows import callers
from tests.api.conftest import issued
from tests.conftest import ALIYA

pytestmark = pytest.mark.django_db

CLEAR = [*ALIYA.values(), "77000037733", "+77000037733", "aliya", "203.0.113.7", "Android"]


def everything(program, asked) -> list:
    """One call of each operation, and one that goes wrong of each."""
    told = program.post("/people", asked, key="a-1").json()
    path = f"/people/{told['subject']}"
    calls = [
        lambda: program.get(told["receipt"].removeprefix("/api/v1")),
        lambda: program.post("/people/find", {"purpose": "verification", "by": "iin", "value": ALIYA["iin"]}),
        lambda: program.post(f"{path}/read", {"purpose": "verification", "fields": ["iin", "surname"]}),
        lambda: program.post(
            f"{path}/consents", {"language": "kk", "withdraw": [{"purpose": "communication"}]}
        ),
        lambda: program.get(f"{path}/consents"),
        lambda: program.post(f"{path}/block", {"ground": "request"}),
        lambda: program.post(f"{path}/unblock", {"ground": "request"}),
        lambda: program.get(f"{path}/destruction"),
        lambda: program.get(f"{path}/journal"),
        lambda: program.post(f"{path}/destroy", {"ground": "demand"}),
        lambda: program.post("/people", {**asked, "values": {**ALIYA, "iin": "900101300000"}}),
        lambda: program.post("/people", {**asked, ALIYA["surname"]: ALIYA["iin"]}),
        lambda: program.post(f"{path}/read", {"purpose": ALIYA["email"], "fields": [ALIYA["iin"]]}),
        lambda: program.post(
            "/people/find", {"purpose": "service", "by": "phone", "value": ALIYA["surname"]}
        ),
    ]
    return [call() for call in calls]


def test_no_address_has_a_place_for_a_value():
    schema = api.get_openapi_schema()
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            for one in operation["parameters"]:
                if one["in"] == "path":
                    assert one["schema"]["format"] == "uuid", path
                elif one["in"] == "query":
                    assert set(one["schema"].get("enum", ())) or one["schema"]["type"] == "boolean", path


def test_no_value_is_in_an_address_or_a_log_line(crm, asked, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("django.db.backends").propagate = False
    answers = everything(crm, asked)
    addresses = [answer.wsgi_request.get_full_path() for answer in answers]
    lines = "\n".join([*addresses, caplog.text])
    assert [word for word in CLEAR if word in lines] == []
    assert crm.text not in lines


def test_what_fails_in_us_is_logged_by_its_kind_alone(crm, aliya, monkeypatch, caplog):
    from derbes.flows import reading

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(ALIYA["iin"])

    monkeypatch.setattr(reading, "read", fails)
    answer = crm.post(f"/people/{aliya.subject}/read", {"purpose": "verification", "fields": ["iin"]})
    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text
    assert ALIYA["iin"] not in caplog.text + answer.content.decode()


def test_problems_repeat_nothing(crm, asked):
    problems = [answer for answer in everything(crm, asked) if answer.status_code >= 400]
    assert len(problems) >= 4
    for answer in problems:
        assert [word for word in CLEAR if word in answer.content.decode()] == []


def test_no_answer_is_kept_on_the_way(crm, asked):
    for answer in everything(crm, asked):
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer


def test_a_reading_costs_the_token_nothing_more_than_once_in_two_seconds(gulnar, aliya):
    program = issued(gulnar)
    read = {"purpose": "verification", "fields": ["iin"]}
    with CaptureQueriesContext(connection) as first:
        program.post(f"/people/{aliya.subject}/read", read)
    with CaptureQueriesContext(connection) as second:
        program.post(f"/people/{aliya.subject}/read", read)
    assert [trip["sql"] for trip in first if "tokens_token" in trip["sql"]]
    assert not [trip["sql"] for trip in second if "tokens_" in trip["sql"]]
    assert len(first) == len(second) + 1
    callers.forget()


def test_no_session_is_opened_and_no_form_is_checked(crm, aliya):
    with CaptureQueriesContext(connection) as trips:
        crm.post(f"/people/{aliya.subject}/read", {"purpose": "verification", "fields": ["iin"]})
    assert not [trip["sql"] for trip in trips if "session" in trip["sql"] or "accounts_user" in trip["sql"]]
