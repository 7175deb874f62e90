"""Very many people are registered from one file: a portfolio, with the basis of each row (§2.1, §5.2; 94-V art. 7–9).

What always holds: a dry run and the real run judge by the same code; a chunk of rows is one durable transaction that
takes its people and says how far the file was taken, so that whoever is killed goes on where the last chunk ended;
of a row that is not taken nothing is kept but its reason.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from django.utils import timezone

from derbes.core.accounts.models import User
from derbes.core.enrolments.models import Enrolment, Origin
from derbes.core.journal import log
from derbes.core.publications import shelf
from derbes.core.publications.models import Publication
from derbes.flows import course
from derbes.flows.enrolment import cohort, ready, rejected, sheet
from derbes.flows.enrolment.ahead import ahead
from derbes.flows.enrolment.judging import Judge
from derbes.flows.enrolment.ready import Ready
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
    for here in _taken(desk, here, found, listed, most):  # noqa: B020  from here to here
        yield _progress(here, found)
    _end(actor, here, at=clock())


def _taken(desk: _Desk, here: Enrolment, found: Sheet, listed: Rejected, most: int) -> Iterator[Enrolment]:
    """Take chunk after chunk, and tell after each how far it has come."""
    while True:
        with ahead(partial(desk.sealed, here, most)) as chunks:
            for chunk in chunks:
                after = _take(chunk, here, found, listed)
                if after is None:
                    break
                here = after
                yield here
            else:
                return
        desk.sit_down()  # an edition has come into force since, or an epoch has begun


def dry_run(actor: Actor, path: Path, *, clock: Clock, most: int = CHUNK) -> Iterator[Progress]:
    """Tell what `run` would do with the rest of a file. Nothing is kept of it. Raises as `run`."""
    found = _open(actor, path, at=clock())
    here = _standing(found) or Enrolment(digest=found.digest, reached=found.start)
    if here.ended_at:
        yield _progress(here, found)
        return
    yield _progress(here, found)
    desk, examples = _Desk(actor, found, clock), dict[str, list[int]]()
    with Seen() as seen, ahead(partial(desk.judged, here, most)) as chunks:
        for chunk in chunks:
            before = seen.before(chunk.digests)
            doubles = ready.known(chunk) | dict(chunk.digests[digest] for digest in before)
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

    def judged(self, here: Enrolment, most: int) -> Iterator[Ready]:
        """Judge the rows beyond `here` and ask the law about them, `most` at once."""
        return (ready.judged(self._look(rows)) for rows in _chunks(self._sheet, here, most))

    def sealed(self, here: Enrolment, most: int) -> Iterator[Ready]:
        """Make ready what is to be written of the rows beyond `here`."""
        chunks = _chunks(self._sheet, here, most)
        return (ready.sealed(self._look(rows), enrolment=here.digest) for rows in chunks)

    def _look(self, rows: Sequence[Row]) -> cohort.Chunk:
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
def _take(chunk: Ready, here: Enrolment, found: Sheet, listed: Rejected) -> Enrolment | None:
    """Take the people of a chunk; None when their edition, or the epoch of their keys, is not the current one any more."""
    epoch, _ = keys.ring().current_epoch()
    if (shelf.in_force(chunk.at).edition, epoch) != (chunk.edition, chunk.epoch):
        return None
    Enrolment.take_turns()
    doubles = ready.known(chunk)
    wrong = chunk.unfit | {row: unfit("double") for row in doubles}
    rows = next(_chunks(found, here, chunk.rows)) if wrong else []
    if found.changed():  # asked when all of it was read that is kept
        raise Unreadable("changed", row=here.last, taken=here.taken)
    after = _after(here, chunk, wrong, listed=here.listed)
    if not Enrolment.go_on(here, after):
        raise Unreadable("overtaken")
    ready.write(chunk, without=frozenset(doubles.values()))
    if wrong:
        after.listed = listed.add([(row, wrong[row.number]) for row in rows if row.number in wrong])
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


def _after(here: Enrolment, chunk: Ready, wrong: Mapping[int, Unfit], *, listed: int) -> Enrolment:
    return Enrolment(
        digest=here.digest,
        by=here.by,
        reached=chunk.end,
        listed=listed,
        last=chunk.last,
        rows=here.rows + chunk.rows,
        taken=here.taken + chunk.rows - len(wrong),
        reasons=rejected.counted(here.reasons, wrong),
    )


def _chunks(found: Sheet, here: Enrolment, most: int) -> Iterator[list[Row]]:
    rows = found.rows(reached=here.reached, number=here.last + 1)
    while some := list(islice(rows, most)):
        yield some


def _progress(
    here: Enrolment, found: Sheet, examples: Mapping[str, list[int]] = MappingProxyType({})
) -> Progress:
    return Progress(
        here.rows, here.taken, dict(here.reasons), here.reached, found.size, dict(examples), here.ended_at
    )
