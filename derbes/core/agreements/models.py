"""An agreement or a service: its kind, start and end, who sees to it, and whether an obligation is unfulfilled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from derbes.core.journal import copying
from derbes.crypto.ids import packed, uuid7


class Kind(models.TextChoices):
    """What was agreed. Only some kinds make accounting documents, which the tax law orders to keep."""

    SITE = "site"  # the use of the site itself
    DEBT = "debt"  # a debt that the agency was given to collect
    SETTLEMENT = "settlement"  # instalments or a restructuring agreed with the debtor


#: Kinds that make accounting and tax primary documents (Tax Code art. 206(3)).
ACCOUNTED = frozenset({Kind.DEBT, Kind.SETTLEMENT})


class EndReason(models.TextChoices):
    """Why it ended: a closed list."""

    FULFILLED = "fulfilled"
    LEFT = "left"  # the person does not use the service any more
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"  # the consent that it needed was withdrawn
    DEATH = "death"


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def of(self, subject: UUID) -> AgreementQuerySet:
        """The agreements of `subject`, the first begun first."""
        return self.filter(subject=subject).order_by("started_at", "id")

    def running(self) -> AgreementQuerySet:
        """Those that have not ended."""
        return self.filter(ended_at=None)


class Agreement(models.Model):
    """One agreement of one person. `obliged`: an obligation of theirs is unfulfilled (94-V art. 8(2))."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {"id", "subject", "kind", "officer", "obliged", "started_at", "ended_at", "end_reason"}
    )

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    officer = models.CharField(max_length=40, default="")
    obliged = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=16, default="", choices=EndReason.choices)

    objects = AgreementQuerySet.as_manager()

    @classmethod
    def begin(
        cls, subject: UUID, kind: Kind, *, officer: str, obliged: bool, started: datetime, at: datetime
    ) -> Agreement:
        """Record that an agreement began at `started`, seen to by `officer` (a staff code, or nobody)."""
        return cls.objects.create(
            id=uuid7(at), subject=subject, kind=kind, officer=officer, obliged=obliged, started_at=started
        )

    @classmethod
    def begin_many(
        cls,
        subjects: Sequence[bytes],
        kind: Kind,
        *,
        officers: Sequence[str],
        obliged: Sequence[bool],
        started: Sequence[datetime],
        at: datetime,
    ) -> copying.Batch:
        """Return an agreement of one kind for each of `subjects`, to be written."""
        return copying.ready(
            Agreement,
            id=packed(at, len(subjects)),
            subject=list(subjects),
            kind=kind.value,
            officer=list(officers),
            obliged=list(obliged),
            started_at=list(started),
            ended_at=None,
            end_reason="",
        )

    @classmethod
    def fulfil(cls, agreement: Agreement, *, obliged: bool) -> bool:
        """Record whether an obligation is unfulfilled; false when the agreement has ended."""
        return bool(cls.objects.filter(pk=agreement.pk, ended_at=None).update(obliged=obliged))

    @classmethod
    def end(cls, agreement: Agreement, *, reason: EndReason, ended: datetime) -> bool:
        """Record that the agreement ended at `ended`; false when it had ended before."""
        running = cls.objects.filter(pk=agreement.pk, ended_at=None)
        return bool(running.update(ended_at=ended, end_reason=reason, obliged=False))


#: Who of the staff sees to a running agreement of the person, for the gate's one question.
FACTS = (
    "(SELECT {agg}({array}(officer)) FROM agreements_agreement "
    "WHERE subject = %(subject)s AND ended_at IS NULL AND officer <> '')"
)
