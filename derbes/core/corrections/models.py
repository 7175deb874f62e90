"""When a person last looked their data through and said that they are right, or changed them (§2.5)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from derbes.core.vault import among


class Checked(models.Model):
    """The moment; nothing of what was right."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"subject", "at"})

    subject = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField()

    @classmethod
    def note(cls, subject: UUID, *, at: datetime) -> None:
        """Note that `subject` said so now."""
        row = Checked(subject=subject, at=at)
        Checked.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["subject"], update_fields=["at"]
        )

    @classmethod
    def last(cls, subject: UUID) -> datetime | None:
        """Return when `subject` said so last, or None."""
        return cls.objects.filter(subject=subject).values_list("at", flat=True).first()

    @classmethod
    def forget(cls, people: among.People) -> None:
        """Forget when these people said so: their data are no more."""
        cls.objects.filter(subject__among=people).delete()
