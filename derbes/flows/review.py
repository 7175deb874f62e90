"""The staff review a change that a person asked for on a document (94-V art. 25(2)(8)): compare, then make it or refuse it.

What always holds: who decides has the matter or answers for processing, and has the power; what was asked for
takes the place of what stood there in one step, and of a change that is refused nothing stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from derbes.core.corrections.models import Checked
from derbes.core.documents.models import Document
from derbes.core.matters.models import Kind, Matter, Stage
from derbes.core.publications import shelf
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.flows import gate, notice, pending
from derbes.flows.gate import Unknown, Wish  # Unknown is imported from here
from derbes.flows.story import step
from derbes.law.identifiers import INDEXED
from derbes.law.permission import (  # raised here; imported from here
    Actor,
    Permission,
    Powerless,
    Refused,
    empower,
)
from derbes.law.vocabulary import Operation
from derbes.outside import keys, storage

__all__ = [
    "POWER",
    "REASONS",
    "Compared",
    "Decided",
    "Matter",
    "Powerless",
    "Refused",
    "Unknown",
    "accept",
    "compare",
    "matter",
    "refuse",
    "scans",
]

POWER = "correct"
#: Why a change is refused: a closed list, translated by the faces.
REASONS = ("not_shown", "document_unreadable", "document_expired", "not_same_person")


class Decided(Exception):
    """The change was decided already, or taken back. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One field: what stands there now, and what is asked for."""

    key: str
    now: str = field(repr=False)
    asked: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that came with it: its preview as JPEG, and what the whole of it is."""

    id: UUID
    kind: str
    pages: int
    preview: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Compared:
    """What was opened for `purpose`. `doubles`: how many other people are registered with the IIN asked for."""

    purpose: str
    lines: Sequence[Line]
    scans: Sequence[Scan]
    doubles: int


def matter(actor: Actor, number: str, *, at: datetime) -> Matter:
    """Return the correction with this number. Raises `Matter.DoesNotExist`, `Powerless`."""
    empower(actor, shelf.in_force(at).policy, POWER)
    return Matter.objects.get(number=number, kind=Kind.CORRECTION)


def scans(found: Matter) -> list[Document]:
    """Return the scans that came with the correction (kind, pages), unopened."""
    return pending.scans_of(found)


@step
def compare(actor: Actor, number: str, *, purpose: str, at: datetime) -> Compared:
    """Open what stands there, what is asked for, and the scans, for `purpose`. The journal has it before anything leaves.

    Raises `Decided`, `Matter.DoesNotExist`, `Powerless`, `Refused`, `Unknown`.
    """
    found = _undecided(actor, number, at=at)
    names = pending.of_matter(found)
    rows = pending.scans_of(found)
    wishes = [
        Wish(operation=Operation.USE, purpose=purpose, fields=[*names, *names.values()]),
        *(Wish(operation=Operation.USE, purpose=purpose, fields=[row.kind]) for row in rows),
    ]
    look, *opened = gate.ask_all(actor, found.subject, wishes, event="correction.compare", at=at)
    values = vault.take(look)
    lines = [Line(key, values.get(key, ""), values.get(name, "")) for key, name in names.items()]
    iin = values.get(names.get("iin", ""))
    return Compared(
        purpose,
        lines,
        [_scan(row, one) for row, one in zip(rows, opened, strict=True)],
        _doubles(found.subject, iin) if iin else 0,
    )


def accept(actor: Actor, number: str, *, at: datetime) -> None:
    """Make the change: the document shows it. Raises `Decided`, `Matter.DoesNotExist`, `Powerless`, `Refused`, `Unknown`."""
    notice.tell(_accept(actor, number, at=at), "corrected", at=at)


@step
def _accept(actor: Actor, number: str, *, at: datetime) -> UUID:
    found = _undecided(actor, number, at=at)
    names, purpose = pending.of_matter(found), _purpose(actor, at)
    indexed = {key: INDEXED[key] for key in names if key in INDEXED}
    wishes = [
        Wish(operation=Operation.USE, purpose=purpose, fields=names.values()),
        Wish(operation=Operation.CLARIFY, purpose=purpose, fields=[*names, *names.values()]),
        *([Wish(operation=Operation.SYSTEMATISE, purpose=purpose, fields=indexed)] if indexed else []),
    ]
    look, clarify, *enter = gate.ask_all(actor, found.subject, wishes, event="correction.accepted", at=at)
    if not Matter.close(found, outcome="accepted", reason="", by=actor.code, at=at):
        raise Decided
    values = vault.take(look)
    vault.put(clarify, {key: values[name] for key, name in names.items()} | dict.fromkeys(names.values(), ""))
    for permission in enter:
        vault.leave(permission, indexed.values())
        vault.enter(permission, indexed, ring=keys.ring())
    Checked.note(found.subject, at=at)
    return found.subject


def refuse(actor: Actor, number: str, reason: str, *, at: datetime) -> None:
    """Refuse the change for one of `REASONS`; what was asked for is removed. Raises `ValueError`, and as `accept`."""
    if reason not in REASONS:
        raise ValueError("not a reason that the list of reasons has")
    notice.tell(_refuse(actor, number, reason, at=at), "not_corrected", at=at)


@step
def _refuse(actor: Actor, number: str, reason: str, *, at: datetime) -> UUID:
    found = _undecided(actor, number, at=at)
    names = pending.of_matter(found).values()
    purpose = _purpose(actor, at)
    done = gate.ask(
        actor, found.subject, Operation.DESTROY, purpose, names, event="correction.refused", at=at
    )
    if not Matter.close(found, outcome="refused", reason=reason, by=actor.code, at=at):
        raise Decided
    vault.put(done, dict.fromkeys(names, ""), reason=reason)
    return found.subject


def _undecided(actor: Actor, number: str, *, at: datetime) -> Matter:
    found = matter(actor, number, at=at)
    if found.stage == Stage.CLOSED:
        raise Decided
    return found


def _purpose(actor: Actor, at: datetime) -> str:
    """For which purpose this role makes a change: a right is carried out by who answers for rights, else on verifying."""
    role = shelf.in_force(at).policy.roles.get(actor.role)
    return "rights" if role is not None and "rights" in role.purposes else "verification"


def _doubles(subject: UUID, iin: str) -> int:
    others = set(vault.find("iin", iin, ring=keys.ring())) - {subject}
    return Subject.objects.filter(subject__in=others).exclude(state=State.REFUSED).count()


def _scan(row: Document, permission: Permission) -> Scan:
    sealed = storage.store().read(str(row.preview))
    preview = b"".join(vault.open_stream(permission, row.preview, sealed))
    vault.record(permission)
    return Scan(row.id, row.kind, row.pages, preview)
