"""Which letters of the mailbox were taken in: by a keyed hash each, so that a crash between two steps doubles none."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models


class Post(models.Model):
    """A letter that was taken in. It names no appeal and nobody, and is forgotten after a while."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"digest", "at"})

    digest = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)

    @classmethod
    def note(cls, digest: str, *, at: datetime) -> bool:
        """Note a letter; false when it was taken in before."""
        return cls.objects.get_or_create(digest=digest, defaults={"at": at})[1]

    @classmethod
    def forget(cls, before: datetime) -> int:
        """Forget letters taken in before a moment; the mailbox does not have them any more."""
        return cls.objects.filter(at__lt=before).delete()[0]
