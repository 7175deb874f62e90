"""A person's data are blocked and unblocked (94-V art. 1, 24(1)(3), 25(2)(8)).

What always holds: while data are blocked the gate lets nothing pass but storing, in whatever was queued before
too; nothing is destroyed either. Lifting a block is none of the eleven operations: the responsible person does
it, the person who asked for the block takes it back, or its own term ends it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from derbes.core.holds.models import Block
from derbes.core.publications import lawbook, shelf
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.flows import gate, lasting
from derbes.flows.gate import Unknown
from derbes.flows.story import step
from derbes.law import deadlines
from derbes.law.lifecycle import Ground, Life, NoSuchStep
from derbes.law.permission import Actor, Powerless, empower
from derbes.law.vocabulary import EMPLOYED, ActorKind, Operation

__all__ = [
    "BLOCK_GROUNDS",
    "LIFT_GROUNDS",
    "Standing",
    "Unknown",
    "block",
    "lift",
    "of",
    "standing",
    "sweep",
]

#: Why data are blocked, and why a block is lifted: closed lists, translated by the faces.
BLOCK_GROUNDS = (Ground.REQUEST, Ground.SUSPICION, Ground.RESPONSIBLE)
LIFT_GROUNDS = (Ground.NOT_CONFIRMED, Ground.CONFIRMED, Ground.COURT, Ground.REQUEST)

SYSTEM = Actor(kind=ActorKind.SYSTEM, code="retention")
PURPOSE = "rights"
MOST = 200  # people of one sweep, each in a step of their own


@dataclass(frozen=True, slots=True)
class Standing:
    """A block that stands: of whom, why, since when, by when it is to be looked into, and whether that is late."""

    subject: UUID
    ground: str
    by: str
    at: datetime
    due: date
    ends_at: datetime | None
    late: bool


@step
def block(
    actor: Actor, subject: UUID, ground: Ground, *, ends_at: datetime | None = None, at: datetime
) -> None:
    """Block all data of `subject` but for storing; blocked already, nothing changes.

    A person blocks their own by REQUEST. Of the staff it takes the power "block"; the system may on SUSPICION.
    `ends_at`: the block ends by itself then. Raises `Powerless`, `Refused`, `Unknown`, and `ValueError` for a
    ground that is no ground of a block, or an end that is not ahead.
    """
    if ground not in BLOCK_GROUNDS or (ends_at is not None and ends_at <= at):
        raise ValueError("not a ground of a block, or an end that has passed")
    _may_block(actor, ground, at=at)
    if gate.hold(subject, numbers=0, at=at).facts.blocked:
        return
    permission = gate.ask(actor, subject, Operation.BLOCK, PURPOSE, [], event="blocking.block", at=at)
    Subject.go(subject, to=Life.BLOCKED, ground=ground, by=_who(actor), at=at)
    term = shelf.in_force(at).policy.terms["unblock"]
    due = deadlines.due(deadlines.local_day(at), term, lawbook.calendar())
    Block.put(subject, ground=ground, by=_who(actor), due=due, ends_at=ends_at, at=at)
    vault.record(permission, ground=ground.value)
    lasting.note(lasting.Kind.BLOCKED, subject, at=at)


@step
def lift(actor: Actor, subject: UUID, ground: Ground, *, at: datetime) -> None:
    """Lift the block: the breach is not confirmed or is dealt with, a court says so, or who asked takes it back.

    It takes the power "block"; the person themself may take back what they alone asked for (REQUEST). Raises
    `Powerless`, `Unknown`, `NoSuchStep` when nothing is blocked, `ValueError`.
    """
    if ground not in LIFT_GROUNDS:
        raise ValueError("not a ground for lifting a block")
    dossier = gate.hold(subject, numbers=1, at=at)
    if actor.kind is not ActorKind.SUBJECT:
        empower(actor, dossier.policy, "block")
    elif actor.subject != subject or ground is not Ground.REQUEST or not _asked_for(subject):
        raise Powerless("block")
    _lift(actor, subject, ground, dossier, at=at)


def sweep(*, at: datetime) -> int:
    """Lift the blocks whose own end has come; return of how many people.

    At most `MOST` at a time: as long as it returns some, there may be more. Whose data have ended meanwhile is passed over.
    """
    over = Block.objects.standing().filter(ends_at__lte=at)
    lifted = 0
    for subject in list(over.values_list("subject", flat=True)[:MOST]):
        with suppress(Unknown, NoSuchStep):
            _lift_at_end(subject, at=at)
            lifted += 1
    return lifted


def of(subject: UUID) -> list[Block]:
    """Return the blocks of `subject`, lifted ones too, the latest first."""
    return list(Block.objects.of(subject))


def standing(actor: Actor, *, at: datetime) -> list[Standing]:
    """Return the blocks that stand, first what is to be looked into first. Raises `Powerless`."""
    empower(actor, shelf.in_force(at).policy, "block")
    today = deadlines.local_day(at)
    return [
        Standing(one.subject, one.ground, one.by, one.at, one.due, one.ends_at, one.due < today)
        for one in Block.objects.standing()[:1000]
    ]


def _may_block(actor: Actor, ground: Ground, *, at: datetime) -> None:
    if actor.kind in EMPLOYED:
        empower(actor, shelf.in_force(at).policy, "block")
    elif actor.kind is ActorKind.SUBJECT and ground is not Ground.REQUEST:
        raise ValueError("a person blocks their own data by request")


def _asked_for(subject: UUID) -> bool:
    """Whether every block that stands was asked for by the person."""
    grounds = Block.objects.standing().filter(subject=subject).order_by().values_list("ground", flat=True)
    return set(grounds) == {Ground.REQUEST}


@step
def _lift_at_end(subject: UUID, *, at: datetime) -> None:
    _lift(SYSTEM, subject, Ground.BLOCK_TERM, gate.hold(subject, numbers=1, at=at), at=at)


def _lift(actor: Actor, subject: UUID, ground: Ground, dossier: gate.Dossier, *, at: datetime) -> None:
    """Back to where the data were. The entry says `block`: it is that operation which ends."""
    if not dossier.facts.blocked:
        raise NoSuchStep(Life.ACTIVE, Life.ACTIVE, ground)
    back = Life.ARCHIVE if dossier.facts.archived else Life.ACTIVE
    norm = Subject.go(subject, to=back, ground=ground, by=_who(actor), at=at)
    Block.lift(subject, ground=ground, by=_who(actor), at=at)
    Subject.look_again(subject, at=at)
    gate.note(actor, dossier, Operation.BLOCK, event="blocking.lift", norm=norm, at=at, ground=ground.value)
    lasting.note(lasting.Kind.UNBLOCKED, subject, at=at)


def _who(actor: Actor) -> str:
    """Who did it, as rows about blocks keep it: a staff code, or who it was by kind."""
    return actor.code or actor.kind.value
