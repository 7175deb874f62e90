"""Programs of the operator act with tokens: issued, withdrawn, recognised; what they ask twice is done once (§3.3, §4.1).

What always holds: a token is shown once; it has a role of the policy that is not bound to matters, no purpose
that the role lacks, and an end within a year; issuing and withdrawing are entries of the journal. A withdrawal
is seen by every process of the server within `MOMENT`.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from derbes.core.accounts.throttle import TooOften
from derbes.core.journal import log
from derbes.core.publications import shelf
from derbes.core.tokens.models import Answer, Taken, Token
from derbes.core.vault import words
from derbes.crypto import index
from derbes.flows.story import along, step
from derbes.law.permission import Actor, Powerless, empower
from derbes.law.policy import Policy
from derbes.law.vocabulary import ActorKind
from derbes.outside import keys

__all__ = [
    "KEPT",
    "LONGEST",
    "MOMENT",
    "SCOPES",
    "Bearer",
    "NotIssuable",
    "OtherRequest",
    "Powerless",
    "Token",
    "TooOften",
    "Unrecognised",
    "Wanted",
    "issue",
    "listing",
    "once",
    "recognise",
    "suitable",
    "sweep",
    "withdraw",
]

#: What a token can be good for; each operation of the API wants one.
SCOPES = ("register", "read", "find", "consent", "receipt", "block", "destroy", "history")
LONGEST = timedelta(days=366)
MOMENT = timedelta(seconds=2)  # for how long a process remembers a token that it has looked up
KEPT = timedelta(hours=24)  # for how long an answer is given again at the least
FASTEST = 1_000_000  # requests a minute
_KEY, _ANSWER = "what was asked", "an answer kept"  # keys of the ring
_MOST = 1000  # tokens remembered
_TEXT = re.compile(r"derbes_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")
_CODE = re.compile(r"[a-z][a-z0-9-]{1,30}")


class Unrecognised(Exception):
    """No leave to act: `code` is unknown, expired or withdrawn."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotIssuable(Exception):
    """Such a token cannot be: `field` is what is wrong, `code` why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code


class OtherRequest(Exception):
    """The key was used for another request."""


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


@dataclass(frozen=True, slots=True)
class Bearer:
    """A program that has shown its token. `pace`: how many requests a minute, how many are left, seconds to the next."""

    id: UUID
    actor: Actor
    scopes: frozenset[str]
    pace: tuple[int, int, int]

    def on_word_of(self, subject: UUID) -> Actor:
        """Return who acts when the program brings the word or the wish of a person."""
        return replace(self.actor, subject=subject)


# In the office


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
    _remembered.pop(token.id, None)


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


# At the door


@dataclass(slots=True)
class _Remembered:
    """A token as this process saw it last, and how many requests it took in the minute that began then."""

    row: Token
    until: datetime
    bearer: Actor
    minute: datetime
    taken: int = 0


_remembered: dict[UUID, _Remembered] = {}


def recognise(text: str, *, at: datetime) -> Bearer:
    """Return who shows the token `text`, at the most one statement. Raises `Unrecognised`, `TooOften`.

    The pace is that of one process of the server, by the minute.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise Unrecognised("unknown")
    one = _look_up(UUID(match[1]), at=at)
    digest = sha256(match[2].encode()).digest()
    if one is None or not hmac.compare_digest(bytes(one.row.digest), digest):
        raise Unrecognised("unknown")
    if one.row.withdrawn_at is not None:
        raise Unrecognised("withdrawn")
    if one.row.expires_at <= at:
        raise Unrecognised("expired")
    return Bearer(one.row.id, one.bearer, frozenset(one.row.scopes), _pace(one, at=at))


def _look_up(id_: UUID, *, at: datetime) -> _Remembered | None:
    before = _remembered.get(id_)
    if before is not None and before.until - MOMENT <= at < before.until:
        return before
    row = Token.objects.filter(id=id_).first()
    if row is None:
        return None
    actor = Actor(
        kind=ActorKind.TOKEN,
        code=row.code,
        unit=row.unit,
        role=row.role,
        purposes=frozenset(row.purposes),
    )
    if len(_remembered) >= _MOST:
        _remembered.clear()
    now = _Remembered(row, at + MOMENT, actor, at)
    if before is not None:
        now.minute, now.taken = before.minute, before.taken
    _remembered[id_] = now
    return now


def _pace(one: _Remembered, *, at: datetime) -> tuple[int, int, int]:
    """Count one request. Raises `TooOften`."""
    gone = (at - one.minute).total_seconds()
    if not 0 <= gone < 60:  # noqa: PLR2004  a minute
        one.minute, one.taken, gone = at, 0, 0.0
    one.taken += 1
    rest = max(1, 60 - int(gone))
    if one.taken > one.row.rate:
        raise TooOften(rest)
    return one.row.rate, one.row.rate - one.taken, rest


def forget() -> None:
    """Forget the tokens that this process has seen, for tests."""
    _remembered.clear()


# Asked twice, done once


def once(
    bearer: Bearer,
    key: str,
    request: bytes,
    deed: Callable[[], object],
    told: Callable[[Any], Mapping[str, Any]],
    *,
    at: datetime,
) -> tuple[Mapping[str, Any], bool]:
    """Do `deed`, whose first step's return `told` makes into an answer; return it, and whether it was given before.

    Under a `key` of the program's own choice the answer is kept with the deed, in its transaction: asked again, it is
    given again; asked twice at once, one deed waits for the other and is undone. An empty key keeps nothing.
    Raises what the deed raises, of which nothing is kept, and `OtherRequest`.
    """
    if not key:
        return _done(deed, told, lambda _: None), False
    ring = keys.ring()
    named = index.digest(ring.index_key(_KEY), f"{bearer.id.hex} key {key}")
    asked = index.digest(ring.index_key(_KEY), f"{bearer.id.hex} {key} {sha256(request).hexdigest()}")
    if (before := _before(bearer.id, named, asked)) is not None:
        return before, True

    def keep(answer: Mapping[str, Any]) -> None:
        sealed = words.seal(json.dumps(answer), _ANSWER, ring=ring)
        Answer.keep(bearer.id, named, asked, sealed, at=at)

    try:
        return _done(deed, told, keep), False
    except Taken:  # somebody asked the same at the same time, and their deed is done
        return once(bearer, key, request, deed, told, at=at)


def sweep(*, at: datetime) -> int:
    """Remove the answers that are not given again any more; return how many."""
    return _sweep(at=at)


@step
def _sweep(*, at: datetime) -> int:
    return Answer.forget_before(at - KEPT)


def _done(
    deed: Callable[[], object],
    told: Callable[[Any], Mapping[str, Any]],
    keep: Callable[[Mapping[str, Any]], None],
) -> Mapping[str, Any]:
    answers: list[Mapping[str, Any]] = []

    def write(done: object) -> None:
        answers.append(told(done))
        keep(answers[0])

    before = along.set(write)
    try:
        deed()
    finally:
        along.reset(before)
    return answers[0]


def _before(token: UUID, named: bytes, asked: bytes) -> Mapping[str, Any] | None:
    """The answer that was given under this key."""
    row = Answer.find(token, named)
    if row is None:
        return None
    if bytes(row.request) != asked:
        raise OtherRequest
    answer: Mapping[str, Any] = json.loads(words.unseal(row.sealed, _ANSWER, ring=keys.ring()))
    return answer
