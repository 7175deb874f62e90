"""Data end: the key is broken, then ciphertext, index, scans and codes are removed (94-V art. 18).

What a person began and did not send dies by itself; they may also throw it away.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from derbes.core.accounts.models import Code
from derbes.core.documents.models import Document
from derbes.core.publications import shelf
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.flows import gate
from derbes.flows.story import step
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind, Operation
from derbes.outside import storage


class NotDraft(Exception):
    """Only what was not sent can be thrown away without more ado."""


def discard(actor: Actor, subject: UUID, *, at: datetime) -> None:
    """Destroy a registration that was begun and not sent. Raises `NotDraft`, `Refused`, `Unknown`."""
    _remove_streams(_destroy_draft(actor, subject, event="destruction.discard", at=at))


def sweep_drafts(*, at: datetime) -> int:
    """Destroy the drafts that are older than `limits.draft_days`; return how many."""
    days = shelf.in_force(at).policy.limits["draft_days"]
    due = Subject.objects.drafts_opened_before(at - timedelta(days=days)).values_list("subject", flat=True)
    system = Actor(kind=ActorKind.SYSTEM, code="retention")
    for subject in (subjects := list(due[:1000])):
        _remove_streams(_destroy_draft(system, subject, event="destruction.draft_expired", at=at))
    return len(subjects)


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
