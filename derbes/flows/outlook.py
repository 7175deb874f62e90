"""What happens to a person's data: stage, services, what is kept until when and why, blocks, holds, acts (94-V art. 24).

What always holds: nothing is opened or changed here; the reasons given are those by which the run of terms goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from derbes.core.accounts import throttle
from derbes.core.accounts.throttle import TooOften
from derbes.core.acts.models import Act, Finding
from derbes.core.agreements.models import Agreement
from derbes.core.appeals.models import Appeal
from derbes.core.consents.models import Consent
from derbes.core.holds.models import Block, Hold
from derbes.core.matters.models import Matter
from derbes.core.publications import shelf
from derbes.core.subjects.models import Step, Subject
from derbes.flows import agreed, course
from derbes.flows.gate import Unknown
from derbes.law import retention
from derbes.law.lifecycle import Life, stage
from derbes.law.permission import Actor, Powerless, empower
from derbes.law.retention import Reason

__all__ = [
    "POWERS",
    "Act",
    "Finding",
    "Kept",
    "Outlook",
    "Reason",
    "Said",
    "TooOften",
    "Unknown",
    "act",
    "find",
    "of",
    "own",
]

#: Whoever of the staff has one of these powers may see how a person's data stand. No value is among it.
POWERS = ("block", "hold", "retention", "agreements")


@dataclass(frozen=True, slots=True)
class Kept:
    """A field that is kept: until when (None: the clock has not started), and for which reasons."""

    field: str
    until: datetime | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """The last word on one purpose or act; `until` when it ends by its own term, or has `ended`."""

    row: Consent
    until: datetime | None
    ended: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """How one person's data stand. `services`, `blocks`, `holds` have ended ones too; `obliged`: something is owed."""

    row: Subject
    stage: Life
    obliged: bool
    kept: tuple[Kept, ...]
    said: tuple[Said, ...]
    steps: tuple[Step, ...]
    services: tuple[Agreement, ...]
    blocks: tuple[Block, ...]
    holds: tuple[Hold, ...]
    acts: tuple[Act, ...]

    @property
    def block(self) -> Block | None:
        """The block that stands."""
        return next((each for each in self.blocks if each.lifted_at is None), None)


def own(actor: Actor, *, at: datetime) -> Outlook:
    """Return how the person's own data stand. Raises `Unknown`."""
    if actor.subject is None:
        raise Unknown
    return _outlook(actor.subject, at=at)


def of(actor: Actor, subject: UUID, *, at: datetime) -> Outlook:
    """Return how the data of `subject` stand, to staff with one of `POWERS`. Raises `Powerless`, `Unknown`."""
    _empower(actor, at=at)
    return _outlook(subject, at=at)


def find(actor: Actor, number: str, *, at: datetime) -> UUID:
    """Return whose matter or appeal has this number, to staff with one of `POWERS`. Raises `Powerless`, `Unknown`."""
    _empower(actor, at=at)
    for rows in (Matter.objects, Appeal.objects, Act.objects):
        found = rows.filter(number=number).values_list("subject", flat=True).first()
        if found is not None:
            return UUID(str(found))
    raise Unknown


def act(number: str, *, who: str) -> tuple[Act, list[Finding]]:
    """Return the act with this number and what was searched after it, to whoever has the number: the person alone was told.

    It holds no value of anybody's data. `who` is counted against guessing. Raises `Unknown`, `TooOften`.
    """
    throttle.count("act by address", who, most=60, seconds=3600)
    row = Act.objects.filter(number=number).first()
    if row is None:
        raise Unknown
    return row, list(Finding.objects.filter(subject=row.subject, act=row.id).order_by("at"))


def _empower(actor: Actor, *, at: datetime) -> None:
    policy = shelf.in_force(at).policy
    for power in POWERS[:-1]:
        try:
            return empower(actor, policy, power)
        except Powerless:
            continue
    return empower(actor, policy, POWERS[-1])


def _outlook(subject: UUID, *, at: datetime) -> Outlook:
    try:
        one = course.of(subject, at=at)
    except Subject.DoesNotExist as unknown:
        raise Unknown from unknown
    fates = retention.fates(course.rules(at), one.facts)
    return Outlook(
        row=Subject.objects.get(subject=subject),
        stage=stage(Life(one.row.life), blocked=one.row.blocked),
        obliged=one.obliged,
        kept=tuple(Kept(name, fate.until, fate.reasons) for name, fate in sorted(fates.items())),
        said=_said(subject, at=at),
        steps=tuple(Step.objects.filter(subject=subject).order_by("at", "id")),
        services=tuple(Agreement.objects.of(subject)),
        blocks=tuple(Block.objects.of(subject)),
        holds=tuple(Hold.objects.of(subject)),
        acts=tuple(Act.objects.of(subject)),
    )


def _said(subject: UUID, *, at: datetime) -> tuple[Said, ...]:
    rows = list(Consent.objects.of(subject))
    over = agreed.run_out(rows, at=at)
    last = {(row.purpose, row.act): row for row in rows}
    return tuple(Said(row, agreed.until(row), row.id in over) for row in last.values())
