"""Tokens for the operator's programs: issued, listed, withdrawn (§3.3, §4.1).

What always holds: a token is shown once; it has a role of the policy that is not bound to matters, no purpose
that the role lacks, and an end within a year; issuing and withdrawing are entries of the journal.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from derbes.core.journal import log
from derbes.core.publications import shelf
from derbes.core.tokens.models import Token
from derbes.flows.story import step
from derbes.law.permission import Actor, Powerless, empower
from derbes.law.policy import Policy

__all__ = [
    "FASTEST",
    "LONGEST",
    "SCOPES",
    "NotIssuable",
    "Powerless",
    "Token",
    "Wanted",
    "issue",
    "listing",
    "suitable",
    "withdraw",
]

#: What a token can be good for; each operation of the API wants one.
SCOPES = ("register", "read", "find", "consent", "receipt", "block", "destroy", "history")
LONGEST = timedelta(days=366)
FASTEST = 1_000_000  # requests a minute
_CODE = re.compile(r"[a-z][a-z0-9-]{1,30}")


class NotIssuable(Exception):
    """Such a token cannot be: `field` is what is wrong, `code` why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a new token is to be."""

    code: str
    role: str
    unit: str
    purposes: frozenset[str]
    scopes: frozenset[str]
    expires_at: datetime
    rate: int = 600


def suitable(policy: Policy) -> list[str]:
    """Return the roles that a program can have: those not bound to a matter that somebody took."""
    return [key for key, role in policy.roles.items() if not role.assigned]


def listing(actor: Actor, *, at: datetime) -> list[Token]:
    """Return all tokens, the last issued first. Raises `Powerless` (power "tokens")."""
    empower(actor, shelf.in_force(at).policy, "tokens")
    return list(Token.objects.order_by("-issued_at"))


@step
def issue(actor: Actor, wanted: Wanted, *, at: datetime) -> tuple[Token, str]:
    """Issue a token; return it and the text that the program shows, to be told once.

    Raises `Powerless`, and `NotIssuable` with what is wrong.
    """
    policy = shelf.in_force(at).policy
    empower(actor, policy, "tokens")
    _check(wanted, policy, at=at)
    secret = secrets.token_urlsafe(32)
    token = Token.issue(
        wanted.code,
        sha256(secret.encode()).digest(),
        role=wanted.role,
        unit=wanted.unit,
        purposes=wanted.purposes,
        scopes=wanted.scopes,
        rate=wanted.rate,
        expires_at=wanted.expires_at,
        by=actor.code or actor.kind.value,
        at=at,
    )
    detail = {"role": wanted.role, "scopes": token.scopes, "purposes": token.purposes}
    _record(actor, "issue", code=wanted.code, at=at, **detail)
    return token, f"derbes_{token.id.hex}_{secret}"


@step
def withdraw(actor: Actor, code: str, *, at: datetime) -> None:
    """Withdraw a token; withdrawn already, nothing changes. Raises `Powerless`, `Token.DoesNotExist`."""
    empower(actor, shelf.in_force(at).policy, "tokens")
    token = Token.objects.select_for_update().get(code=code)
    if token.withdrawn_at is None:
        token.withdraw(by=actor.code or actor.kind.value, at=at)
        _record(actor, "withdraw", code=code, at=at)


def _check(wanted: Wanted, policy: Policy, *, at: datetime) -> None:
    role = policy.roles.get(wanted.role)
    questions = (
        (not _CODE.fullmatch(wanted.code), "code", "form"),
        (role is None or wanted.role not in suitable(policy), "role", "unsuitable"),
        (not wanted.unit.strip(), "unit", "empty"),
        (not wanted.scopes or not wanted.scopes <= frozenset(SCOPES), "scopes", "unknown"),
        (role is not None and not wanted.purposes <= role.purposes, "purposes", "not_of_role"),
        (not at < wanted.expires_at <= at + LONGEST, "expires_at", "term"),
        (not 1 <= wanted.rate <= FASTEST, "rate", "out_of_range"),
        (Token.objects.filter(code=wanted.code).exists(), "code", "taken"),
    )
    for wrong, name, code in questions:
        if wrong:
            raise NotIssuable(name, code)


def _record(actor: Actor, done: str, *, at: datetime, **detail: Any) -> None:
    entry = log.Record(
        at=at,
        actor=actor.trace(),
        operation="staff",
        event=f"tokens.{done}",
        clause="3.3",
        edition=shelf.in_force(at).edition,
        detail=detail,
    )
    log.append(entry, secret=None, n=None)
