"""Agreements and services begin and end (§5.3): with the end of the last one the term of keeping starts.

What always holds: an agreement is begun and ended by the staff who see to it or by the person leaving; while an
obligation of the person is unfulfilled, the consents that it needs cannot be withdrawn (94-V art. 8(2)).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from derbes.core.agreements.models import Agreement, EndReason, Kind
from derbes.core.publications import shelf
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.flows import gate
from derbes.flows.gate import Unknown
from derbes.flows.story import step
from derbes.law.permission import Actor, Refused, Request, empower
from derbes.law.vocabulary import ActorKind, Operation

__all__ = [
    "Agreement",
    "EndReason",
    "Ended",
    "Kind",
    "Obliged",
    "Refused",
    "Unknown",
    "begin",
    "died",
    "end",
    "fulfil",
    "leave",
    "of",
    "under_age",
]

PURPOSE = "service"

MAJORITY = 18  # years of age


class Ended(Exception):
    """The agreement has ended already. Nothing was changed."""


class Obliged(Exception):
    """An obligation is unfulfilled: the person cannot leave yet (94-V art. 8(2)). Nothing was changed."""


def of(subject: UUID) -> list[Agreement]:
    """Return the agreements of `subject`, ended ones too, the first begun first."""
    return list(Agreement.objects.of(subject))


@step
def begin(
    actor: Actor, subject: UUID, kind: Kind, *, started: datetime, obliged: bool = False, at: datetime
) -> UUID:
    """Record an agreement of `subject` that began at `started`; return its id. `actor` sees to it from now on.

    `obliged`: there is something that the person owes under it. Raises `Powerless` (power "agreements"),
    `Refused`, `Unknown`, `ValueError` for a start that lies ahead.
    """
    empower(actor, shelf.in_force(at).policy, "agreements")
    if started > at:
        raise ValueError("an agreement is recorded once it has begun")
    officer = actor.code if actor.kind is ActorKind.STAFF else ""
    row = Agreement.begin(subject, Kind(kind), officer=officer, obliged=obliged, started=started, at=at)
    permission = gate.ask(actor, subject, Operation.RECORD, PURPOSE, [], event="agreements.begin", at=at)
    vault.record(permission, kind=str(row.kind))
    Subject.look_again(subject, at=at)
    return row.id


@step
def fulfil(actor: Actor, subject: UUID, agreement: UUID, *, obliged: bool, at: datetime) -> None:
    """Record whether something is still owed under an agreement.

    Raises `Agreement.DoesNotExist`, `Ended`, `Powerless`, `Refused`, `Unknown`.
    """
    row = _row(actor, subject, agreement, at=at)
    _note(actor, row, "agreements.fulfil", at=at)
    if not Agreement.fulfil(row, obliged=obliged):
        raise Ended


@step
def end(
    actor: Actor, subject: UUID, agreement: UUID, reason: EndReason, *, ended: datetime, at: datetime
) -> None:
    """Record that an agreement ended at `ended` and nothing is owed under it.

    Raises `Agreement.DoesNotExist`, `Ended`, `Powerless`, `Refused`, `Unknown`, `ValueError` for an end that
    lies ahead or before the start.
    """
    row = _row(actor, subject, agreement, at=at)
    if not row.started_at <= ended <= at:
        raise ValueError("an agreement ends after it began, and is recorded once it has")
    _note(actor, row, "agreements.end", at=at)
    if not Agreement.end(row, reason=EndReason(reason), ended=ended):
        raise Ended


@step
def leave(actor: Actor, *, at: datetime) -> None:
    """The person does not use the service any more: the term of keeping starts (§5.3).

    Raises `Obliged` while something is owed, `Refused`, `Unknown`.
    """
    if actor.subject is None:
        raise Unknown
    permission = gate.ask(
        actor, actor.subject, Operation.RECORD, "rights", [], event="agreements.leave", at=at
    )
    running = list(Agreement.objects.of(actor.subject).running())
    if any(row.obliged for row in running):
        raise Obliged
    if not running and not Agreement.objects.of(actor.subject).filter(kind=Kind.SITE).exists():
        running = [_site(actor.subject, at=at)]
    for row in running:
        Agreement.end(row, reason=EndReason.LEFT, ended=at)
    vault.record(permission)
    Subject.look_again(actor.subject, at=at)


@step
def died(actor: Actor, subject: UUID, *, on: datetime, paper: str, at: datetime) -> None:
    """Record that the person has died at `on`, as the document with the number `paper` says: services end, nothing that rests on their consent is done any more.

    What is owed passes to the heirs and is no reason to use the consent. Raises `Powerless` (power "retention"),
    `Ended` (it was entered already), `Unknown`, `ValueError` for a time ahead or no number.
    """
    empower(actor, shelf.in_force(at).policy, "retention")
    if on > at or not paper.strip():
        raise ValueError("this lies ahead, or no document shows it")
    dossier = gate.hold(subject, numbers=1, at=at)
    running = list(Agreement.objects.of(subject).running())
    if not Agreement.objects.of(subject).exists():
        running = [_site(subject, at=at)]
    for row in running:
        Agreement.end(row, reason=EndReason.DEATH, ended=max(on, row.started_at))
    if not Subject.learn_of_death(subject, paper=paper, at=at):
        raise Ended
    gate.note(actor, dossier, Operation.STORE, event="agreements.died", norm="Civil Code art. 13", at=at)
    Subject.look_again(subject, at=at)


@step
def under_age(actor: Actor, subject: UUID, *, of_age: int, at: datetime) -> None:
    """Record that the person is under age and comes of age in the year `of_age`: no term of years begins before.

    Raises `Powerless` (power "retention"), `Unknown`, `ValueError` for a year that is no such year.
    """
    empower(actor, shelf.in_force(at).policy, "retention")
    if not 0 <= of_age - at.year <= MAJORITY:
        raise ValueError("nobody who is under age now comes of age in that year")
    dossier = gate.hold(subject, numbers=1, at=at)
    Subject.come_of_age(subject, year=of_age)
    gate.note(
        actor, dossier, Operation.STORE, event="agreements.under_age", norm="Civil Code art. 22, 23", at=at
    )
    Subject.look_again(subject, at=at)


def _site(subject: UUID, *, at: datetime) -> Agreement:
    """The use of the site itself, since the person's record was opened."""
    opened = Subject.objects.get(subject=subject).opened_at
    return Agreement.begin(subject, Kind.SITE, officer="", obliged=False, started=opened, at=at)


def _row(actor: Actor, subject: UUID, agreement: UUID, *, at: datetime) -> Agreement:
    empower(actor, shelf.in_force(at).policy, "agreements")
    return Agreement.objects.get(subject=subject, id=agreement)


def _note(actor: Actor, row: Agreement, event: str, *, at: datetime) -> None:
    """The end of an agreement is recorded whether its consent was withdrawn or not; only a block stops it."""
    dossier = gate.hold(row.subject, numbers=1, at=at)
    if dossier.facts.blocked:
        request = Request(
            actor=actor,
            subject=row.subject,
            operation=Operation.RECORD,
            purpose=PURPOSE,
            fields=frozenset(),
            event=event,
            at=at,
        )
        raise Refused(request, "blocked", "5.3", "94-V art. 1")
    gate.note(actor, dossier, Operation.RECORD, event=event, norm="94-V art. 12(2)", at=at, kind=row.kind)
    Subject.look_again(row.subject, at=at)
