"""A scan (§1.6): its kind, size and the names of its sealed streams. File names are not kept: they can name people."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from django.db import models

from derbes.crypto.ids import uuid7


class DocumentQuerySet(models.QuerySet["Document"]):
    def of(self, subject: UUID) -> DocumentQuerySet:
        """The scans of `subject`, in the order in which they came."""
        return self.filter(subject=subject).order_by("id")


class Document(models.Model):
    """One scan. `id` and `preview` are the names of the sealed streams in storage."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"id", "subject", "kind", "mime", "size", "pages", "preview", "at"})

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    kind = models.CharField(max_length=32)
    mime = models.CharField(max_length=32)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    preview = models.UUIDField()
    at = models.DateTimeField()

    objects = DocumentQuerySet.as_manager()

    @classmethod
    def add(cls, subject: UUID, *, kind: str, mime: str, size: int, pages: int, at: datetime) -> Document:
        """Record that a scan of `size` bytes and `pages` pages was kept."""
        return cls.objects.create(
            id=uuid7(at),
            subject=subject,
            kind=kind,
            mime=mime,
            size=size,
            pages=pages,
            preview=uuid4(),
            at=at,
        )

    @classmethod
    def remove(cls, document: UUID, *, subject: UUID) -> None:
        """Forget that the scan was there."""
        cls.objects.filter(id=document, subject=subject).delete()
