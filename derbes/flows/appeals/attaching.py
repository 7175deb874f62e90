"""Documents attached to an appeal: taken in as safely as scans (§1.6), sealed, and opened for the appeal's purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from derbes.core.appeals.attachments import Attachment
from derbes.core.appeals.models import Appeal
from derbes.core.publications import shelf
from derbes.core.vault import vault
from derbes.flows import gate
from derbes.flows.appeals import door
from derbes.flows.appeals.door import Decided, Unknown
from derbes.flows.story import step
from derbes.law import appeals as law
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind, Operation
from derbes.outside import antivirus, intake, storage
from derbes.outside.intake import FileRefused, TakenIn

__all__ = ["FileRefused", "Picture", "TakenIn", "TooMany", "attach", "keep", "look", "room", "washed"]

FIELD = "attachment"


class TooMany(Exception):
    """The appeal has as many attachments as are kept (limits.upload_files)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An attachment that was opened. `mime` is one of application/pdf, image/jpeg, image/png."""

    mime: str
    data: bytes = field(repr=False)


def washed(data: bytes, declared_name: str, *, at: datetime) -> TakenIn:
    """Return a harmless copy of a file, within the policy's limits. Raises `FileRefused` with a stable `code`."""
    promised = shelf.in_force(at).policy.limits
    limits = intake.Limits(size=promised["upload_mib"] * 1024**2, pages=promised["upload_pages"])
    scan = antivirus.scan if antivirus.configured() else None
    return intake.take_in(data, declared_name, limits=limits, scan=scan)


def attach(actor: Actor, number: str, data: bytes, declared_name: str, *, at: datetime) -> UUID:
    """Attach a file to a live appeal, as its person or as one of the staff; return its id.

    Raises `FileRefused`, `TooMany`, `Decided`, `Unknown`, `Powerless`, `Refused`. The name is not kept.
    """
    return _attach(actor, number, washed(data, declared_name, at=at), at=at)


@step
def _attach(actor: Actor, number: str, taken: TakenIn, *, at: datetime) -> UUID:
    appeal = _found(actor, number, at=at)
    if not appeal.live:
        raise Decided
    return keep(appeal, actor, taken, at=at)


def keep(appeal: Appeal, actor: Actor, taken: TakenIn, *, at: datetime) -> UUID:
    """Seal a washed file with an appeal, within the caller's step. Raises `TooMany`, `Refused`."""
    permission = door.ask(actor, appeal, Operation.RECORD, [FIELD], event="appeals.attach", at=at)
    room(appeal, 1, at=at)
    row = Attachment.add(
        appeal.subject, appeal.id, mime=taken.mime, size=len(taken.data), pages=taken.pages, at=at
    )
    streams = ((row.id, taken.data), (row.preview, taken.preview))
    sealed = {str(name): vault.seal_stream(permission, name, [data]) for name, data in streams}
    storage.store().write_all(sealed)
    vault.record(permission, pages=taken.pages)
    door.happened(appeal, law.Happened.ATTACHED, actor, at=at, attachment=str(row.id))
    return row.id


def room(appeal: Appeal, files: int, *, at: datetime) -> None:
    """Pass when so many `files` more can be kept with an appeal, else raise `TooMany`: before anything is written."""
    most = shelf.in_force(at).policy.limits["upload_files"]
    if Attachment.objects.of(appeal.subject).filter(appeal=appeal.id).count() + files > most:
        raise TooMany


@step
def look(actor: Actor, number: str, attachment: UUID, *, at: datetime, preview: bool = False) -> Picture:
    """Open an attachment: its person for their rights, the staff for the purpose of the appeal's kind.

    Raises `Unknown` (also for an attachment of another appeal), `Powerless`, `Refused`.
    """
    appeal = _found(actor, number, at=at)
    row = Attachment.objects.of(appeal.subject).filter(appeal=appeal.id, id=attachment).first()
    if row is None:
        raise Unknown
    own = actor.kind is ActorKind.SUBJECT
    purpose = "rights" if own else appeal.purpose
    permission = gate.ask(actor, appeal.subject, Operation.USE, purpose, [FIELD], event="appeals.look", at=at)
    name = row.preview if preview else row.id
    data = b"".join(vault.open_stream(permission, name, storage.store().read(str(name))))
    vault.record(permission)
    return Picture("image/jpeg" if preview else row.mime, data)


def _found(actor: Actor, number: str, *, at: datetime) -> Appeal:
    if actor.kind is ActorKind.SUBJECT:
        return door.mine(actor, number)
    return door.handled(actor, number, at=at)
