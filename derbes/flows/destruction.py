"""Data end: the key is broken, then ciphertext, index, scans and codes are removed (94-V art. 18).

What a person began and did not send dies by itself; they may also throw it away. Scans were for verification
alone, and end when its own term after the decision has passed (§1.6, 94-V art. 7(9)).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from derbes.core.accounts.models import Code
from derbes.core.documents.models import Document
from derbes.core.matters.models import Kind, Matter
from derbes.core.publications import shelf
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.flows import gate
from derbes.flows.story import step
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind, Operation
from derbes.outside import storage

RETENTION = Actor(kind=ActorKind.SYSTEM, code="retention")


class NotDraft(Exception):
    """Only what was not sent can be thrown away without more ado."""


def discard(actor: Actor, subject: UUID, *, at: datetime) -> None:
    """Destroy a registration that was begun and not sent. Raises `NotDraft`, `Refused`, `Unknown`."""
    _remove_streams(_destroy_draft(actor, subject, event="destruction.discard", at=at))


def sweep_drafts(*, at: datetime) -> int:
    """Destroy the drafts that are older than `limits.draft_days`; return how many."""
    days = shelf.in_force(at).policy.limits["draft_days"]
    due = Subject.objects.drafts_opened_before(at - timedelta(days=days)).values_list("subject", flat=True)
    for subject in (subjects := list(due[:1000])):
        _remove_streams(_destroy_draft(RETENTION, subject, event="destruction.draft_expired", at=at))
    return len(subjects)


def sweep_scans(*, at: datetime) -> int:
    """Destroy the scans of those whose verification was decided long enough ago; return of how many people."""
    term = shelf.in_force(at).policy.purposes["verification"].retention
    decided_before = at - timedelta(days=365 * term.years + term.days)
    subjects = Matter.objects.decided_before(decided_before, Kind.REGISTRATION)
    due = [subject for subject in subjects[:1000] if Document.objects.of(subject).exists()]
    for subject in due:
        _remove_streams(_destroy_scans(subject, at=at))
    return len(due)


@step
def _destroy_scans(subject: UUID, *, at: datetime) -> list[UUID]:
    scans = list(Document.objects.of(subject))
    kinds = {scan.kind for scan in scans}
    permission = gate.ask(
        RETENTION, subject, Operation.DESTROY, "verification", kinds, event="destruction.scans", at=at
    )
    Document.objects.of(subject).delete()
    vault.record(permission, scans=len(scans))
    return [name for scan in scans for name in (scan.id, scan.preview)]


@step
def _destroy_draft(actor: Actor, subject: UUID, *, event: str, at: datetime) -> list[UUID]:
    permission = gate.ask(actor, subject, Operation.DESTROY, "service", [], event=event, at=at)
    row = Subject.objects.get(subject=subject)
    if row.state != State.DRAFT:
        raise NotDraft
    names = [name for one in Document.objects.of(subject) for name in (one.id, one.preview)]
    Document.objects.of(subject).delete()
    Code.objects.filter(subject=subject).delete()
    vault.destroy(permission)
    Subject.move(subject, to=State.DESTROYED)
    return names


def _remove_streams(names: list[UUID]) -> None:
    """Without the person's key they are noise already; a crash before this leaves noise, not data."""
    for name in names:
        storage.store().remove(str(name))
