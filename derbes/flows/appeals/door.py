"""How an appeal comes to the gate: found by its number, for the purpose of its kind, and also when data are blocked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from derbes.core.appeals.models import Appeal, AppealEvent
from derbes.core.publications import shelf
from derbes.flows import gate
from derbes.law import appeals as law
from derbes.law.permission import Actor, Permission, Request, empower
from derbes.law.vocabulary import Operation

POWER = "messages"


class Unknown(LookupError):
    """There is no such appeal, or not for this person."""


class Decided(Exception):
    """The appeal is over, or a colleague has it, or this was done already. Nothing was changed."""


def mine(actor: Actor, number: str) -> Appeal:
    """Return a person's own appeal. Raises `Unknown`."""
    found = Appeal.objects.filter(number=number, subject=actor.subject).first() if actor.subject else None
    if found is None:
        raise Unknown
    return found


def handled(actor: Actor, number: str, *, at: datetime) -> Appeal:
    """Return an appeal to one of the staff whose role sees to such. Raises `Unknown`, `Powerless`."""
    empower(actor, shelf.in_force(at).policy, POWER)
    found = Appeal.objects.filter(number=number, purpose__in=purposes(actor, at=at)).first()
    if found is None:
        raise Unknown
    return found


def live(actor: Actor, number: str, *, at: datetime) -> Appeal:
    """Return an appeal that still waits for its answer, to one of the staff. Raises `Decided` and as `handled`."""
    found = handled(actor, number, at=at)
    if not found.live:
        raise Decided
    return found


def purposes(actor: Actor, *, at: datetime) -> frozenset[str]:
    """Return the purposes that the actor's role may open data for: those appeals it sees to (§3.3)."""
    role = shelf.in_force(at).policy.roles.get(actor.role)
    return role.purposes if role else frozenset()


def ask(
    actor: Actor,
    appeal: Appeal,
    operation: Operation,
    fields: Iterable[str] = (),
    *,
    event: str,
    at: datetime,
) -> Permission:
    """Return the permission to do one thing to an appeal, or raise `Refused`.

    What comes in and goes out about blocked data is stored and nothing more (94-V art. 1): a block may not keep
    a person from asking to have it lifted, nor from their answer. Raises `Decided`, `Refused`.
    """
    fields = frozenset(fields)
    dossier = gate.hold(appeal.subject, numbers=1, fields=fields, at=at)
    _look_again(appeal)
    request = Request(
        actor=actor,
        subject=appeal.subject,
        operation=Operation.STORE if dossier.facts.blocked else operation,
        purpose=appeal.purpose,
        fields=fields,
        event=event,
        at=at,
    )
    return gate.decide(request, dossier)


def _look_again(appeal: Appeal) -> None:
    """See what became of the appeal while its person was held by somebody else. Raises `Decided` when it is over."""
    was_live = appeal.live
    appeal.refresh_from_db()
    if was_live and not appeal.live:
        raise Decided


def happened(
    appeal: Appeal, code: law.Happened, actor: Actor, *, at: datetime, **detail: object
) -> AppealEvent:
    """Add what an actor did to an appeal."""
    return AppealEvent.add(appeal, code, actor=actor.kind.value, by=actor.code, at=at, **detail)
