"""What was destroyed or blocked after a backup was made is destroyed and blocked again before anybody is served.

It is read from the ledger outside of the database (derbes/outside/tombstones). What always holds: a ledger
that does not go on from the one of the backup is refused; of somebody of whom it is not known whether their
destruction was committed nothing is done any more, for their data are blocked until a person has decided.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from derbes.core.accounts.models import Code, User
from derbes.core.documents.models import Document
from derbes.core.journal import log
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import removal
from derbes.flows import serving
from derbes.flows.story import step
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind
from derbes.outside import storage, tombstones
from derbes.outside.tombstones import (
    Damaged,
    Head,
    Kind,
    Ledger,
    Tombstone,
)  # raised here; imported from here

__all__ = ["Damaged", "NothingPending", "Replayed", "WrongLedger", "replay", "settle", "without_ledger"]

RESTORE = Actor(kind=ActorKind.SYSTEM, code="restore")
CHUNK = 500
OVERLAP = timedelta(days=1)  # a step that began before the backup may have been committed after it
SETTLED = timedelta(minutes=10)  # by then every step has ended one way or the other


class NothingPending(Exception):
    """This installation is served: nothing was restored that waits for a replay."""


class WrongLedger(Exception):
    """None of the ledgers goes on from the one that the backup saw: another installation's, or an old copy."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many people were destroyed, blocked and unblocked again; and blocked because their end is in doubt."""

    destroyed: int
    blocked: int
    unblocked: int
    doubtful: int


@dataclass(slots=True)
class _Ends:
    """Where each person of the ledger is in the end."""

    destroyed: set[UUID]
    doubtful: set[UUID]
    blocked: dict[UUID, datetime]
    unblocked: set[UUID]


def replay(files: Sequence[Path], *, at: datetime) -> Replayed:
    """Do again what the ledgers tell since the backup, then let this installation serve.

    Raises `NothingPending`, `WrongLedger`, `Damaged`, `FileNotFoundError`.
    """
    mark = _mark()
    ledgers = [_existing(path) for path in files]
    goes_on = [one.goes_on_from(Head(**mark["ledger"])) for one in ledgers]
    if not any(goes_on):
        raise WrongLedger
    made = datetime.fromisoformat(mark["made"])
    facts = sorted(
        (fact for ledger in ledgers for fact in ledger.since(made - OVERLAP)), key=lambda one: (one.at, one.n)
    )
    done = _apply(_ends(facts), at=at)
    if not tombstones.place().exists():
        tombstones.place().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(files[goes_on.index(True)], tombstones.place())
        tombstones.place().chmod(0o600)
    _open_again(done, at=at)
    return done


def without_ledger(*, at: datetime) -> None:
    """Let a restored installation serve although the ledger is lost; the journal says so for ever.

    Whoever was destroyed or blocked since the backup is there again. Raises `NothingPending`.
    """
    _mark()
    _open_again(None, at=at)


def settle(*, at: datetime) -> int:
    """Find out what became of facts that were noted and not confirmed: a process died. For the worker."""
    serving.check()
    open_ones = [one for one in tombstones.unconfirmed() if one.at <= at - SETTLED]
    for one in open_ones:
        (tombstones.confirm if _happened(one) else tombstones.undo)(one.n)
    return len(open_ones)


def _mark() -> dict[str, Any]:
    said = serving.said()
    if not said:
        raise NothingPending
    mark: dict[str, Any] = json.loads(said)
    return mark


def _existing(path: Path) -> Ledger:
    if not path.is_file():
        raise FileNotFoundError(path)
    return tombstones.ledger(path)


def _ends(facts: Iterable[Tombstone]) -> _Ends:
    ends = _Ends(set(), set(), {}, set())
    for fact in facts:
        if fact.kind is Kind.DESTROYED:
            (ends.destroyed if fact.confirmed else ends.doubtful).add(fact.subject)
        elif fact.kind is Kind.BLOCKED:
            ends.blocked[fact.subject] = fact.at
            ends.unblocked.discard(fact.subject)
        elif fact.confirmed:
            ends.blocked.pop(fact.subject, None)
            ends.unblocked.add(fact.subject)
    ends.doubtful -= ends.destroyed
    gone = ends.destroyed | ends.doubtful
    ends.unblocked -= gone
    ends.blocked = {subject: when for subject, when in ends.blocked.items() if subject not in gone}
    return ends


def _apply(ends: _Ends, *, at: datetime) -> Replayed:
    destroyed = 0
    for chunk in _chunks(ends.destroyed):
        removed, streams = _destroy(chunk)
        destroyed += removed
        for name in streams:
            storage.store().remove(str(name))
    return Replayed(
        destroyed,
        blocked=sum(_block([subject], when) for subject, when in ends.blocked.items()),
        unblocked=sum(_block(chunk, None) for chunk in _chunks(ends.unblocked)),
        doubtful=sum(_block(chunk, at) for chunk in _chunks(ends.doubtful)),
    )


def _chunks(subjects: Iterable[UUID]) -> Iterable[list[UUID]]:
    rest = iter(sorted(subjects))
    return iter(lambda: list(islice(rest, CHUNK)), [])


@step
def _destroy(subjects: Collection[UUID]) -> tuple[int, list[UUID]]:
    scans = Document.objects.filter(subject__in=subjects)
    streams = [name for pair in scans.values_list("id", "preview") for name in pair]
    scans.delete()
    Code.objects.filter(subject__in=subjects).delete()
    User.objects.filter(subject__in=subjects).update(is_active=False)
    Subject.objects.filter(subject__in=subjects).update(state=State.DESTROYED, blocked_at=None)
    return removal.remove(subjects), streams


@step
def _block(subjects: Collection[UUID], when: datetime | None) -> int:
    return Subject.objects.filter(subject__in=removal.known(subjects)).update(blocked_at=when)


@step
def _open_again(done: Replayed | None, *, at: datetime) -> None:
    detail = (
        {"ledger": "lost"} if done is None else {name: getattr(done, name) for name in Replayed.__slots__}
    )
    record = log.Record(
        at=at,
        actor=RESTORE.trace(),
        operation="restore",
        event="restore.replayed",
        clause="4.1",
        detail=detail,
    )
    log.append(record, secret=None, n=None)
    serving.open_again()


def _happened(one: Tombstone) -> bool:
    if one.kind is Kind.DESTROYED:
        return not removal.known([one.subject])
    blocked = Subject.objects.filter(subject=one.subject, blocked_at__isnull=False).exists()
    return blocked is (one.kind is Kind.BLOCKED)
