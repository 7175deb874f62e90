"""An enrolment of many people from one file, and for each of them where their data came from (94-V art. 24, 25(2)(5)).

What always holds: how far an enrolment has come is written with the people it has taken, so it is never ahead
of them nor behind; of the file nothing is kept but a keyed digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from derbes.core.journal import copying


class Enrolment(models.Model):
    """One file: which (by keyed digests of content and place), who answers for it, and how far it was taken.

    `reached` is the offset of the first byte that was not looked at yet, `last` the number of the row before it as
    spreadsheets count; `listed` is how long the list of rejected rows is up to there, in bytes.
    """

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {
            "digest",
            "place",
            "by",
            "began_at",
            "ended_at",
            "reached",
            "listed",
            "last",
            "rows",
            "taken",
            "reasons",
        }
    )

    digest = models.CharField(max_length=64, primary_key=True)
    place = models.CharField(max_length=64)
    by = models.CharField(max_length=40)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reached = models.PositiveBigIntegerField(default=0)
    listed = models.PositiveBigIntegerField(default=0)
    last = models.PositiveBigIntegerField(default=1)
    rows = models.PositiveBigIntegerField(default=0)
    taken = models.PositiveBigIntegerField(default=0)
    reasons = models.JSONField(default=dict)

    # Factories

    @classmethod
    def begin(cls, digest: str, place: str, *, by: str, reached: int, at: datetime) -> Enrolment:
        """Record that the enrolment of a file begins, whose rows begin at the offset `reached`."""
        return cls.objects.create(digest=digest, place=place, by=by, began_at=at, reached=reached)

    # Mutators

    @classmethod
    def take_turns(cls) -> None:
        """Hold all files that are under way until the step ends: who comes next sees whom this one has taken."""
        list(cls.objects.select_for_update().filter(ended_at=None).order_by("digest").values_list("digest"))

    @classmethod
    def go_on(cls, before: Enrolment, after: Enrolment) -> bool:
        """Record how far it has come since `before`; false when another process was there first."""
        here = cls.objects.filter(digest=before.digest, reached=before.reached, ended_at=None)
        moved = ("reached", "last", "rows", "taken", "reasons")
        return bool(here.update(**{name: getattr(after, name) for name in moved}))

    @classmethod
    def list_up_to(cls, digest: str, *, listed: int) -> None:
        """Record how long the list of rejected rows is."""
        cls.objects.filter(digest=digest).update(listed=listed)

    @classmethod
    def end(cls, digest: str, *, at: datetime) -> bool:
        """Record that the whole file was taken; false when that was recorded before."""
        return bool(cls.objects.filter(digest=digest, ended_at=None).update(ended_at=at))

    # Queries

    @classmethod
    def of(cls, digest: str) -> Enrolment | None:
        """Return the enrolment of the file with this digest."""
        return cls.objects.filter(digest=digest).first()

    @classmethod
    def unfinished_at(cls, place: str) -> Enrolment | None:
        """Return what was begun with the file at this place and not ended."""
        return cls.objects.filter(place=place, ended_at=None).order_by("-began_at").first()


class Origin(models.Model):
    """Where a person's data came from: with which enrolment, on what basis, for what purpose, by which paper.

    It stays when the data are destroyed, as the ledger of consents does: it says where the proof lies.
    """

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"subject", "enrolment", "basis", "purpose", "norm", "reference", "at"})

    subject = models.UUIDField(primary_key=True, editable=False)
    enrolment = models.CharField(max_length=64)
    basis = models.CharField(max_length=16)
    purpose = models.CharField(max_length=32)
    norm = models.CharField(max_length=120)
    reference = models.CharField(max_length=64)
    at = models.DateTimeField()

    @classmethod
    def note_many(
        cls,
        subjects: Sequence[bytes],
        references: Sequence[str],
        *,
        enrolment: str,
        basis: str,
        purpose: str,
        norm: str,
        at: datetime,
    ) -> copying.Batch:
        """Return where the data of `subjects` came from, to be written; each has a paper of their own."""
        return copying.ready(
            Origin,
            subject=list(subjects),
            enrolment=enrolment,
            basis=basis,
            purpose=purpose,
            norm=norm[:120],
            reference=list(references),
            at=at,
        )

    @classmethod
    def of(cls, subject: UUID) -> Origin | None:
        """Return where the data of `subject` came from; None for whoever registered in another way."""
        return cls.objects.filter(subject=subject).first()
