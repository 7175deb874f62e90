"""Legal holds: for a claim, a court case, an audit, data are not destroyed although their term is over (255-VIII art. 41(4)).

What always holds: a hold has a reason of a closed list, the number of a paper, and an end; it keeps, and opens
nothing to anybody.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from derbes.core.holds.models import Hold, HoldReason
from derbes.core.publications import shelf
from derbes.core.subjects.models import Subject
from derbes.flows import gate
from derbes.flows.gate import Unknown
from derbes.flows.story import step
from derbes.law.permission import Actor, empower
from derbes.law.vocabulary import Operation

__all__ = ["Hold", "HoldReason", "Unknown", "of", "place", "release", "standing"]

PAPER_LENGTH = 40


@step
def place(
    actor: Actor, subject: UUID, reason: HoldReason, *, paper: str, until: datetime, at: datetime
) -> UUID:
    """Hold the data of `subject` until `until`; return the hold's id. `paper` is the number of what orders it.

    Raises `Powerless` (power "hold"), `Unknown`, `ValueError` without a paper or an end ahead.
    """
    empower(actor, shelf.in_force(at).policy, "hold")
    if not paper or len(paper) > PAPER_LENGTH or until <= at:
        raise ValueError("a hold has the number of a paper and an end that is ahead")
    hold = Hold.place(subject, reason=HoldReason(reason), paper=paper, until=until, by=actor.code, at=at)
    _entry(actor, subject, "holds.place", hold, at=at)
    return hold.id


@step
def release(actor: Actor, subject: UUID, hold: UUID, *, at: datetime) -> None:
    """Release a hold before its end. Raises `Hold.DoesNotExist`, `Powerless`, `Unknown`."""
    empower(actor, shelf.in_force(at).policy, "hold")
    row = Hold.objects.get(subject=subject, id=hold)
    if Hold.release(row, by=actor.code, at=at):
        _entry(actor, subject, "holds.release", row, at=at)


def of(subject: UUID) -> list[Hold]:
    """Return the holds of `subject`, ended ones too, the latest first."""
    return list(Hold.objects.of(subject))


def standing(actor: Actor, *, at: datetime) -> list[Hold]:
    """Return the holds that stand, the first to end first. Raises `Powerless`."""
    empower(actor, shelf.in_force(at).policy, "hold")
    return list(Hold.objects.standing(at)[:1000])


def _entry(actor: Actor, subject: UUID, event: str, hold: Hold, *, at: datetime) -> None:
    """Holding is storing on: it can be decided about blocked data too."""
    dossier = gate.hold(subject, numbers=1, at=at)
    gate.note(
        actor, dossier, Operation.STORE, event=event, norm="255-VIII art. 41(4)", at=at, reason=hold.reason
    )
    Subject.look_again(subject, at=at)
