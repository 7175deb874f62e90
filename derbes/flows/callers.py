"""The operator's programs come with tokens: recognised, held to a pace; what they ask twice is done once (§3.3, §4.1).

What always holds: a token costs at the most one statement; that it was withdrawn is seen by every process of the
server within `MOMENT`; what is kept to be answered again lies sealed, and ends.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from derbes.core.accounts.throttle import TooOften
from derbes.core.tokens.models import Answer, Token
from derbes.core.vault import words
from derbes.crypto import index
from derbes.flows.story import along, step
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind
from derbes.outside import keys

__all__ = [
    "KEPT",
    "MOMENT",
    "Bearer",
    "OtherRequest",
    "TooOften",
    "Unrecognised",
    "forget",
    "once",
    "recognise",
    "sweep",
]

MOMENT = timedelta(seconds=2)  # for how long a process remembers a token that it has looked up
KEPT = timedelta(hours=24)  # for how long an answer is given again at the least
_KEY, _ANSWER = "what was asked", "an answer kept"  # keys of the ring
_MOST = 1000  # tokens remembered
_TEXT = re.compile(r"derbes_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")


class Unrecognised(Exception):
    """No leave to act: `code` is unknown, expired or withdrawn."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OtherRequest(Exception):
    """The key was used for another request."""


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
    except IntegrityError:
        if (before := _before(bearer.id, named, asked)) is None:
            raise
        return before, True  # it was asked twice at once, and the other's deed is done


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
        keep(answers[-1])

    before = along.set(write)
    try:
        deed()
    finally:
        along.reset(before)
    return answers[-1]  # the deed may have been begun twice


def _before(token: UUID, named: bytes, asked: bytes) -> Mapping[str, Any] | None:
    """The answer that was given under this key."""
    found = Answer.find(token, named)
    if found is None:
        return None
    request, sealed = found
    if request != asked:
        raise OtherRequest
    answer: Mapping[str, Any] = json.loads(words.unseal(sealed, _ANSWER, ring=keys.ring()))
    return answer
