"""A matter: its number, its state, who has taken it. What it is about is in the vault."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from derbes.core import rows
from derbes.crypto.ids import spoken, uuid7


class Kind(models.TextChoices):
    REGISTRATION = "registration"
    CORRECTION = "correction"


class Stage(models.TextChoices):
    OPEN = "open"
    WAITING = "waiting"  # for the person: more was asked of them
    CLOSED = "closed"


class MatterQuerySet(models.QuerySet["Matter"]):
    def queue(self, kind: Kind) -> MatterQuerySet:
        """Matters of a kind that are not closed, the oldest first."""
        return self.filter(kind=kind).exclude(stage=Stage.CLOSED).order_by("opened_at", "id")

    def narrowed(self, *, stage: str = "", taken_by: str | None = None) -> MatterQuerySet:
        """Only those of a stage, and those that one member of staff has taken; "" are those that nobody has."""
        rows = self.filter(stage=stage) if stage else self
        return rows if taken_by is None else rows.filter(taken_by=taken_by)

    def decided_before(self, moment: datetime, kind: Kind) -> models.QuerySet[Matter, UUID]:
        """The subjects whose matter of this kind was closed before `moment`, the longest closed first.

        Whoever has a correction that is open, or was closed later, is not among them: its scans are still needed.
        """
        closed = self.filter(kind=kind, stage=Stage.CLOSED, closed_at__lt=moment)
        corrections = Matter.objects.filter(subject=models.OuterRef("subject"), kind=Kind.CORRECTION)
        waits = corrections.filter(~models.Q(stage=Stage.CLOSED) | models.Q(closed_at__gte=moment))
        return closed.exclude(models.Exists(waits)).order_by("closed_at").values_list("subject", flat=True)

    def of(self, subject: UUID) -> MatterQuerySet:
        """The matters of `subject`, the newest first."""
        return self.filter(subject=subject).order_by("-opened_at", "-id")


class Matter(models.Model):
    """Something that a member of staff has to see to."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {
            "id",
            "subject",
            "kind",
            "number",
            "stage",
            "taken_by",
            "opened_at",
            "due",
            "closed_at",
            "outcome",
            "reason",
            "asks",
        }
    )

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    number = models.CharField(max_length=20)
    stage = models.CharField(max_length=10, choices=Stage.choices)
    taken_by = models.CharField(max_length=32, default="")
    opened_at = models.DateTimeField()
    due = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, default="")
    reason = models.CharField(max_length=32, default="")
    asks = models.JSONField(default=list)

    objects = MatterQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["kind", "opened_at"], condition=~models.Q(stage="closed"), name="matters_queue"
            ),
            models.Index(fields=["number"], name="matters_number"),
        ]

    @classmethod
    def open(
        cls, subject: UUID, kind: Kind, *, at: datetime, due: date | None = None, asks: Iterable[str] = ()
    ) -> Matter:
        """Open a matter with a number that can be read aloud; `asks` are the fields that it is about."""
        row = cls(
            id=uuid7(at),
            subject=subject,
            kind=kind,
            number=spoken(kind[0].upper(), at),
            stage=Stage.OPEN,
            opened_at=at,
            due=due,
            asks=sorted(asks),
        )
        _MATTERS.keep(row)
        return row

    @classmethod
    def take(cls, matter: Matter, *, by: str) -> bool:
        """Give the matter to one member of staff; false when another has it."""
        free = models.Q(taken_by="") | models.Q(taken_by=by)
        return bool(cls.objects.filter(free, pk=matter.pk).exclude(stage=Stage.CLOSED).update(taken_by=by))

    @classmethod
    def set_free(cls, *, by: str) -> None:
        """Give back what one member of staff had taken and not closed."""
        cls.objects.filter(taken_by=by).exclude(stage=Stage.CLOSED).update(taken_by="")

    @classmethod
    def close(cls, matter: Matter, *, outcome: str, reason: str, by: str, at: datetime) -> bool:
        """Close the matter; false when it was closed already, so that a double click decides once."""
        changed = {
            "stage": Stage.CLOSED,
            "outcome": outcome,
            "reason": reason,
            "closed_at": at,
            "taken_by": by,
        }
        return bool(cls.objects.filter(pk=matter.pk).exclude(stage=Stage.CLOSED).update(**changed))

    @classmethod
    def ask(cls, matter: Matter, *, reason: str, asks: list[str]) -> bool:
        """Set the matter waiting for the person, saying what is asked of them; false when it is not open."""
        changed = {"stage": Stage.WAITING, "reason": reason, "asks": asks}
        return bool(cls.objects.filter(pk=matter.pk, stage=Stage.OPEN).update(**changed))

    @classmethod
    def reopen(cls, matter: Matter) -> bool:
        """Set a waiting matter open again: the person has answered."""
        return bool(cls.objects.filter(pk=matter.pk, stage=Stage.WAITING).update(stage=Stage.OPEN, asks=[]))


_MATTERS = rows.Table(Matter)

#: Who has taken an open matter of the person, for the gate's one question.
FACTS = (
    "(SELECT {agg}({array}(taken_by)) FROM matters_matter "
    "WHERE subject = %(subject)s AND stage <> 'closed' AND taken_by <> '')"
)
