"""The gate: gather what is known, ask the law, come back with a permission or a refusal (§3.3, §4.1).

Everything that touches personal data passes here. Coming to the gate holds the person's row until the
step ends, so what was decided stays true while it is done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from derbes.core.agreements import models as agreements
from derbes.core.appeals import models as appeals
from derbes.core.consents import models as consents
from derbes.core.journal import log
from derbes.core.matters import models as matters
from derbes.core.publications import models as publications
from derbes.core.publications import shelf
from derbes.core.subjects import models as subjects
from derbes.core.vault import approach
from derbes.law.lifecycle import Life
from derbes.law.permission import Actor, Facts, Permission, Refused, Request, permit
from derbes.law.policy import Policy
from derbes.law.vocabulary import ActorKind, Operation
from derbes.outside import keys

Unknown = approach.Unknown

_FACTS = (subjects.FACTS, consents.FACTS, matters.FACTS, agreements.FACTS, appeals.FACTS, publications.FACTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One thing that a step wants to do: operation, purpose, fields; to whom, and by what reference."""

    operation: Operation
    purpose: str
    fields: Iterable[str] = ()
    recipient: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is known of a person who is being held: state, consents in force, policy in force, key."""

    state: str
    facts: Facts
    policy: Policy
    handle: approach.Handle


def ask(
    actor: Actor,
    subject: UUID,
    operation: Operation,
    purpose: str,
    fields: Iterable[str],
    *,
    event: str,
    at: datetime,
) -> Permission:
    """Return the permission to do one thing, or raise `Refused` with the clause that stands in the way.

    Raises `Unknown` when there is no such person any more.
    """
    wish = Wish(operation=operation, purpose=purpose, fields=fields)
    return ask_all(actor, subject, [wish], event=event, at=at)[0]


def ask_all(
    actor: Actor, subject: UUID, wishes: Iterable[Wish], *, event: str, at: datetime
) -> list[Permission]:
    """Return permissions for several things done to one person in one step; all of them, or `Refused`."""
    requests = [_request(actor, subject, wish, event=event, at=at) for wish in wishes]
    dossier = hold(subject, numbers=len(requests), fields=_all_fields(requests), at=at)
    return [decide(request, dossier) for request in requests]


def hold(subject: UUID, *, numbers: int, fields: Iterable[str] = (), at: datetime) -> Dossier:
    """Hold the person's row until the step ends and gather what is known, in one statement."""
    instances = [name for name in fields if "/" in name]
    handle, answers = approach.approach(
        subject, ring=keys.ring(), numbers=numbers, instances=instances, facts=_FACTS, at=at
    )
    return _dossier(handle, *answers)


def decide(request: Request, dossier: Dossier) -> Permission:
    """Ask the law about one request, on what is known."""
    data = dossier.policy.data
    dossier.handle.places = {
        **dossier.handle.places,
        **{key: data[key].category for key in request.keys if key in data},
    }
    return permit(request, dossier.policy, dossier.facts, key=dossier.handle)


def open_new(
    subject: UUID,
    said: Iterable[tuple[str, str]],
    wishes: Iterable[Wish],
    *,
    policy: Policy,
    actor: Actor | None = None,
    event: str,
    at: datetime,
) -> list[Permission]:
    """Make the key of a person who has just given the consents `said`, and ask for their first data.

    `actor` is who brings them, when it is not the person themself.
    """
    actor = actor or Actor(kind=ActorKind.SUBJECT, subject=subject)
    requests = [_request(actor, subject, wish, event=event, at=at) for wish in wishes]
    handle = approach.create(subject, ring=keys.ring(), numbers=len(requests))
    dossier = Dossier("", Facts(consented=dict.fromkeys(said, policy)), policy, handle)
    return [decide(request, dossier) for request in requests]


def note(
    actor: Actor,
    dossier: Dossier,
    operation: Operation,
    *,
    event: str,
    norm: str,
    at: datetime,
    **detail: str,
) -> None:
    """Leave an entry of something decided about a person by a power of the staff, without touching their data.

    Takes one of the numbers for which the person is held.
    """
    handle = dossier.handle
    entry = log.Record(
        at=at,
        actor=actor.trace(),
        operation=operation.value,
        event=event,
        purpose="rights",
        basis="law",
        clause="5.3",
        norm=norm,
        edition=dossier.policy.edition,
        detail=detail,
    )
    log.append(entry, secret=handle.secret, n=handle.number())


def record_refusal(refusal: Refused) -> None:
    """Leave the entry of what was refused: among the person's own entries when there is such a person."""
    request = refusal.request
    try:
        dossier = hold(request.subject, numbers=1, at=request.at)
    except Unknown:
        log.append(_refused(refusal, shelf.in_force(request.at).policy), secret=None, n=None)
        return
    handle = dossier.handle
    log.append(_refused(refusal, dossier.policy), secret=handle.secret, n=handle.number())


def _refused(refusal: Refused, policy: Policy) -> log.Record:
    """What the policy has no name for is not named: it may be anybody's data, put into the wrong place."""
    request = refusal.request
    return log.Record(
        at=request.at,
        actor=request.actor.trace(),
        operation=request.operation.value,
        event=request.event,
        purpose=request.purpose if request.purpose in policy.purposes else None,
        basis=None,
        clause=refusal.clause,
        norm=refusal.norm or None,
        fields=tuple(sorted(request.keys & policy.data.keys())),
        edition=policy.edition,
        recipient=request.recipient if request.recipient in policy.recipients else None,
        request=request.reference or None,
        outcome="refused",
        detail={"code": refusal.code},
    )


def _request(actor: Actor, subject: UUID, wish: Wish, *, event: str, at: datetime) -> Request:
    return Request(
        actor=actor,
        subject=subject,
        operation=wish.operation,
        purpose=wish.purpose,
        fields=frozenset(wish.fields),
        recipient=wish.recipient,
        reference=wish.reference,
        event=event,
        at=at,
    )


def _all_fields(requests: Iterable[Request]) -> set[str]:
    return {name for request in requests for name in request.fields}


def _dossier(
    handle: approach.Handle,
    state: Any,
    ledger: Any,
    takers: Any,
    officers: Any,
    clerks: Any,
    edition: list[str] | None,
) -> Dossier:
    name, blocked, life, deceased = state or ("", False, "", False)
    said = [tuple(row) for row in ledger or ()]
    given = consents.standing(row[:5] for row in said)
    facts = Facts(
        consented={pair: shelf.edition(name).policy for pair, name in given.items()},
        given_at={(purpose, act): _moment(at) for _, purpose, act, _, _, at in sorted(said)},
        blocked=bool(blocked),
        archived=life == Life.ARCHIVE,
        deceased=bool(deceased),
        taken_by=frozenset(code for (code,) in [*(takers or ()), *(officers or ()), *(clerks or ())]),
    )
    return Dossier(name, facts, shelf.edition(edition[0] if edition else None).policy, handle)


def _moment(text: str) -> datetime:
    """A moment as either database writes it into JSON."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
