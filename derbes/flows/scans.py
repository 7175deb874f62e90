"""Scans come in, are looked at, and are removed (§1.6). What is stored is a sealed picture made anew.

A scan is taken in whole before a byte of it is kept: a hostile or damaged file leaves nothing behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from derbes.core.documents.models import Document
from derbes.core.holds.models import Hold
from derbes.core.matters.models import Kind, Matter
from derbes.core.publications import shelf
from derbes.core.subjects.models import Subject
from derbes.core.vault import crowd, vault
from derbes.flows import ending, gate, sequence
from derbes.flows.story import step
from derbes.law.permission import Actor, Facts, Request, permit
from derbes.law.vocabulary import ActorKind, Operation
from derbes.outside import antivirus, intake, storage
from derbes.outside.intake import FileRefused

__all__ = ["Document", "FileRefused", "Picture", "TooMany", "add", "look", "of", "remove", "sweep"]

RETENTION = Actor(kind=ActorKind.SYSTEM, code="retention")
MOST = 500  # people of one step


class TooMany(Exception):
    """The person has sent as many scans of one document as are kept (limits.upload_files)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A scan that was opened: its bytes and what they are. `mime` is one of application/pdf, image/jpeg, image/png."""

    mime: str
    data: bytes


def of(subject: UUID) -> list[Document]:
    """Return the scans of `subject` (kind, size, pages, when), without opening them."""
    return list(Document.objects.of(subject))


def add(actor: Actor, subject: UUID, kind: str, data: bytes, declared_name: str, *, at: datetime) -> UUID:
    """Take in a scan of `kind` (id_document, authority_document) and keep it sealed; return its id.

    Raises `FileRefused` with a stable `code` (too_big, unknown_type, encrypted_pdf, infected …), `TooMany`,
    `Refused`, `Unknown`. The name only helps to say what is wrong; it is not kept.
    """
    promised = shelf.in_force(at).policy.limits
    limits = intake.Limits(size=promised["upload_mib"] * 1024**2, pages=promised["upload_pages"])
    scan = antivirus.scan if antivirus.configured() else None
    taken = intake.take_in(data, declared_name, limits=limits, scan=scan)
    return _keep(actor, subject, kind, taken, most=promised["upload_files"], at=at)


@step
def _keep(actor: Actor, subject: UUID, kind: str, taken: intake.TakenIn, *, most: int, at: datetime) -> UUID:
    permission = gate.ask(actor, subject, Operation.RECORD, "verification", [kind], event="scans.add", at=at)
    if Document.objects.of(subject).filter(kind=kind).count() >= most:
        raise TooMany
    row = Document.add(subject, kind=kind, mime=taken.mime, size=len(taken.data), pages=taken.pages, at=at)
    streams = ((row.id, taken.data), (row.preview, taken.preview))
    sealed = {str(name): vault.seal_stream(permission, name, [data]) for name, data in streams}
    storage.store().write_all(sealed)
    vault.record(permission, pages=taken.pages)
    return row.id


@step
def look(
    actor: Actor, subject: UUID, document: UUID, *, purpose: str, at: datetime, preview: bool = False
) -> Picture:
    """Open a scan for `purpose`. Raises `Document.DoesNotExist`, `Refused`, `Unknown`."""
    row = Document.objects.get(subject=subject, id=document)
    permission = gate.ask(actor, subject, Operation.USE, purpose, [row.kind], event="scans.look", at=at)
    name = row.preview if preview else row.id
    data = b"".join(vault.open_stream(permission, name, _read(name)))
    vault.record(permission)
    return Picture("image/jpeg" if preview else row.mime, data)


@step
def remove(actor: Actor, subject: UUID, document: UUID, *, at: datetime) -> None:
    """Destroy one scan that the person took back. Raises `Document.DoesNotExist`, `Refused`, `Unknown`."""
    row = Document.objects.get(subject=subject, id=document)
    permission = gate.ask(
        actor, subject, Operation.DESTROY, "verification", [row.kind], event="scans.remove", at=at
    )
    Document.remove(document, subject=subject)
    vault.record(permission)
    for name in (row.id, row.preview):
        storage.store().remove(str(name))


def sweep(*, at: datetime) -> int:
    """Destroy the scans of those whose verification was decided long enough ago; return of how many people.

    They were for verification alone, and end when its own term has passed (§1.6, 94-V art. 7(9)). Blocked and held
    ones wait. At most `MOST` people at a time: as long as it returns some, there may be more.
    """
    people = _due(at).order_by("subject").values_list("subject", flat=True).distinct()
    subjects = list(people[:MOST])
    gone = _destroy(subjects, at=at) if subjects else []
    for _, *names in gone:
        for name in names:
            storage.store().remove(str(name))  # noise already; a crash before this leaves noise, not data
    return len({subject for subject, *_ in gone})


def _due(at: datetime) -> QuerySet[Document]:
    """The scans whose term has passed, and nothing keeps."""
    term = shelf.in_force(at).policy.purposes["verification"].retention
    decided_before = at - timedelta(days=365 * term.years + term.days)
    decided = Matter.objects.decided_before(decided_before, Kind.REGISTRATION).order_by()
    blocked = Subject.objects.exclude(blocked_at=None).values("subject")
    held = Hold.objects.standing(at).order_by().values("subject")
    due = Document.objects.filter(subject__in=decided)
    return due.exclude(subject__in=blocked).exclude(subject__in=held)


@step
def _destroy(subjects: Sequence[UUID], *, at: datetime) -> list[tuple[UUID, UUID, UUID]]:
    """Destroy the scans of those whom nobody is at work on; return of whom, and the names in storage."""
    held, policy = ending.hold(subjects, wait=False), shelf.in_force(at).policy
    due = _due(at).filter(subject__among=held.people)
    rows, kinds = (
        list(due.values_list("subject", "id", "preview", "kind")),
        defaultdict[bytes, list[str]](list),
    )
    for subject, _, _, kind in rows:
        kinds[subject.bytes].append(kind)
    alike = defaultdict[tuple[str, ...], list[bytes]](list)
    for who, some in kinds.items():
        alike[tuple(sorted(some))].append(who)
    for which, people in alike.items():
        request = Request(
            actor=RETENTION,
            subject=UUID(bytes=people[0]),
            operation=Operation.DESTROY,
            purpose="verification",
            fields=frozenset(which),
            event="destruction.scans",
            at=at,
        )
        crowd.record(permit(request, policy, Facts(), key=held.of(people)), scans=len(which))
    with crowd.settled(held, sequence.append):
        Document.objects.filter(subject__among=list(kinds)).delete()
    return [row[:3] for row in rows]


def _read(name: UUID) -> Iterator[bytes]:
    return storage.store().read(str(name))
