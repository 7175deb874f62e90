"""What every step about a breach does: ask for the power, leave an event in the register and an entry in the journal."""

from __future__ import annotations

from datetime import datetime

from derbes.core.incidents.models import Incident, IncidentEvent
from derbes.core.journal import log
from derbes.core.publications import shelf
from derbes.law.permission import Actor, empower
from derbes.law.policy import Policy
from derbes.law.vocabulary import ActorKind

SYSTEM = Actor(kind=ActorKind.SYSTEM, code="incidents")


def empowered(actor: Actor, at: datetime) -> Policy:
    """Return the policy in force when `actor` may deal with incidents; raise `Powerless`."""
    policy = shelf.in_force(at).policy
    empower(actor, policy, "incidents")
    return policy


def count(incident: Incident, more: int) -> None:
    """Count people whom it affects."""
    incident.affected += more
    incident.save(update_fields=["affected"])


def done(actor: Actor, incident: Incident, code: str, *, at: datetime, **detail: str | int) -> None:
    """Leave an event in the register; and in the journal an entry that names neither incident nor anybody."""
    IncidentEvent.add(incident.id, code, by=actor.code, at=at, **detail)
    entry = log.Record(
        at=at,
        actor=actor.trace(),
        operation="incident",
        event=f"incidents.{code}",
        clause="4.1",
        norm="94-V art. 25(2)(8)",
        edition=shelf.in_force(at).edition,
        detail=detail,
    )
    log.append(entry, secret=None, n=None)
