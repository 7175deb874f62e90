"""What a browser or a program may send: whatever it is, it is answered, and the answer repeats none of it in a log."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from tests.api.conftest import asked, crm, noon, strangers  # noqa: F401  fixtures
from tests.conftest import ALIYA

TRIES = int(os.environ.get("DERBES_TRIES", "40"))
NASTY = ["\x00", "\ud800", "\U0010ffff", "a" * 70_000, "%s", "${x}", "' OR 1=1", "<b>", "../..", "\r\nX: y", "²", "-0",
         "9" * 5000, "2026-99-99", "1e999", "\u202e", "٣", ""]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(max_size=20), st.characters().map(lambda sign: sign * 3))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
PATHS = ("", "policy", "policy/diff", "policy/2026-11-22/", "policy/2026-11-22/5.1", "policy/diff/2026-11-22/2026-11-22",
         "journal", "journal/checkpoint", "journal/tile/0/000", "journal/tile/entries/x001/000", "register", "feedback",
         "appeal", "appeal/find", "appeal/code", "sign-in", "sign-in/code", "act", "act/act.pdf", "leave", "glossary",
         "policy.atom", "healthz", "ru/policy", "en/feedback", "register/consent", "register/confirm", "office/",
         "cabinet/", "api/v1/policy/offer", "api/openapi.json")  # fmt: skip
FORM = (
    "language",
    "name",
    "email",
    "phone_mobile",
    "iin",
    "message",
    "right",
    "number",
    "code",
    "switch",
    "old",
    "new",
    "page",
    "next",
)
tried = bounds(
    max_examples=TRIES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)


@pytest.fixture
def client(published: str) -> Client:
    return Client(raise_request_exception=False)


def changed(draw: Any, body: Any) -> Any:
    """The body with one of its values, anywhere in it, replaced."""
    if isinstance(body, dict) and body and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(body)))
        return {**body, name: changed(draw, body[name])}
    if isinstance(body, list) and body and draw(st.booleans()):
        return [changed(draw, body[0]), *body[1:]]
    return draw(VALUES)


@pytest.mark.django_db
@tried
@given(data=st.data())
def test_a_page_answers_whatever_is_asked(client: Client, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(PATHS)) + data.draw(st.one_of(st.just(""), TEXTS))
    query = data.draw(st.dictionaries(st.sampled_from(FORM), TEXTS, max_size=3))
    method = data.draw(st.sampled_from(["get", "post", "head", "put"]))
    path = "/" + path.encode("utf-8", "replace").decode("latin-1").replace("?", "")
    clean = {name: text.encode("utf-8", "replace").decode() for name, text in query.items()}
    answer = getattr(client, method)(path[:9000], clean, headers={"accept-language": data.draw(TEXTS)[:50]})
    assert answer.status_code < 500


@pytest.mark.django_db
@tried
@given(data=st.data())
def test_the_api_answers_whatever_is_sent(crm: Any, asked: Any, caplog: Any, data: st.DataObject) -> None:  # noqa: F811
    crm.client.raise_request_exception = False
    place, body = data.draw(
        st.sampled_from(
            [
                ("/people", asked),
                ("/people/find", {"by": "iin", "value": ALIYA["iin"], "purpose": "service"}),
                (
                    "/people/01900000-0000-7000-8000-000000000001/read",
                    {"fields": ["iin"], "purpose": "service"},
                ),
                (
                    "/people/01900000-0000-7000-8000-000000000001/block",
                    {"ground": "inaccurate", "until": None},
                ),
                ("/people/01900000-0000-7000-8000-000000000001/unblock", {"ground": "checked"}),
                (
                    "/people/01900000-0000-7000-8000-000000000001/consents",
                    {"give": [{"purpose": "x"}], "language": "kk"},
                ),
            ]
        )
    )
    sent = json.dumps(changed(data.draw, body))
    with caplog.at_level(logging.WARNING):
        answer = crm.post(place, sent, key=data.draw(st.sampled_from(["", "a", "ключ", "\x00", "x" * 300])))
    assert answer.status_code < 500
    assert ALIYA["iin"] not in caplog.text


def leaves(body: Any) -> Iterator[tuple[str | int, ...]]:
    """The ways to each value of a body."""
    parts = body.items() if isinstance(body, dict) else enumerate(body[:1]) if isinstance(body, list) else ()
    for name, value in parts:
        yield (name,)
        yield from ((name, *rest) for rest in leaves(value))


@pytest.mark.django_db
def test_no_value_of_a_registration_is_too_odd_to_be_answered(crm: Any, asked: Any) -> None:  # noqa: F811
    crm.client.raise_request_exception = False
    statuses = set()
    for way in leaves(asked):
        for odd in (*NASTY, None, 10**30, [], {}):
            body = json.loads(json.dumps(asked))
            holder = body
            for step in way[:-1]:
                holder = holder[step]
            holder[way[-1]] = odd
            answer = crm.post("/people", body)
            statuses.add(answer.status_code)
            assert answer.status_code < 500, (way, odd if odd is None else str(odd)[:20])
    assert 422 in statuses


@pytest.mark.django_db
@tried
@given(
    sent=st.one_of(
        st.binary(max_size=200), st.sampled_from([b"[" * 100_000, b'{"by":' * 3000, b"9" * 5000, b"1e400"])
    )
)
def test_the_api_answers_what_is_no_json(crm: Any, sent: bytes) -> None:  # noqa: F811
    crm.client.raise_request_exception = False
    assert crm.call("POST", "/people/find", sent or b" ").status_code < 500
