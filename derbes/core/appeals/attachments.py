"""What was attached to appeals: kind, size and the names of the sealed streams. File names are not kept."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from django.db import models

from derbes.crypto.ids import uuid7


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, subject: UUID) -> AttachmentQuerySet:
        """What was attached to the appeals of `subject`, in the order in which it came."""
        return self.filter(subject=subject).order_by("id")


class Attachment(models.Model):
    """A file attached to an appeal. `id` and `preview` are the names of the sealed streams in storage."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"id", "subject", "appeal", "mime", "size", "pages", "preview", "at"})

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    appeal = models.UUIDField()
    mime = models.CharField(max_length=32)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    preview = models.UUIDField()
    at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    @classmethod
    def add(
        cls, subject: UUID, appeal: UUID, *, mime: str, size: int, pages: int, at: datetime
    ) -> Attachment:
        """Record that a file of `size` bytes and `pages` pages was kept."""
        return cls.objects.create(
            id=uuid7(at),
            subject=subject,
            appeal=appeal,
            mime=mime,
            size=size,
            pages=pages,
            preview=uuid4(),
            at=at,
        )
