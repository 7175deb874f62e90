"""A program with a token: what all stories of the API share."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from derbes.flows import accounts, callers, registration, tokens
from tests.conftest import ALIYA, NOON

PURPOSES = frozenset({"service", "contract", "verification", "communication", "rights"})


@dataclass
class Program:
    """A program of the operator, with its token."""

    text: str
    client: Client = field(default_factory=Client)
    language: str = "en"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send one request; headers are named as WSGI does."""
        sent = {"HTTP_AUTHORIZATION": f"Bearer {self.text}", "HTTP_ACCEPT_LANGUAGE": self.language, **headers}
        if body is None:
            return self.client.generic(method, f"/api/v1{path}", **sent)
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.generic(
            method, f"/api/v1{path}", data=data, content_type="application/json", **sent
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, *, key: str = "", **headers: str) -> Any:
        return self.call("POST", path, body, **headers, **({"HTTP_IDEMPOTENCY_KEY": key} if key else {}))


@pytest.fixture(autouse=True)
def strangers() -> None:
    """No token is remembered from the test before."""
    callers.forget()


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is noon, shortly after Aliya has registered."""
    at = NOON + timedelta(minutes=5)
    monkeypatch.setattr(timezone, "now", lambda: at)
    return at


def issued(gulnar: Any, code: str = "crm", *, at: datetime = NOON, **other: Any) -> Program:
    """Gulnar issues a token for all purposes and scopes, or for `other`."""
    wanted = {
        "code": code,
        "role": "integration",
        "unit": "crm",
        "purposes": PURPOSES,
        "scopes": frozenset(tokens.SCOPES),
        "expires_at": at + timedelta(days=30),
    }
    _, text = tokens.issue(accounts.actor(gulnar), tokens.Wanted(**{**wanted, **other}), at=at)
    return Program(text)


@pytest.fixture
def crm(gulnar: Any) -> Program:
    """The operator's customer system, which may do everything that a program may."""
    return issued(gulnar)


@pytest.fixture
def asked(published: str) -> dict[str, Any]:
    """What a program sends to register Aliya, who agrees to what is needed."""
    offered = registration.offer("kk", at=NOON)
    return {
        "language": "kk",
        "statements": sorted(offered.statements),
        "agreed": [{"purpose": purpose} for purpose in sorted(offered.needed)],
        "values": ALIYA,
        "evidence": {"address": "203.0.113.7", "agent": "Mozilla/5.0 (Linux; Android 11)"},
    }
