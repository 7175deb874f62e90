"""Whom a breach affects is found, named to the authority, and told (§4.1, 94-V art. 25(2)(8), 481/НҚ).

The entries of an actor and a time are in the journal; whose they are only each person's key can tell, so the
worker walks through everybody (docs/incidents.md has cost and limits). What always holds: a search and a telling
go on where they stood; of whom is blocked nothing is opened.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from derbes.core.incidents.models import Affected, Incident, Search
from derbes.core.journal import search
from derbes.core.publications import shelf
from derbes.core.subjects.models import Subject
from derbes.core.vault import owners, vault
from derbes.crypto.ids import uuid7
from derbes.flows import breach_notice, gate, notice
from derbes.flows.breach import SYSTEM, count, done, empowered
from derbes.flows.breach_notice import Letter
from derbes.flows.gate import Unknown
from derbes.flows.story import step
from derbes.law.incidents import State
from derbes.law.permission import Actor, Powerless, Refused  # raised here; imported from here
from derbes.law.vocabulary import Operation
from derbes.outside import keys

__all__ = [
    "Letter",
    "Named",
    "Own",
    "Powerless",
    "Refused",
    "Unknown",
    "authority_list",
    "look_for",
    "name",
    "own",
    "sweep",
    "told",
]

AUTHORITY = "state_body"
NEEDED = ("surname", "given_name", "patronymic", "iin", "phone_mobile")  # 481/НҚ p. 4
CHUNK = 2000  # people walked in one transaction
ROUNDS = 5  # of such chunks in one round of the worker
MESSAGES = 20  # people told in one round of the worker
AWAY = 900.0  # seconds until a message that could not be handed over is tried again
MISSES = 3  # so many in a row, and nothing is tried for as long


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody affected, as the authority needs them to be notified; `withheld`: blocked, so nothing was opened."""

    name: str
    iin: str
    phone: str
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """An incident as the person whom it affects sees it."""

    number: str
    at: datetime
    letter: Letter


@step
def look_for(
    actor: Actor,
    number: str,
    *,
    since: datetime,
    until: datetime,
    code: str = "",
    operation: str = "",
    everyone: bool = False,
    at: datetime,
) -> None:
    """Have the people looked for whom the entries of these times are about: of one actor's code, of one operation.

    With `everyone` all whose keys there are; for what left no entry. The worker does it. Raises `Powerless`,
    `ValueError` for a time without a length, `Incident.DoesNotExist`.
    """
    empowered(actor, at)
    if since >= until:
        raise ValueError("the time that is searched ends after it begins")
    incident = Incident.objects.get(number=number)
    Search.objects.create(
        id=uuid7(at),
        incident=incident.id,
        since=since,
        until=until,
        actor=code,
        operation=operation,
        everyone=everyone,
        by=actor.code,
        at=at,
    )
    done(actor, incident, "search_begun", at=at, everyone=int(everyone))


@step
def name(actor: Actor, number: str, subject: UUID, *, at: datetime) -> None:
    """Add somebody whom it affects, known by other ways than the journal. Raises `Powerless`, `Unknown`."""
    empowered(actor, at)
    if not Subject.objects.filter(subject=subject).exists():
        raise Unknown
    incident = Incident.objects.get(number=number)
    count(incident, Affected.add(incident.id, [(subject, 0)]))
    done(actor, incident, "named", at=at)


def authority_list(actor: Actor, number: str, *, at: datetime) -> Iterator[Named]:
    """Yield what the authority needs of each person affected, to notify them (481/НҚ p. 4).

    Each is a transfer to a state body and an entry of the person's own. Of whom is blocked nothing is opened, and
    the refusal is recorded. Raises `Powerless`, `Incident.DoesNotExist`.
    """
    empowered(actor, at)
    incident = Incident.objects.get(number=number)
    for row in Affected.objects.of(incident.id).iterator(chunk_size=500):
        try:
            kept = _open_for_authority(actor, row.subject, at=at)
        except (Refused, Unknown, keys.EpochGone):
            yield Named("", "", "", withheld=True)
            continue
        names = [kept.get(key, "") for key in ("surname", "given_name", "patronymic")]
        yield Named(" ".join(filter(None, names)), kept.get("iin", ""), kept.get("phone_mobile", ""))


def told(actor: Actor) -> int:
    """Return of how many incidents a person was told. Nothing is opened, so this leaves no entry."""
    if actor.subject is None:
        return 0
    return Affected.objects.filter(subject=actor.subject).exclude(told_at=None).count()


