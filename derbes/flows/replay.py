"""What was destroyed or blocked after a backup was made is destroyed and blocked again before anybody is served.

It is read from the ledger outside of the database (derbes/outside/tombstones). What always holds: a ledger
that does not go on from the one of the backup is refused; of whom it cannot be known or done by itself, the
data are blocked until a person has decided.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from derbes.core.accounts.models import Code, SignIn, User
from derbes.core.appeals.attachments import Attachment
from derbes.core.archive.models import Archived
from derbes.core.corrections.models import Checked
from derbes.core.documents.models import Document
from derbes.core.holds.models import Block
from derbes.core.incidents.models import Affected
from derbes.core.journal import log
from derbes.core.publications import lawbook, shelf
from derbes.core.subjects.models import OVER, Subject
from derbes.core.vault import removal
from derbes.flows import serving
from derbes.flows.story import step
from derbes.law import deadlines
from derbes.law.lifecycle import Ground, Life
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
    """How many people were destroyed, blocked and unblocked again, and how many wait for somebody's decision.

    Those are blocked: `doubtful`, whose destruction may not have been committed; `archived`, of whom more came
    back than a law orders to keep.
    """

    destroyed: int
    blocked: int
    unblocked: int
    doubtful: int
    archived: int


@dataclass(slots=True)
class _Ends:
    """Where each person of the ledger is in the end."""

    destroyed: set[UUID] = field(default_factory=set)
    archived: set[UUID] = field(default_factory=set)
    doubtful: set[UUID] = field(default_factory=set)
    blocked: set[UUID] = field(default_factory=set)
    unblocked: set[UUID] = field(default_factory=set)


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
    open_ones = {one.n: one for one in tombstones.unconfirmed() if one.at <= at - SETTLED}
    for n, one in open_ones.items():  # whoever stands in one line was in one transaction
        (tombstones.confirm if _happened(one) else tombstones.undo)(n)
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
    ends = _Ends()
    for fact in facts:
        if fact.kind in {Kind.DESTROYED, Kind.ARCHIVED}:
            sure = ends.destroyed if fact.kind is Kind.DESTROYED else ends.archived
            (sure if fact.confirmed else ends.doubtful).add(fact.subject)
        elif fact.kind is Kind.BLOCKED:
            ends.blocked.add(fact.subject)
            ends.unblocked.discard(fact.subject)
        elif fact.confirmed:
            ends.blocked.discard(fact.subject)
            ends.unblocked.add(fact.subject)
    ends.archived -= ends.destroyed
    ends.doubtful -= ends.destroyed | ends.archived
    ends.blocked -= ends.destroyed | ends.archived | ends.doubtful
    ends.unblocked -= ends.destroyed | ends.archived | ends.doubtful
    return ends


def _apply(ends: _Ends, *, at: datetime) -> Replayed:
    destroyed = 0
    for chunk in _chunks(ends.destroyed):
        removed, streams = _destroy(chunk, at=at)
        destroyed += removed
        for name in streams:
            storage.store().remove(str(name))
    return Replayed(
        destroyed,
        blocked=_block_all(ends.blocked, Ground.RESPONSIBLE, at=at),
        unblocked=sum(_unblock(subject, at=at) for subject in ends.unblocked),
        doubtful=_block_all(ends.doubtful, Ground.SUSPICION, at=at),
        archived=_block_all(_with_more(ends.archived), Ground.SUSPICION, at=at),
    )


def _with_more(subjects: Collection[UUID]) -> list[UUID]:
    """Those of whom the backup has more than the archive: it was made before."""
    rows = Subject.objects.filter(subject__in=subjects).exclude(life=Life.ARCHIVE)
    return list(rows.values_list("subject", flat=True))


def _chunks(subjects: Iterable[UUID]) -> Iterable[list[UUID]]:
    rest = iter(sorted(subjects))
    return iter(lambda: list(islice(rest, CHUNK)), [])


@step
def _destroy(subjects: Collection[UUID], *, at: datetime) -> tuple[int, list[UUID]]:
    streams = list[UUID]()
    for scans in (
        Document.objects.filter(subject__in=subjects),
        Attachment.objects.filter(subject__in=subjects),
    ):
        streams += [name for pair in scans.values_list("id", "preview") for name in pair]
        scans.delete()
    users = User.objects.filter(subject__in=subjects)
    SignIn.objects.filter(user__in=list(users.values_list("id", flat=True))).delete()
    users.delete()
    for table in (Code, Checked, Affected):
        table.objects.filter(subject__in=subjects).delete()
    Archived.end(list(subjects), at=at)
    for subject in subjects:
        Block.lift(subject, ground=Ground.DEMAND, by=RESTORE.code, at=at)
    people = Subject.objects.filter(subject__in=subjects)
    people.update(life=Life.DESTROYED, blocked_at=None, **OVER)
    return removal.remove(subjects), streams


def _block_all(subjects: Collection[UUID], ground: Ground, *, at: datetime) -> int:
    return sum(_block(subject, ground, at=at) for subject in sorted(subjects))


@step
def _block(subject: UUID, ground: Ground, *, at: datetime) -> bool:
    """Block as the responsible person would; the block is to be looked into in the term of any other."""
    row = _kept(subject)
    if row is None or row.blocked_at is not None:
        return False
    Subject.go(subject, to=Life.BLOCKED, ground=ground, by=RESTORE.code, at=at)
    term = shelf.in_force(at).policy.terms["unblock"]
    due = deadlines.due(deadlines.local_day(at), term, lawbook.calendar())
    Block.put(subject, ground=ground, by=RESTORE.code, due=due, ends_at=None, at=at)
    return True


@step
def _unblock(subject: UUID, *, at: datetime) -> bool:
    row = _kept(subject)
    if row is None or row.blocked_at is None:
        return False
    Subject.go(subject, to=Life(row.life), ground=Ground.NOT_CONFIRMED, by=RESTORE.code, at=at)
    Block.lift(subject, ground=Ground.NOT_CONFIRMED, by=RESTORE.code, at=at)
    return True


def _kept(subject: UUID) -> Subject | None:
    """The person, while there is anything of them to be blocked."""
    return Subject.objects.filter(subject=subject).first() if removal.known([subject]) else None


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
    row = Subject.objects.filter(subject=one.subject).first()
    if one.kind is Kind.ARCHIVED:
        return row is not None and row.life == Life.ARCHIVE
    return (row is not None and row.blocked_at is not None) is (one.kind is Kind.BLOCKED)
