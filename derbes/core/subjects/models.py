"""A subject: a number, two dates, a state."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from derbes.crypto.ids import uuid7


class State(models.TextChoices):
    """Where a person's registration stands. Drafts die by themselves (limits.draft_days)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REFUSED = "refused"
    CORRESPONDENT = "correspondent"  # wrote to us and is not registered
    DESTROYED = "destroyed"


class SubjectQuerySet(models.QuerySet["Subject"]):
    def drafts_opened_before(self, moment: datetime) -> SubjectQuerySet:
        """Drafts that were begun before `moment` and never submitted, oldest first."""
        return self.filter(state=State.DRAFT, opened_at__lt=moment).order_by("opened_at")


class Subject(models.Model):
    """A person whose data are kept."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"subject", "opened_at", "state", "language", "represented", "blocked_at"})

    subject = models.UUIDField(primary_key=True, editable=False)
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices)
    language = models.CharField(max_length=2)
    represented = models.BooleanField(default=False)
    blocked_at = models.DateTimeField(null=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["opened_at"], condition=models.Q(state="draft"), name="subjects_drafts"),
        ]

    # Factories

    @classmethod
    def open(cls, *, state: State, language: str, at: datetime, represented: bool = False) -> Subject:
        """Open a record of a person. It holds nothing of them yet. `represented`: someone acts for them (§2.4)."""
        return cls.objects.create(
            subject=uuid7(at), opened_at=at, state=state, language=language, represented=represented
        )

    # Mutators

    @classmethod
    def move(cls, subject: UUID, *, to: State) -> None:
        """Set the state of `subject`."""
        cls.objects.filter(subject=subject).update(state=to)


#: What the gate wants to know of a subject, as SQL that fits into its one question.
FACTS = "(SELECT {array}(state, blocked_at IS NOT NULL) FROM subjects_subject WHERE subject = %(subject)s)"
