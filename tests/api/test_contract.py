"""The contract is true: the description is valid, what it promised stays, and whatever is sent is answered as it says."""

import copy
import json
import re
from datetime import timedelta
from hashlib import sha256

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from derbes.core.tokens.models import Token
from derbes.faces.api.problems import KINDS
from derbes.flows import serving, tokens
from scripts import contract
from tests.api.conftest import Program
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

BOUNDED = bounds(
    max_examples=6,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
OLD = json.loads(contract.PROMISED.read_text(encoding="utf-8"))
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, methods in OLD["paths"].items()
    for method, operation in methods.items()
}
SCHEMA = schemathesis.openapi.from_dict(OLD)
GENERATED = {one.ok().definition.raw["operationId"]: one.ok() for one in SCHEMA.get_all_operations()}


def test_the_description_is_valid_openapi(client):
    told = client.get("/api/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    validate(told)


def test_the_description_is_the_one_that_was_promised():
    assert contract.PROMISED.read_text(encoding="utf-8") == contract.written(contract.description()), (
        "the API has changed: run `make docs` and look at the change"
    )


def test_the_tables_of_the_guide_are_current():
    now, text = contract.description(), contract.GUIDE.read_text(encoding="utf-8")
    assert text == contract.guide(now)
    assert all(table in text for table in contract.tables(now).values())


def test_every_scope_is_taken_by_an_operation():
    assert {operation["x-scope"] for _, _, operation in OPERATIONS.values()} == {*tokens.SCOPES, ""}


def _without(path: tuple[str, ...]):
    new = copy.deepcopy(OLD)
    place = new
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return new


def _with(path: tuple[str, ...], value):
    new = copy.deepcopy(OLD)
    place = new
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return new


SCHEMAS = ("components", "schemas")
READ = ("paths", "/api/v1/people/{subject}/read", "post")


@pytest.mark.parametrize(
    "new",
    [
        _without(("paths", "/api/v1/people/find")),
        _without(READ),
        _without((*READ, "responses", "422")),
        _without((*SCHEMAS, "Values", "properties", "values")),
        _without((*SCHEMAS, "Reading", "properties", "fields")),
        _with(
            (*SCHEMAS, "Registration", "required"), ["language", "statements", "agreed", "values", "evidence"]
        ),
        _with((*SCHEMAS, "Values", "required"), ["subject"]),
        _with((*SCHEMAS, "Search", "properties", "by", "enum"), ["iin"]),
        _with((*SCHEMAS, "Destroyed", "properties", "outcome", "enum"), ["burnt"]),
        _with((*SCHEMAS, "Search", "properties", "value", "maxLength"), 12),
        _with((*SCHEMAS, "Values", "properties", "subject"), {"type": "integer"}),
        _with((*READ, "x-scope"), "find"),
    ],
    ids=range(12),
)
def test_what_breaks_a_promise_is_seen(new):
    assert contract.broken(OLD, new)


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        _with(("paths", "/api/v1/new"), {}),
        _with((*SCHEMAS, "Values", "properties", "more"), {"type": "string"}),
        _with((*SCHEMAS, "Reading", "properties", "more"), {"type": "string"}),
        _with((*SCHEMAS, "Search", "properties", "by", "enum"), ["iin", "phone", "email", "passport"]),
        _with((*SCHEMAS, "Search", "properties", "value", "maxLength"), 1000),
    ],
    ids=range(6),
)
def test_what_only_adds_breaks_nothing(new):
    assert contract.broken(OLD, new) == []


def as_promised(operation: dict, answer) -> None:
    """The answer has a status and a body of those that the operation has."""
    assert answer.status_code != 500, answer.content
    if answer.status_code == 404 and str(404) not in operation["responses"]:
        pytest.fail("404 was not promised")
    told = contract._whole(operation["responses"][str(answer.status_code)], OLD)
    media = answer["Content-Type"].partition(";")[0]
    schema = told["content"][media]["schema"]
    Draft202012Validator({**schema, "components": OLD["components"]}).validate(answer.json())


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_whatever_fits_the_description_is_answered_as_it_says(name, aliya, crm):
    @BOUNDED
    @given(GENERATED[name].as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE))
    def ask(case: schemathesis.Case) -> None:
        path = OPERATIONS[name][1].removeprefix("/api/v1").replace("{subject}", str(aliya.subject))
        path = path.replace("{occasion}", str((case.path_parameters or {}).get("occasion", "")))
        if case.query:
            path += "?" + "&".join(f"{key}={value}" for key, value in case.query.items())
        body = case.body if "requestBody" in OPERATIONS[name][2] else None
        as_promised(OPERATIONS[name][2], crm.call(case.method, path, body))

    ask()


BODIES = {
    "register": None,
    "find": {"purpose": "verification", "by": "iin", "value": "900101300811"},
    "read": {"purpose": "verification", "fields": ["iin", "surname"]},
    "change_consents": {"language": "kk", "withdraw": [{"purpose": "communication"}], "evidence": {}},
    "block": {"ground": "request", "until": "2026-12-31T00:00:00Z"},
    "unblock": {"ground": "request"},
}
STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        ["", "\x00", "\ud800", "ӘІҢҒ" * 900, "9" * 400, [], {}, [[[[]]]], {"a": {"b": []}}, 10**400]
    ),
)


