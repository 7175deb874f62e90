"""What waits to take the place of a kept value: instances of a field beside it, sealed like all else.

A new contact waits for its code as `email/<moment>`; a change on a document waits for the staff as
`surname/<matter>`. What always holds: the kept value stays in use until the new one takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from derbes.core.documents.models import Document
from derbes.core.matters.models import Kind, Matter, MatterQuerySet, Stage
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.crypto.ids import uuid7
from derbes.flows import agreed, gate
from derbes.law.identifiers import Malformed
from derbes.law.permission import Actor
from derbes.law.policy import DataField, Policy
from derbes.law.values import Illformed, as_kept
from derbes.law.vocabulary import Operation

#: For which purpose people change their data (94-V art. 24(1)(2)).
PURPOSE = "rights"
#: Controls of what people do not type.
_NOT_TYPED = frozenset({"file", "automatic"})


class NotYours(Exception):
    """These fields are not changed in this way: `fields`. Nothing was changed."""

    def __init__(self, fields: frozenset[str]) -> None:
        super().__init__("not changed in this way")
        self.fields = fields


class Nothing(Exception):
    """What was typed is what is kept already, or nothing is waiting: there is nothing to do."""


def changeable(policy: Policy, *, direct: bool) -> list[DataField]:
    """Return the fields that a person changes at once (`direct`), or else on a document, in the policy's order."""
    data = policy.purposes["service"].data
    return [
        one
        for one in policy.data.values()
        if one.key in data and one.control not in _NOT_TYPED and one.direct == direct
    ]


def corrections(subject: UUID) -> MatterQuerySet:
    """Return the person's changes on a document, the latest first."""
    return Matter.objects.of(subject).filter(kind=Kind.CORRECTION)


def open_correction(subject: UUID) -> Matter | None:
    """Return the change on a document that is being seen to, or None."""
    return corrections(subject).exclude(stage=Stage.CLOSED).first()


def of_matter(matter: Matter) -> dict[str, str]:
    """Return the fields that the matter is to change, each with the name under which its new value waits."""
    return {key: f"{key}/{matter.id}" for key in matter.asks}


def scans_of(matter: Matter) -> list[Document]:
    """Return the scans that came with the matter: they have its moment."""
    return list(Document.objects.of(matter.subject).filter(at=matter.opened_at))


def contact(field: str, *, at: datetime) -> str:
    """Return a name under which a new contact waits for its code."""
    return f"{field}/{uuid7(at)}"


def contacts(subject: UUID, fields: frozenset[str]) -> dict[str, str]:
    """Return those of `fields` for which a new value waits for its code, each with its name; the latest of each."""
    matters = {str(one) for one in corrections(subject).values_list("id", flat=True)}
    waiting = [name.partition("/") for name in sorted(vault.filled(subject)) if "/" in name]
    return {
        key: f"{key}/{instance}" for key, _, instance in waiting if key in fields and instance not in matters
    }


# What both ways of changing ask first


def own(actor: Actor) -> UUID:
    """Return the person who acts, when they are registered and nobody's authority is still to be confirmed (§2.4).

    Raises `Unknown`.
    """
    row = Subject.objects.filter(subject=actor.subject).first() if actor.subject else None
    if row is None or row.state in {State.DRAFT, State.CORRESPONDENT, State.DESTROYED}:
        raise gate.Unknown
    if row.represented and row.state != State.VERIFIED:
        raise gate.Unknown
    return row.subject


def normal(
    policy: Policy, subject: UUID, values: Mapping[str, str], *, direct: bool, at: datetime
) -> dict[str, str]:
    """Return each value as it is kept. Raises `NotYours` for what is not changed in this way, and `Illformed`.

    What a purpose agreed to cannot do without is not removed.
    """
    if foreign := values.keys() - {one.key for one in changeable(policy, direct=direct)}:
        raise NotYours(frozenset(foreign))
    kept = as_kept(policy, values, today=timezone.localdate(at))
    chosen = {purpose for purpose, act in agreed.now(subject, at=at) if not act}
    required = {
        key for purpose in chosen & policy.purposes.keys() for key in policy.purposes[purpose].required
    }
    if empty := {key for key, value in kept.items() if not value and key in required}:
        raise Illformed({key: Malformed(key, "empty") for key in empty})
    return kept


def differing(actor: Actor, subject: UUID, values: Mapping[str, str], *, at: datetime) -> dict[str, str]:
    """Return those of `values` that are not what is kept: it is opened to see that. Raises `Refused`, `Unknown`."""
    look = gate.ask(actor, subject, Operation.USE, PURPOSE, values, event="correction.compare", at=at)
    kept = vault.take(look)
    return {key: value for key, value in values.items() if value != kept.get(key, "")}
