"""The journal is shown to those outside who keep the operator to it: witnesses, and a time-stamping authority.

What always holds: nobody waits for them. They are asked between steps, at the same time, each within a bounded
time; what they say is verified before it is kept; one that is away, slow, lying or behind changes nothing for the
others and nothing for the work. One that has seen a larger or another journal is the alarm that they are for.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from django.conf import settings

from derbes.core.journal import anchors, prove
from derbes.core.journal.anchors import Said
from derbes.crypto import cosignature, timestamp
from derbes.crypto.checkpoint import Unsigned
from derbes.crypto.cosignature import Witness
from derbes.crypto.timestamp import Untimely
from derbes.flows.story import step
from derbes.outside import anchors as outside
from derbes.outside.anchors import Answer, Unreachable

__all__ = ["Misconfigured", "Outcome", "Seen", "Standing", "settle", "stamp", "standing", "witnesses"]

log = logging.getLogger(__name__)

#: How far a witness's or an authority's clock may be from ours. Beyond, what they say would bound nothing.
CLOCKS = timedelta(minutes=10)
_SIGNED, _CONFLICT, _INCONSISTENT = 200, 409, 422


class Misconfigured(Exception):
    """What is set for witnesses or the time-stamping authority cannot be read; the sentence says which."""


class Outcome(StrEnum):
    """What became of asking one of them."""

    SIGNED = "signed"  # they said it, it was verified, it is kept
    CURRENT = "current"  # they have said it of the newest checkpoint before
    AWAY = "away"  # no whole answer came in time
    REFUSED = "refused"  # they do not know this journal or its key
    FALSE = "false"  # what they said is not theirs, or their clock is not to be trusted
    AHEAD = "ahead"  # they have seen a larger journal than there is
    SPLIT = "split"  # they have seen another journal: ours does not go on from what they signed


class _Asked(NamedTuple):
    """One submission: of the tree of `size` entries, which goes on from that of `old`."""

    witness: Witness
    address: str
    old: int
    size: int
    proof: Sequence[str]
    note: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What one of them has last signed; `size` None: nothing yet. `behind`: entries that came since."""

    name: str
    size: int | None
    at: datetime | None
    behind: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the journal stands with those outside. `agreed`: how many entries at least `quorum` witnesses have signed."""

    size: int
    witnesses: tuple[Seen, ...]
    quorum: int
    agreed: int
    stamped: Said | None


def witnesses() -> list[tuple[Witness, str]]:
    """Return the configured witnesses with their addresses; raise `Misconfigured`."""
    words = settings.ANCHORS["witnesses"]
    try:
        pairs = zip(words[::2], words[1::2], strict=True)
        found = [(cosignature.parse_witness(key), address) for key, address in pairs]
    except ValueError:
        raise Misconfigured(
            "DERBES_WITNESSES needs pairs of a witness's verifier key and its address."
        ) from None
    if len({witness.name for witness, _ in found}) != len(found):
        raise Misconfigured("DERBES_WITNESSES names a witness twice.")
    return found


def quorum() -> int:
    """Return how many witnesses are enough: as set, else more than half of them."""
    said, count = settings.ANCHORS["quorum"], len(witnesses())
    if not said:
        return count // 2 + 1
    if len(said) != 1 or not said[0].isdigit() or int(said[0]) < 1:
        raise Misconfigured("DERBES_QUORUM needs one number, of at least 1.")
    return int(said[0])


def standing() -> Standing:
    """Return who outside has signed how much of the journal, for the page of the journal."""
    newest = anchors.newest()
    size = newest[0] if newest else 0
    known = [witness.name for witness, _ in witnesses()]
    said = anchors.last([*known, anchors.TIMESTAMP])
    seen = [said.get(name) for name in known]
    reached = sorted((one.size for one in seen if one), reverse=True)
    wanted = quorum()
    return Standing(
        size=size,
        witnesses=tuple(
            Seen(name, one.size if one else None, one.at if one else None, size - (one.size if one else 0))
            for name, one in zip(known, seen, strict=True)
        ),
        quorum=wanted,
        agreed=reached[wanted - 1] if len(reached) >= wanted else 0,
        stamped=said.get(anchors.TIMESTAMP),
    )


def settle(*, at: datetime, seconds: float = 10.0) -> dict[str, Outcome]:
    """Ask every witness that has not signed the newest checkpoint; return what became of each.

    Takes about `seconds` at most, twice when a witness has seen more than we remember. To be called outside of any step.
    """
    configured = witnesses()
    newest = anchors.newest()
    if newest is None:
        return {}
    said = anchors.last(witness.name for witness, _ in configured)
    olds = {witness.name: said[witness.name].size if witness.name in said else 0 for witness, _ in configured}
    done = {
        name: Outcome.CURRENT if old == newest[0] else Outcome.AHEAD
        for name, old in olds.items()
        if old >= newest[0]
    }
    asked = [
        _submission(witness, address, olds[witness.name])
        for witness, address in configured
        if witness.name not in done
    ]
    again = list[_Asked]()
    for one, answer in _answers(asked, seconds):
        if _remembers_more(one, answer):
            again.append(_submission(one.witness, one.address, answer.size if answer and answer.size else 0))
        else:
            done[one.witness.name] = _outcome(one, answer, at)
    done |= {one.witness.name: _outcome(one, answer, at) for one, answer in _answers(again, seconds)}
    for name, outcome in done.items():
        _report(name, outcome)
    return done


def stamp(*, at: datetime, seconds: float = 20.0) -> Outcome | None:
    """Have the newest checkpoint time-stamped, unless it is; None when no authority is set or nothing is there.

    What is stamped is the SHA-256 of the checkpoint as the operator signed it. To be called outside of any step.
    """
    words, newest = settings.ANCHORS["tsa"], anchors.newest()
    if not words or newest is None:
        return None
    address, roots = _authority(words)
    size, note = newest
    said = anchors.last([anchors.TIMESTAMP]).get(anchors.TIMESTAMP)
    if said and said.size == size:
        return Outcome.CURRENT
    digest, nonce = sha256(note.encode()).digest(), secrets.randbits(63)
    try:
        answer = outside.timestamp(address, timestamp.request(digest, nonce), seconds=seconds)
        token = timestamp.token_in(answer)
        when = timestamp.verify(token, digest, roots, nonce=nonce)
    except Unreachable:
        outcome = Outcome.AWAY
    except Untimely:
        outcome = Outcome.FALSE
    else:
        outcome = _kept(size, anchors.TIMESTAMP, token, when, at)
    _report("the time-stamping authority", outcome)
    return outcome


def _submission(witness: Witness, address: str, old: int) -> _Asked:
    """Prove to a witness that the newest checkpoint goes on from the one of `old` entries."""
    found = prove.consistency(old)
    size = int(found["checkpoint"].split("\n")[1])
    return _Asked(witness, address, old, size, found["proof"], found["checkpoint"])


def _answers(asked: Sequence[_Asked], seconds: float) -> Iterable[tuple[_Asked, Answer | None]]:
    """Ask all of them at the same time; None is no answer. The database is not touched meanwhile."""
    if not asked:
        return []

    def ask(one: _Asked) -> Answer | None:
        try:
            return outside.add_checkpoint(one.address, one.old, one.proof, one.note, seconds=seconds)
        except Unreachable:
            return None

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(zip(asked, pool.map(ask, asked), strict=True))


def _remembers_more(one: _Asked, answer: Answer | None) -> bool:
    """Whether the witness has seen another checkpoint than we remember, and one that ours can go on from."""
    conflict = answer is not None and answer.status == _CONFLICT and answer.size is not None
    return conflict and answer is not None and answer.size != one.old and (answer.size or 0) <= one.size


def _outcome(one: _Asked, answer: Answer | None, at: datetime) -> Outcome:
    if answer is None:
        return Outcome.AWAY
    if answer.status == _CONFLICT and (answer.size or 0) > one.size:
        return Outcome.AHEAD
    if answer.status == _INCONSISTENT or (answer.status == _CONFLICT and one.old == one.size):
        return Outcome.SPLIT
    if answer.status != _SIGNED:
        return Outcome.REFUSED
    for line in answer.lines:
        try:
            when = cosignature.verify(line, one.note, one.witness)
        except Unsigned:
            continue
        return _kept(one.size, one.witness.name, line.encode(), when, at)
    return Outcome.FALSE


def _kept(size: int, source: str, proof: bytes, when: datetime, at: datetime) -> Outcome:
    if abs(when - at) > CLOCKS:
        return Outcome.FALSE
    _keep(size, source, proof, when)
    return Outcome.SIGNED


@step
def _keep(size: int, source: str, proof: bytes, when: datetime) -> None:
    anchors.add(size, source, proof, at=when)


def _report(name: str, outcome: Outcome) -> None:
    if outcome in {Outcome.AHEAD, Outcome.SPLIT}:
        log.critical("%s has seen another journal than ours: %s (docs/journal.md)", name, outcome)
    elif outcome not in {Outcome.SIGNED, Outcome.CURRENT}:
        log.warning("%s: %s", name, outcome)


def _authority(words: Sequence[str]) -> tuple[str, list[x509.Certificate]]:
    try:
        address, path = words
        return address, _certificates(path)
    except (ValueError, OSError):
        raise Misconfigured(
            "DERBES_TSA needs an address and a PEM file with the authority's root certificate."
        ) from None


@cache
def _certificates(path: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(Path(path).read_bytes())
