"""The staff verify a registration (§3.2): take it, look by purpose, then verify, ask for more, or refuse."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from derbes.core.matters.models import Kind, Matter, MatterQuerySet, Stage
from derbes.core.publications import shelf
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.flows import gate, notice
from derbes.flows.story import step
from derbes.law.permission import Actor, empower
from derbes.law.vocabulary import Operation
from derbes.outside import keys

__all__ = [
    "ASKS",
    "REASONS",
    "Decided",
    "Kind",
    "Matter",
    "ask_more",
    "doubles",
    "matter",
    "queue",
    "refuse",
    "take",
    "verify",
]

#: Why a registration is refused or what is asked for: closed lists, translated by the faces.
REASONS = (
    "not_same_person",
    "document_unreadable",
    "document_expired",
    "no_authority",
    "double",
    "on_request",
)
ASKS = ("id_document", "authority_document", "surname", "given_name", "patronymic", "birth_date", "iin")


class Decided(Exception):
    """The matter was decided already, or another member of staff has it. Nothing was changed."""


def queue(
    actor: Actor, kind: Kind, *, stage: str = "", taken_by: str | None = None, at: datetime
) -> MatterQuerySet:
    """Return the matters of a kind that are not closed, the oldest first; they are asked for as they are shown.

    `stage` and `taken_by` narrow: "" taken are those that nobody has. Raises `Powerless`.
    """
    empower(actor, shelf.in_force(at).policy, _POWERS[kind])
    return Matter.objects.queue(kind).narrowed(stage=stage, taken_by=taken_by)


def matter(actor: Actor, number: str, *, at: datetime) -> Matter:
    """Return the matter with this number. Raises `Matter.DoesNotExist`, `Powerless`."""
    found = Matter.objects.get(number=number)
    empower(actor, shelf.in_force(at).policy, _POWERS[Kind(found.kind)])
    return found


@step
def doubles(actor: Actor, number: str, *, at: datetime) -> int:
    """Return how many other people are registered with the IIN of the person whose matter this is.

    The IIN is opened for it, for verification. Raises `Powerless`, `Refused`, `Unknown`.
    """
    found = matter(actor, number, at=at)
    permission = gate.ask(
        actor,
        found.subject,
        Operation.USE,
        "verification",
        ["iin"],
        event="verification.doubles",
        at=at,
    )
    iin = vault.take(permission).get("iin")
    others = set(vault.find("iin", iin, ring=keys.ring())) - {found.subject} if iin else set()
    return Subject.objects.filter(subject__in=others).exclude(state=State.REFUSED).count()


@step
def take(actor: Actor, number: str, *, at: datetime) -> None:
    """Take a matter, so that its person's data may be opened for it. Raises `Decided`, `Powerless`."""
    if not Matter.take(matter(actor, number, at=at), by=actor.code):
        raise Decided


def verify(actor: Actor, number: str, *, at: datetime) -> None:
    """Confirm that the person is who they say (§3.2). Raises `Decided`, `Powerless`, `Refused`."""
    subject = _decide(actor, number, outcome="verified", reason="", at=at)
    notice.tell(subject, "verified", at=at)


def refuse(actor: Actor, number: str, reason: str, *, at: datetime) -> None:
    """Refuse a registration for one of `REASONS`. Raises `ValueError`, `Decided`, `Powerless`, `Refused`."""
    if reason not in REASONS:
        raise ValueError("not a reason that the list of reasons has")
    subject = _decide(actor, number, outcome="refused", reason=reason, at=at)
    notice.tell(subject, "refused", at=at)


def ask_more(actor: Actor, number: str, asks: list[str], reason: str, *, at: datetime) -> None:
    """Ask the person for more (`asks` of `ASKS`, for one of `REASONS`). Raises as `refuse`."""
    if reason not in REASONS or not asks or not set(asks) <= set(ASKS):
        raise ValueError("not what the lists of reasons and of fields have")
    subject = _ask(actor, number, asks, reason, at=at)
    notice.tell(subject, "more", at=at)


@step
def _decide(actor: Actor, number: str, *, outcome: str, reason: str, at: datetime) -> UUID:
    found = _open_matter(actor, number, at=at)
    permission = gate.ask(
        actor,
        found.subject,
        Operation.ACCUMULATE,
        "verification",
        [],
        event=f"verification.{outcome}",
        at=at,
    )
    if not Matter.close(found, outcome=outcome, reason=reason, by=actor.code, at=at):
        raise Decided
    Subject.move(found.subject, to=State(outcome))
    vault.record(permission, reason=reason)
    return found.subject


@step
def _ask(actor: Actor, number: str, asks: list[str], reason: str, *, at: datetime) -> UUID:
    found = _open_matter(actor, number, at=at)
    permission = gate.ask(
        actor, found.subject, Operation.CLARIFY, "verification", asks, event="verification.ask", at=at
    )
    if not Matter.ask(found, reason=reason, asks=asks):
        raise Decided
    vault.record(permission, reason=reason)
    return found.subject


def _open_matter(actor: Actor, number: str, *, at: datetime) -> Matter:
    """The registration, unless it was decided already: said before the gate would say that nobody has it."""
    found = matter(actor, number, at=at)
    if found.kind != Kind.REGISTRATION:
        raise Matter.DoesNotExist
    gate.hold(found.subject, numbers=0, at=at)  # who decides at the same moment has ended
    found.refresh_from_db(fields=["stage"])
    if found.stage == Stage.CLOSED:
        raise Decided
    return found


_POWERS = {Kind.REGISTRATION: "verify", Kind.CORRECTION: "correct"}
