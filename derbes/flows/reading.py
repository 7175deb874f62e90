"""Personal data are looked at: by the person themself, or by one of the staff who names a purpose (§3.3, §4.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from derbes.core.vault import vault
from derbes.flows import gate
from derbes.flows.story import step
from derbes.law.permission import Actor, Refused  # raised here; imported from here
from derbes.law.vocabulary import Operation

__all__ = ["Refused", "own", "read"]


@step
def read(actor: Actor, subject: UUID, fields: Iterable[str], *, purpose: str, at: datetime) -> dict[str, str]:
    """Return the fields that `purpose` needs, in clear; those not kept are left out.

    The journal has the entry before the values leave. Raises `Refused` with the clause, `Unknown`.
    """
    permission = gate.ask(actor, subject, Operation.USE, purpose, fields, event="reading.read", at=at)
    return vault.take(permission)


@step
def own(actor: Actor, fields: Iterable[str], *, at: datetime) -> dict[str, str]:
    """Return a person's own fields to them (94-V art. 24). Raises `Refused`, `Unknown`."""
    if actor.subject is None:
        raise gate.Unknown
    permission = gate.ask(actor, actor.subject, Operation.USE, "rights", fields, event="reading.own", at=at)
    return vault.take(permission)