@step
def own(actor: Actor, language: str, *, at: datetime) -> list[Own]:
    """Return the incidents that a person was told of, to themself. Raises `Refused`, `Unknown`."""
    if actor.subject is None:
        raise Unknown
    permission = gate.ask(actor, actor.subject, Operation.USE, "rights", [], event="incidents.own", at=at)
    vault.record(permission)
    rows = dict(
        Affected.objects.filter(subject=actor.subject)
        .exclude(told_at=None)
        .values_list("incident", "told_at")
    )
    policy = shelf.in_force(at).policy
    return [
        Own(one.number, one.detected_at, breach_notice.to_people(one, policy, language))
        for one in Incident.objects.filter(id__in=list(rows)).newest_first()
    ]


@dataclass(slots=True)
class _Memory:
    """When this process tries again to send messages, to anybody and to single people, by a clock that nobody sets."""

    again: float = 0.0
    later: dict[UUID, float] = field(default_factory=dict)

    def waiting(self) -> list[UUID]:
        """The people to whom nothing is sent yet."""
        now = time.monotonic()
        self.later = {subject: until for subject, until in self.later.items() if until > now}
        return list(self.later)


_memory = _Memory()


def sweep(*, at: datetime) -> int:
    """Go on with searches and with telling people; return how many people it came to. For the worker."""
    done = sum(_search(one.id, at=at) for one in Search.objects.unfinished())
    return done + sum(_tell(one, at=at) for one in Incident.objects.telling())


def _search(which: UUID, *, at: datetime) -> int:
    """Walk on from where the search has come to, through so many that the worker's other duties do not wait long."""
    row = Search.objects.get(id=which)
    tags = frozenset[bytes]()
    if not row.everyone:
        tags = search.tags(since=row.since, until=row.until, actor=row.actor, operation=row.operation)
    walked = 0
    for _ in range(ROUNDS):
        chunk = _walk(which, tags, at=at)
        walked += chunk
        if chunk < CHUNK:
            break
    return walked


@step
def _walk(which: UUID, tags: frozenset[bytes], *, at: datetime) -> int:
    row = Search.objects.select_for_update().get(id=which)
    if row.done_at:
        return 0
    chunk = owners.walk(
        tags, ring=keys.ring(), gone=keys.EpochGone, after=row.last, most=CHUNK, everyone=row.everyone
    )
    incident = Incident.objects.select_for_update().get(id=row.incident)
    row.entries, row.last = len(tags), chunk.last or row.last
    row.walked, row.closed = row.walked + chunk.walked, row.closed + chunk.closed
    row.found += len(chunk.found)
    row.matched += sum(theirs for _, theirs in chunk.found)
    count(incident, Affected.add(row.incident, chunk.found))
    if chunk.walked < CHUNK:
        row.done_at = at
        counts = {"walked": row.walked, "found": row.found, "entries": row.entries, "matched": row.matched}
        done(SYSTEM, incident, "searched", at=at, closed=row.closed, **counts)
    row.save()
    return chunk.walked


def _tell(incident: Incident, *, at: datetime) -> int:
    """Send the next messages; when everybody was told, the register says so.

    A message that goes out and whose row is not marked, for the process died, is handed over again with the same
    mark: never untold is what the law wants. What cannot be handed over is tried again after a while.
    """
    if time.monotonic() < _memory.again:
        return 0
    untold = Affected.objects.of(incident.id).untold()
    told = misses = 0
    for row in untold.exclude(subject__in=_memory.waiting())[:MESSAGES]:
        if _told(row, incident.id, at=at):
            _mark_told(row, at=at)
            told, misses = told + 1, 0
            continue
        _memory.later[row.subject] = time.monotonic() + AWAY
        misses += 1
        if misses == MISSES:
            _memory.again = time.monotonic() + AWAY
            break
    if not untold.exists():
        _all_told(incident.id, at=at)
    return told


def _told(row: Affected, incident: UUID, *, at: datetime) -> bool:
    """Tell one person; false when it is to be tried again."""
    try:
        return notice.tell_of_breach(row.subject, incident, at=at)
    except keys.EpochGone:
        return True  # nobody can reach them any more


@step
def _mark_told(row: Affected, *, at: datetime) -> None:
    Affected.objects.filter(pk=row.pk).update(told_at=at)


@step
def _all_told(which: UUID, *, at: datetime) -> None:
    incident = Incident.objects.select_for_update().get(id=which)
    unfinished = Search.objects.unfinished().filter(incident=which).exists()
    if incident.state == State.AUTHORITY_NOTIFIED and not unfinished:
        incident.go(State.SUBJECTS_NOTIFIED, at=at)
        done(SYSTEM, incident, "subjects_notified", at=at, people=incident.affected)


@step
def _open_for_authority(actor: Actor, subject: UUID, *, at: datetime) -> dict[str, str]:
    wish = gate.Wish(operation=Operation.TRANSFER, purpose="breach", fields=NEEDED, recipient=AUTHORITY)
    return vault.take(gate.ask_all(actor, subject, [wish], event="incidents.authority", at=at)[0])
