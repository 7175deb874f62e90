"""Blocks: for a time data are only stored (94-V art. 1). Holds: for a time they are not destroyed, for a claim or a case."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from derbes.crypto.ids import uuid7


class BlockQuerySet(models.QuerySet["Block"]):
    def standing(self) -> BlockQuerySet:
        """Blocks that were not lifted, the one to be looked into first of all first."""
        return self.filter(lifted_at=None).order_by("due", "id")

    def of(self, subject: UUID) -> BlockQuerySet:
        """The blocks of `subject`, the latest first."""
        return self.filter(subject=subject).order_by("-at", "-id")


class Block(models.Model):
    """One block: its ground, who set it, by when it is to be looked into (`due`), when it ends by itself."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {"id", "subject", "ground", "by", "at", "due", "ends_at", "lifted_at", "lifted_ground", "lifted_by"}
    )

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    ground = models.CharField(max_length=20)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    due = models.DateField()
    ends_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_ground = models.CharField(max_length=20, default="")
    lifted_by = models.CharField(max_length=40, default="")

    objects = BlockQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due"], condition=models.Q(lifted_at=None), name="holds_blocks_standing"),
        ]

    @classmethod
    def put(
        cls, subject: UUID, *, ground: str, by: str, due: date, ends_at: datetime | None, at: datetime
    ) -> Block:
        """Record a block."""
        return cls.objects.create(
            id=uuid7(at), subject=subject, ground=ground, by=by, at=at, due=due, ends_at=ends_at
        )

    @classmethod
    def lift(cls, subject: UUID, *, ground: str, by: str, at: datetime) -> int:
        """Record that whatever blocks stand for `subject` are lifted; return how many."""
        standing = cls.objects.standing().filter(subject=subject).order_by()
        return standing.update(lifted_at=at, lifted_ground=ground, lifted_by=by)


class HoldReason(models.TextChoices):
    """Why data must not be destroyed although their term is over: a closed list (255-VIII art. 41(4))."""

    CLAIM = "claim"
    COURT = "court"
    INVESTIGATION = "investigation"
    AUDIT = "audit"
    INCIDENT = "incident"


class HoldQuerySet(models.QuerySet["Hold"]):
    def of(self, subject: UUID) -> HoldQuerySet:
        """The holds of `subject`, the latest first."""
        return self.filter(subject=subject).order_by("-at", "-id")

    def standing(self, at: datetime) -> HoldQuerySet:
        """Holds that were not released and whose end has not come, the first to end first."""
        return self.filter(released_at=None, until__gt=at).order_by("until", "id")


class Hold(models.Model):
    """One legal hold: its reason, the number of the paper behind it, and its end. There is none without an end."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {"id", "subject", "reason", "paper", "until", "by", "at", "released_at", "released_by"}
    )

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    reason = models.CharField(max_length=16, choices=HoldReason.choices)
    paper = models.CharField(max_length=40)
    until = models.DateTimeField()
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=40, default="")

    objects = HoldQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["until"], condition=models.Q(released_at=None), name="holds_standing"),
        ]

    @classmethod
    def place(
        cls, subject: UUID, *, reason: HoldReason, paper: str, until: datetime, by: str, at: datetime
    ) -> Hold:
        """Record a hold."""
        return cls.objects.create(
            id=uuid7(at), subject=subject, reason=reason, paper=paper, until=until, by=by, at=at
        )

    @classmethod
    def release(cls, hold: Hold, *, by: str, at: datetime) -> bool:
        """Record that the hold is released before its end; false when it was released already."""
        standing = cls.objects.filter(pk=hold.pk, released_at=None)
        return bool(standing.update(released_at=at, released_by=by))
