"""Epochs come and go, so that what was destroyed opens from no old copy of the database (docs/keys.md).

A new epoch begins, the living are wrapped anew under it, and when it has been current for the overlap the
old epoch's key is destroyed. The overlap is there for backups: until it ends, those made before open too.
What always holds: an epoch key is destroyed only when the database has let nobody be wrapped under it any
more; whatever was interrupted goes on at the next call.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from derbes.core.journal import log
from derbes.core.publications import shelf
from derbes.core.vault import rewrap
from derbes.flows.story import step
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind
from derbes.outside import keys
from derbes.outside.keys import KeysRefused, began  # imported from here

__all__ = ["KeysRefused", "Rotated", "Unfinished", "began", "rotate", "sweep", "window"]

ROTATION = Actor(kind=ActorKind.SYSTEM, code="rotation")
CHUNK = 1000  # people whose rows are held together, for some hundredths of a second
ROUNDS = 3  # through everybody; from the second on, people at work are waited for

#: For editions whose `limits` do not name `epoch_days` and `epoch_overlap_days`.
EPOCH_DAYS, OVERLAP_DAYS = 30, 2


class Unfinished(Exception):
    """Somebody is still wrapped under an old epoch; nothing was destroyed. Run it again."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was done: the epoch begun, people wrapped anew, epochs whose keys were destroyed, and those kept yet."""

    begun: str
    rewrapped: int
    destroyed: tuple[str, ...]
    kept: tuple[str, ...]


def window(at: datetime) -> timedelta:
    """Return how long, at most, an old copy of the database and the keys of its day open somebody destroyed.

    By the schedule in force; the worker's hour and the time of one re-wrapping come on top.
    """
    return sum(_terms(at), timedelta())


def sweep(*, at: datetime) -> Rotated | None:
    """Do what is due by the schedule: begin an epoch, wrap anew, destroy. For the worker; None when nothing is."""
    every, overlap = _terms(at)
    current, old = _epochs()
    begin = began(current) + every <= at
    if not begin and not any(_over(old, current, overlap, at)) and not rewrap.left(old):
        return None
    return _rotate(begin=begin, overlap=overlap, at=at)


def rotate(*, at: datetime, now: bool = False) -> Rotated:
    """Begin an epoch and wrap everybody anew; finish instead what an earlier rotation left. Raises `Unfinished`.

    With `now` the overlap is not waited for: the old epochs end at once, and backups made before this
    rotation open nobody any more.
    """
    _, overlap = _terms(at)
    _, old = _epochs()
    interrupted = bool(rewrap.left(old))
    return _rotate(begin=not interrupted, overlap=timedelta() if now else overlap, at=at)


def _rotate(*, begin: bool, overlap: timedelta, at: datetime) -> Rotated:
    begun = _begin(at=at) if begin else ""
    current, old = _epochs()
    rewrapped = _rewrap_all(old)
    ended = tuple(epoch for epoch in _over(old, current, overlap, at) if _destroy(epoch, at=at))
    _note("rotated", at=at, rewrapped=rewrapped, destroyed=len(ended))
    return Rotated(begun, rewrapped, ended, tuple(epoch for epoch in old if epoch not in ended))


def _terms(at: datetime) -> tuple[timedelta, timedelta]:
    limits = shelf.in_force(at).policy.limits
    days = limits.get("epoch_days", EPOCH_DAYS), limits.get("epoch_overlap_days", OVERLAP_DAYS)
    return timedelta(days=days[0]), timedelta(days=days[1])


def _epochs() -> tuple[str, tuple[str, ...]]:
    """The current epoch, and the older ones whose keys live."""
    ring = keys.ring()
    current, _ = ring.current_epoch()
    return current, tuple(epoch for epoch in ring.epochs() if epoch != current)


def _over(old: Sequence[str], current: str, overlap: timedelta, at: datetime) -> list[str]:
    """The old epochs whose overlap is over: the one that came after each has been current for so long."""
    after = [*old, current][1:]
    return [epoch for epoch, next_one in zip(old, after, strict=True) if began(next_one) + overlap <= at]


def _begin(*, at: datetime) -> str:
    epoch = keys.ring().new_epoch(at)
    _note("begun", at=at, epoch=epoch)
    return epoch


def _rewrap_all(old: Sequence[str]) -> int:
    """Go through everybody until nobody is left under the epochs `old`."""
    done = 0
    for number in range(ROUNDS):
        if not rewrap.left(old):
            return done
        chunk = _chunk(old, None, wait=number > 0)
        while chunk.last:
            done += chunk.done
            chunk = _chunk(old, chunk.last, wait=number > 0)
    if rewrap.left(old):
        raise Unfinished
    return done


@step
def _chunk(old: Sequence[str], after: UUID | None, *, wait: bool) -> rewrap.Chunk:
    return rewrap.rewrap(old, ring=keys.ring(), after=after, most=CHUNK, wait=wait)


def _destroy(epoch: str, *, at: datetime) -> bool:
    """End the epoch in the database, then destroy its key; false when somebody came in between: next time."""
    try:
        _end(epoch, at=at)
    except rewrap.StillNamed:
        return False
    with suppress(keys.EpochGone):  # a rotation beside this one was first
        keys.ring().destroy_epoch(epoch)
    _note("destroyed", at=at, epoch=epoch)
    return True


@step
def _end(epoch: str, *, at: datetime) -> None:
    rewrap.end(epoch, at=at)


@step
def _note(event: str, *, at: datetime, **detail: str | int) -> None:
    record = log.Record(
        at=at,
        actor=ROTATION.trace(),
        operation="rotate",
        event=f"rotation.{event}",
        clause="4.1",
        detail=detail,
    )
    log.append(record, secret=None, n=None)
