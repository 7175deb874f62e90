"""A token is shown once, ends by itself, can be withdrawn, and is good for what it was issued for and nothing more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from derbes.core.journal.models import Entry
from derbes.core.tokens.models import Token
from derbes.flows import accounts, callers, reading, tokens
from derbes.law.permission import Actor, Powerless
from derbes.law.vocabulary import ActorKind
from tests.api.conftest import PURPOSES, Program, issued
from tests.conftest import NOON

pytestmark = pytest.mark.django_db

READ = {"purpose": "verification", "fields": ["iin"]}


def problem(answer, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["type"].endswith(f"/api/problems/{code}")
    assert told["status"] == status
    return told


def test_only_a_digest_of_a_token_is_kept(crm):
    _, _id, secret = crm.text.split("_", 2)
    row = Token.objects.values().get()
    assert secret not in str(row)
    assert secret.encode() not in bytes(row["digest"])


@pytest.mark.parametrize("who", ["bauyrzhan", "chingiz", "dana", "erlan", "madina"])
def test_who_may_not_issue_tokens(who, request):
    staff = request.getfixturevalue(who)
    with pytest.raises(Powerless):
        issued(staff)
    with pytest.raises(Powerless):
        tokens.withdraw(accounts.actor(staff), "crm", at=NOON)
    with pytest.raises(Powerless):
        tokens.listing(accounts.actor(staff), at=NOON)


def test_a_program_issues_no_tokens(crm):
    bearer = callers.recognise(crm.text, at=NOON)
    with pytest.raises(Powerless):
        tokens.listing(bearer.actor, at=NOON)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"role": "registrar"}, "role"),  # bound to matters that somebody took
        ({"role": "nobody"}, "role"),
        ({"purposes": PURPOSES | {"advertising"}}, "purposes"),
        ({"scopes": frozenset({"everything"})}, "scopes"),
        ({"scopes": frozenset()}, "scopes"),
        ({"expires_at": NOON}, "expires_at"),
        ({"expires_at": NOON + timedelta(days=367)}, "expires_at"),
        ({"rate": 0}, "rate"),
        ({"code": "Aliya S"}, "code"),
        ({"unit": " "}, "unit"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_token_that_cannot_be(gulnar, wrong, field):
    with pytest.raises(tokens.NotIssuable) as refused:
        issued(gulnar, **wrong)
    assert refused.value.field == field


def test_a_code_is_given_once(gulnar, crm):
    with pytest.raises(tokens.NotIssuable):
        issued(gulnar)


def test_issuing_and_withdrawing_stand_in_the_journal(gulnar, crm):
    tokens.withdraw(accounts.actor(gulnar), "crm", at=NOON)
    tokens.withdraw(accounts.actor(gulnar), "crm", at=NOON)
    bodies = list(Entry.objects.order_by("id").values_list("body", flat=True))
    assert sum('"tokens.issue"' in body for body in bodies) == 1
    assert sum('"tokens.withdraw"' in body for body in bodies) == 1
    assert crm.text not in "".join(bodies)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "token_missing"),
        ("Basic YTpi", "token_missing"),
        ("Bearer ", "token_missing"),
        ("Bearer nonsense", "token_unknown"),
        ("Bearer derbes_" + "0" * 32 + "_" + "A" * 43, "token_unknown"),
    ],
)
def test_who_has_no_token_gets_nothing(aliya, crm, header, code):
    answer = crm.post(f"/people/{aliya.subject}/read", READ, HTTP_AUTHORIZATION=header)
    problem(answer, 401, code)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_the_secret_of_another_token_opens_nothing(aliya, gulnar, crm):
    other = issued(gulnar, "billing")
    mixed = Program(crm.text[:39] + other.text[39:])
    assert mixed.text not in {crm.text, other.text}
    problem(mixed.post(f"/people/{aliya.subject}/read", READ), 401, "token_unknown")


def test_an_expired_token_opens_nothing(aliya, crm, noon, monkeypatch):
    path = f"/people/{aliya.subject}/read"
    assert crm.post(path, READ).status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(days=30))
    problem(crm.post(path, READ), 401, "token_expired")


def test_a_withdrawn_token_opens_nothing_after_two_seconds_at_the_latest(
    aliya, gulnar, crm, noon, monkeypatch
):
    path = f"/people/{aliya.subject}/read"
    assert crm.post(path, READ).status_code == 200
    tokens.withdraw(accounts.actor(gulnar), "crm", at=noon)
    monkeypatch.setattr(timezone, "now", lambda: noon + timedelta(seconds=2))
    problem(crm.post(path, READ), 401, "token_withdrawn")


CALLS = {
    "register": ("POST", "/people", {}),
    "find": ("POST", "/people/find", {}),
    "read": ("POST", "/people/{subject}/read", {}),
    "consent": ("POST", "/people/{subject}/consents", {}),
    "receipt": ("GET", "/people/{subject}/receipts/{subject}", None),
    "block": ("POST", "/people/{subject}/block", {}),
    "destroy": ("POST", "/people/{subject}/destroy", {}),
    "history": ("GET", "/people/{subject}/journal", None),
}


def test_every_scope_has_its_story():
    assert set(CALLS) == set(tokens.SCOPES)


@pytest.mark.parametrize("scope", tokens.SCOPES)
def test_a_token_without_the_scope_may_not(scope, aliya, gulnar):
    program = issued(gulnar, scopes=frozenset(tokens.SCOPES) - {scope})
    method, path, body = CALLS[scope]
    answer = program.call(method, path.format(subject=aliya.subject), body)
    assert problem(answer, 403, "scope_missing")["scope"] == scope


def test_unblocking_and_planning_take_the_scopes_of_what_they_belong_to(aliya, gulnar):
    program = issued(gulnar, scopes=frozenset({"read"}))
    for call in (
        program.post(f"/people/{aliya.subject}/unblock", {"ground": "request"}),
        program.get(f"/people/{aliya.subject}/destruction"),
        program.get(f"/people/{aliya.subject}/consents"),
    ):
        problem(call, 403, "scope_missing")


def test_too_many_requests_are_told_to_wait(gulnar):
    program = issued(gulnar, rate=2)
    assert [program.get("/policy/edition").status_code for _ in range(2)] == [200, 200]
    answer = program.get("/policy/edition")
    problem(answer, 429, "too_often")
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_the_pace_begins_anew_each_minute(gulnar, noon, monkeypatch):
    program = issued(gulnar, rate=1)
    assert program.get("/policy/edition").status_code == 200
    for seconds, status in ((30, 429), (61, 200), (62, 429)):
        monkeypatch.setattr(timezone, "now", lambda s=seconds: noon + timedelta(seconds=s))
        assert program.get("/policy/edition").status_code == status


def test_each_answer_says_how_many_requests_are_left(gulnar):
    program = issued(gulnar, rate=5)
    told = [program.get("/policy/edition") for _ in range(2)]
    assert [answer["RateLimit-Policy"] for answer in told] == ['"token";q=5;w=60'] * 2
    assert [answer["RateLimit"] for answer in told] == ['"token";r=4;t=60', '"token";r=3;t=60']


@pytest.mark.clause("3.3")
def test_a_role_that_is_bound_to_matters_opens_nothing_to_a_program(aliya):
    program = Actor(kind=ActorKind.TOKEN, code="crm", role="registrar", purposes=frozenset({"verification"}))
    with pytest.raises(reading.Refused) as refused:
        reading.read(program, aliya.subject, ["iin"], purpose="verification", at=NOON)
    assert refused.value.code == "matter_not_taken"
