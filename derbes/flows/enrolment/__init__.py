"""Very many people are registered from one file: a portfolio, with the basis of each row (§2.1, §5.2; 94-V art. 7–9).

What always holds: a dry run and the real run judge by the same code; a chunk of rows is one durable transaction that
takes its people and says how far the file was taken, so that whoever is killed goes on where the last chunk ended;
of a row that is not taken nothing is kept but its reason.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from django.utils import timezone

from derbes.core.accounts.models import User
from derbes.core.enrolments.models import Enrolment, Origin
from derbes.core.journal import log
from derbes.core.publications import shelf
from derbes.core.publications.models import Publication
from derbes.flows import course
from derbes.flows.enrolment import cohort, rejected, sheet
from derbes.flows.enrolment.cohort import Chunk
from derbes.flows.enrolment.judging import Judge
from derbes.flows.enrolment.rejected import Rejected, place_of
from derbes.flows.enrolment.rules import OWN, Mistake, Unfit, columns, importable, unfit
from derbes.flows.enrolment.seen import Seen
from derbes.flows.enrolment.sheet import Row, Sheet, Unreadable
from derbes.flows.story import step
from derbes.law.permission import Actor, Powerless, empower
from derbes.law.vocabulary import Operation
from derbes.outside import keys

__all__ = [
    "CHUNK",
    "Mistake",
    "Origin",
    "Powerless",
    "Progress",
    "Unfit",
    "Unreadable",
    "dry_run",
    "origin",
    "place_of",
    "run",
    "template",
]

CHUNK = 2000
EXAMPLES = 5

Clock = Callable[[], datetime]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file was taken: rows looked at, people taken, rows not taken by reason; bytes of the file, of all.

    `examples` has some numbers of rows for each reason, of a dry run alone. `ended`: it was taken whole before.
    """

    rows: int = 0
    taken: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    reached: int = 0
    size: int = 0
    examples: dict[str, list[int]] = field(default_factory=dict)
    ended: datetime | None = None


def template(*, at: datetime) -> tuple[str, ...]:
    """Return the columns that a file may have under the edition in force."""
    return (*OWN, *importable(shelf.in_force(at).policy))


def origin(subject: UUID) -> Origin | None:
    """Return where the data of `subject` came from; None for whoever registered in another way."""
    return Origin.of(subject)


def run(
    actor: Actor, path: Path, *, by: str, say: Callable[[Unfit], str], clock: Clock, most: int = CHUNK
) -> Iterator[Progress]:
    """Take the people of a file, `most` rows in a transaction; tell after each how far it has come.

    `by` is the code of who answers for it, `say` words a reason for the list of rows that are not taken. A file that
    was begun before is gone on with. Raises `Unreadable`, `OSError`, `Powerless`.
    """
    found = _open(actor, path, at=clock())
    if by not in _staff():
        raise Unreadable("by_unknown")
    here = _begin(actor, found, by=by, at=clock())
    yield _progress(here, found)
    if here.ended_at:
        return
    listed, desk = Rejected(found, listed=here.listed, say=say), _Desk(actor, found, clock)
    for chunk in _ahead(cohort.seal(desk.look(rows)) for rows in _chunks(found, here, most)):
        while (after := _take(chunk, here, found, listed)) is None:
            desk.sit_down()  # an edition has come into force since, or an epoch has begun
            chunk = cohort.seal(desk.look(chunk.rows))  # noqa: PLW2901
        here = after
        yield _progress(here, found)
    _end(actor, here, at=clock())


def dry_run(actor: Actor, path: Path, *, clock: Clock, most: int = CHUNK) -> Iterator[Progress]:
    """Tell what `run` would do with the rest of a file. Nothing is kept of it. Raises as `run`."""
    found = _open(actor, path, at=clock())
    here = _standing(found) or Enrolment(digest=found.digest, reached=found.start)
    if here.ended_at:
        yield _progress(here, found)
        return
    yield _progress(here, found)
    desk, examples = _Desk(actor, found, clock), dict[str, list[int]]()
    with Seen() as seen:
        for chunk in _ahead(map(desk.look, _chunks(found, here, most))):
            before = seen.before(chunk.digests)
            doubles = cohort.known(chunk) | dict(chunk.digests[digest] for digest in before)
            wrong = chunk.unfit | {row: unfit("double") for row in doubles}
            seen.add(chunk.digests)
            for number in sorted(wrong):
                some = examples.setdefault(wrong[number].mistakes[0].code, [])
                some += [number] if len(some) < EXAMPLES else []
            here = _after(here, chunk, wrong, listed=here.listed)
            yield _progress(here, found, examples)


