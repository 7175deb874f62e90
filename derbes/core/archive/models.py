"""What is in the restricted archive: of whom, for which purposes of law, until when. The data themselves are in the vault."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from derbes.crypto.ids import many, uuid7


class ArchivedQuerySet(models.QuerySet["Archived"]):
    def standing(self) -> ArchivedQuerySet:
        """What has not ended yet, the first to end first."""
        return self.filter(ended_at=None).order_by("until", "id")


class Archived(models.Model):
    """One person's data in the archive. `purposes` are those that a law orders; none is kept without an end."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"id", "subject", "purposes", "norms", "since", "until", "ended_at"})

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    purposes = models.JSONField(default=list)
    norms = models.JSONField(default=list)
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ArchivedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["until"], condition=models.Q(ended_at=None), name="archive_standing"),
        ]

    @classmethod
    def enter(
        cls,
        subjects: Sequence[bytes],
        *,
        purposes: Iterable[str],
        norms: Iterable[str],
        until: datetime,
        at: datetime,
    ) -> None:
        """Record that data of these people were sealed into the archive, for the same purposes until the same day."""
        what = {"purposes": sorted(purposes), "norms": sorted(norms)}
        Archived.objects.bulk_create(
            Archived(id=row, subject=UUID(bytes=subject), **what, since=at, until=until)
            for row, subject in zip(many(at, len(subjects)), subjects, strict=True)
        )

    @classmethod
    def end(cls, subjects: Sequence[UUID | bytes], *, at: datetime) -> None:
        """Record that what was archived of these people is gone."""
        cls.objects.filter(subject__among=subjects, ended_at=None).update(ended_at=at)


class Remains(models.Model):
    """What remains of people who were depersonalised together: how many there were of a coarse group."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"id", "batch", "features", "people", "at"})

    id = models.UUIDField(primary_key=True, editable=False)
    batch = models.UUIDField()
    features = models.JSONField()
    people = models.PositiveIntegerField()
    at = models.DateTimeField()

    @classmethod
    def keep(cls, batch: UUID, groups: Iterable[tuple[dict[str, str], int]], *, at: datetime) -> None:
        """Keep the groups of one batch."""
        Remains.objects.bulk_create(
            Remains(id=uuid7(at), batch=batch, features=features, people=people, at=at)
            for features, people in groups
        )
