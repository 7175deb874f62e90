"""A case is opened: fields and scans of one person together, by one of the staff, for one purpose (§3.2, §3.3).

All of it or none: when one thing may not be seen, nothing is opened, and the attempt is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from derbes.core.documents.models import Document
from derbes.core.vault import vault
from derbes.flows import gate
from derbes.flows.gate import Unknown, Wish
from derbes.flows.story import step
from derbes.law.permission import Actor, Permission, Refused  # raised here; imported from here
from derbes.law.vocabulary import Operation
from derbes.outside import storage

__all__ = ["Opened", "Refused", "Scan", "Unknown", "kept", "look"]


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that was opened: its preview as JPEG, and what the whole of it is."""

    id: UUID
    kind: str
    mime: str
    pages: int
    preview: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened for `purpose`: values by field, and scans in the order in which they came."""

    purpose: str
    values: Mapping[str, str] = field(repr=False)
    scans: list[Scan]


def kept(subject: UUID) -> frozenset[str]:
    """Return which fields of the person are kept. Nothing is opened for it."""
    return vault.filled(subject)


@step
def look(
    actor: Actor, subject: UUID, fields: Iterable[str], scans: Iterable[UUID], *, purpose: str, at: datetime
) -> Opened:
    """Open `fields` and `scans` for `purpose`. The journal has the entries before anything leaves.

    A field that is not kept is left out, and so is a scan that is not this person's. Raises `Refused` with
    the clause, `Unknown`.
    """
    fields = sorted(fields)
    rows = list(Document.objects.of(subject).filter(id__in=list(scans)))
    wishes = [Wish(operation=Operation.USE, purpose=purpose, fields=fields)] if fields else []
    wishes += [Wish(operation=Operation.USE, purpose=purpose, fields=[row.kind]) for row in rows]
    permissions = gate.ask_all(actor, subject, wishes, event="reading.read", at=at)
    values = vault.take(permissions.pop(0)) if fields else {}
    return Opened(purpose, values, [_scan(row, one) for row, one in zip(rows, permissions, strict=True)])


def _scan(row: Document, permission: Permission) -> Scan:
    sealed = storage.store().read(str(row.preview))
    preview = b"".join(vault.open_stream(permission, row.preview, sealed))
    vault.record(permission)
    return Scan(row.id, row.kind, row.mime, row.pages, preview)