def spoilt(draw, body):
    """The same body with one place of it changed, removed or added to."""
    places = [()]

    def walk(one, here):
        for key, inner in one.items() if isinstance(one, dict) else enumerate(one):
            places.append((*here, key))
            if isinstance(inner, dict | list):
                walk(inner, (*here, key))

    walk(body, ())
    where, new = draw(st.sampled_from(places)), draw(STRANGE)
    if not where:
        return draw(st.sampled_from([new, {**body, "Сәрсенова": new}]))
    body = copy.deepcopy(body)
    inner = body
    for step in where[:-1]:
        inner = inner[step]
    if draw(st.booleans()) or isinstance(inner, list):
        inner[where[-1]] = new
    else:
        del inner[where[-1]]
    return body


@pytest.mark.parametrize("name", sorted(BODIES))
def test_whatever_does_not_fit_is_a_problem_and_is_not_repeated(name, aliya, crm, asked):
    method, path, operation = OPERATIONS[name]
    registered = {**asked, "values": {**asked["values"], "iin": "900101300811"}}

    @bounds(BOUNDED, max_examples=25)
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        body = spoilt(data.draw, BODIES[name] or registered)
        address = path.removeprefix("/api/v1").replace("{subject}", str(aliya.subject))
        answer = crm.call(method, address, json.dumps(body).encode())
        as_promised(operation, answer)
        if answer.status_code >= 400:
            told = answer.content.decode()
            assert not re.search(r"900101300811|aliya@|[ӘәҚқҢңҒғ]|9{20}", told), told

    ask()


@pytest.mark.parametrize(
    ("body", "media", "code"),
    [
        (b"{", "application/json", "body_unreadable"),
        (b"\xff\xfe", "application/json", "body_unreadable"),
        (b"[" * 100_000, "application/json", "body_unreadable"),
        (b'{"purpose": NaN}', "application/json", "body_unreadable"),
        (b"purpose=a", "application/x-www-form-urlencoded", "media_wrong"),
        (b"{}", "text/plain", "media_wrong"),
        (b'{"a": "' + b"x" * 2_100_000 + b'"}', "application/json", "too_large"),
    ],
    ids=["cut", "no utf-8", "deep", "nan", "form", "text", "large"],
)
def test_a_body_that_is_none(crm: Program, aliya, body, media, code):
    answer = crm.client.generic(
        "POST",
        f"/api/v1/people/{aliya.subject}/read",
        data=body,
        content_type=media,
        HTTP_AUTHORIZATION=f"Bearer {crm.text}",
    )
    assert answer.status_code == KINDS[code].status
    assert answer.json()["type"].endswith(code)


@pytest.mark.parametrize("path", ["/api/", "/api/v1", "/api/v1/", "/api/v2/people", "/api/v1/people/1/read"])
def test_where_there_is_nothing_it_is_said_as_a_problem(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_another_method_is_a_problem_that_says_which_there_is(client, method):
    answer = client.generic(method, "/api/v1/people")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("code", sorted(KINDS))
def test_the_address_of_every_problem_explains_it_in_three_languages(client, code):
    told = client.get(f"/api/problems/{code}").json()
    assert told["status"] == KINDS[code].status
    assert set(told["title"]) == set(told["detail"]) == {"kk", "ru", "en"}
    assert len(set(told["title"].values())) == 3
    assert len(set(told["detail"].values())) == 3


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("", "kk"), ("ru-RU,ru;q=0.9", "ru"), ("de, en;q=0.5", "en"), ("de", "kk"), ("x" * 9000, "kk")],
)
def test_a_problem_is_told_in_the_language_of_the_caller(client, wanted, language):
    answer = client.post("/api/v1/people", content_type="application/json", HTTP_ACCEPT_LANGUAGE=wanted)
    assert answer["Content-Language"] == language
    told = client.get("/api/problems/token_missing").json()
    assert answer.json()["title"] == told["title"][language]


def test_the_edition_is_sent_once(crm):
    first = crm.get("/policy/edition")
    again = crm.get("/policy/edition", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


def test_in_production_nothing_is_answered_in_the_clear(crm, settings):
    settings.SECURE_SSL_REDIRECT = settings.SECURE_HSTS_SECONDS = 1
    assert crm.get("/policy/edition").json()["type"].endswith("insecure")
    answer = crm.client.get("/api/v1/policy/edition", secure=True, HTTP_AUTHORIZATION=f"Bearer {crm.text}")
    assert answer.status_code == 200
    assert answer["Strict-Transport-Security"] == "max-age=1"


def test_a_strange_host_is_answered_nothing(crm):
    answer = crm.get("/policy/edition", HTTP_HOST="attacker.example")
    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert b"attacker" not in answer.content


def test_between_a_restore_and_its_replay_nothing_is_answered(crm, monkeypatch):
    monkeypatch.setattr(serving, "pending", lambda: True)
    answer = crm.get("/policy/edition")
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("not_ready")
    assert int(answer["Retry-After"]) > 0


def test_before_the_first_edition_nothing_can_be_done(db):
    token = Token.issue(
        "crm",
        sha256(b"A" * 43).digest(),
        role="integration",
        unit="crm",
        purposes=[],
        scopes=[],
        rate=10,
        expires_at=NOON + timedelta(days=1),
        by="console",
        at=NOON,
    )
    answer = Program(f"derbes_{token.id.hex}_{'A' * 43}").get("/policy/edition")
    assert answer.status_code == 503