class _Desk:
    """Where rows are judged, under the edition that was in force when it was last asked."""

    def __init__(self, actor: Actor, found: Sheet, clock: Clock) -> None:
        self._actor, self._sheet, self._clock = actor, found, clock
        self.sit_down()

    def sit_down(self) -> None:
        """Ask for what judging needs of the database: afterwards it needs nothing more."""
        at = self._clock()
        editions = {
            name: shelf.edition(name) for name in Publication.objects.values_list("edition", flat=True)
        }
        today = timezone.localdate(at)
        self._judge = Judge(shelf.in_force(at), editions, _staff(), self._sheet.columns, today=today)
        self._rules = course.rules(at)

    def look(self, rows: Sequence[Row]) -> Chunk:
        """Judge rows and ask the law about them."""
        return cohort.look(rows, self._judge, self._rules, actor=self._actor, at=self._clock())


def _open(actor: Actor, path: Path, *, at: datetime) -> Sheet:
    policy = shelf.in_force(at).policy
    empower(actor, policy, "enrol")
    return sheet.open_sheet(path, known=columns(policy), key=keys.ring().index_key("enrolment"))


def _staff() -> frozenset[str]:
    return frozenset(User.objects.filter(subject=None, is_active=True).values_list("code", flat=True))


def _place(found: Sheet) -> str:
    """What identifies where a file is; its name may be somebody's."""
    return hmac.digest(keys.ring().index_key("enrolment"), str(found.path.resolve()).encode(), "sha256").hex()


def _standing(found: Sheet) -> Enrolment | None:
    """How far this file was taken. Raises `Unreadable` when another one was begun at its place."""
    here, begun = Enrolment.of(found.digest), Enrolment.unfinished_at(_place(found))
    if here is None and begun is not None:
        raise Unreadable("changed", row=begun.last, taken=begun.taken)
    return here


@step
def _begin(actor: Actor, found: Sheet, *, by: str, at: datetime) -> Enrolment:
    here = _standing(found)
    if here:
        return here
    if place_of(found.path).exists():
        raise Unreadable("list_exists", name=place_of(found.path).name)
    _tell(actor, "enrolment.begin", by, {"bytes": found.size}, at=at)
    return Enrolment.begin(found.digest, _place(found), by=by, reached=found.start, at=at)


@step
def _take(chunk: Chunk, here: Enrolment, found: Sheet, listed: Rejected) -> Enrolment | None:
    """Take the people of a chunk; None when their edition, or the epoch of their keys, is not the current one any more."""
    epoch, _ = keys.ring().current_epoch()
    if (shelf.in_force(chunk.at).edition, epoch) != (chunk.judge.edition.edition, chunk.cohort.epoch):
        return None
    if found.changed():
        raise Unreadable("changed", row=here.last, taken=here.taken)
    Enrolment.take_turns()
    doubles = cohort.known(chunk)
    wrong = chunk.unfit | {row: unfit("double") for row in doubles}
    after = _after(here, chunk, wrong, listed=here.listed)
    if not Enrolment.go_on(here, after):
        raise Unreadable("overtaken")
    cohort.write(chunk, doubles, enrolment=here.digest)
    if wrong:
        after.listed = listed.add([(row, wrong[row.number]) for row in chunk.rows if row.number in wrong])
        Enrolment.list_up_to(here.digest, listed=after.listed)
    return after


@step
def _end(actor: Actor, here: Enrolment, *, at: datetime) -> None:
    if Enrolment.end(here.digest, at=at):
        counts = {"rows": here.rows, "taken": here.taken, "rejected": dict(here.reasons)}
        _tell(actor, "enrolment.end", here.by, counts, at=at)


def _tell(actor: Actor, event: str, by: str, counts: Mapping[str, object], *, at: datetime) -> None:
    """Leave an entry of the import as a whole, beside those of each person."""
    entry = log.Record(
        at=at,
        actor=actor.trace(),
        operation=Operation.COLLECT.value,
        event=event,
        edition=shelf.in_force(at).edition,
        detail={"by": by, **counts},
    )
    log.append(entry, secret=None, n=None)


def _after(here: Enrolment, chunk: Chunk, wrong: Mapping[int, Unfit], *, listed: int) -> Enrolment:
    return Enrolment(
        digest=here.digest,
        by=here.by,
        reached=chunk.rows[-1].end,
        listed=listed,
        last=chunk.rows[-1].number,
        rows=here.rows + len(chunk.rows),
        taken=here.taken + len(chunk.rows) - len(wrong),
        reasons=rejected.counted(here.reasons, wrong),
    )


def _chunks(found: Sheet, here: Enrolment, most: int) -> Iterator[list[Row]]:
    rows = found.rows(reached=here.reached, number=here.last + 1)
    while some := list(islice(rows, most)):
        yield some


def _ahead(work: Iterable[T]) -> Iterator[T]:
    """Give the results of `work`, with the next one being made in a thread of its own meanwhile.

    One processor seals while the database writes on another; no statement is sent from the thread.
    """
    source = iter(work)
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, source, None)
        while (result := coming.result()) is not None:
            coming = thread.submit(next, source, None)
            yield result


def _progress(
    here: Enrolment, found: Sheet, examples: Mapping[str, list[int]] = MappingProxyType({})
) -> Progress:
    return Progress(
        here.rows, here.taken, dict(here.reasons), here.reached, found.size, dict(examples), here.ended_at
    )
