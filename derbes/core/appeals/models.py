"""One register of appeals. A row says how an appeal stands; what happened to it are rows that are only added.

What people wrote is in the vault, as `message/<id>`, `note/<id>` and `letter/<id>` of the person.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import models

from derbes.core.appeals.attachments import Attachment  # noqa: F401  Django looks for tables here
from derbes.core.appeals.post import Post  # noqa: F401
from derbes.crypto.ids import spoken, uuid7
from derbes.law import appeals as law
from derbes.law.deadlines import local_day


class Stage(models.TextChoices):
    OPEN = "open"
    PAUSED = "paused"  # the clock stands still: something is wanted of the person
    ANSWERED = "answered"
    CLOSED = "closed"  # without an answer


LIVE = (Stage.OPEN, Stage.PAUSED)


class AppealQuerySet(models.QuerySet["Appeal"]):
    def live(self) -> AppealQuerySet:
        """Appeals that wait for an answer, the most urgent first."""
        return self.filter(stage__in=LIVE).order_by("due", "id")

    def narrowed(
        self,
        *,
        kind: str = "",
        stage: str = "",
        taken_by: str | None = None,
        alarm: str = "",
        channel: str = "",
    ) -> AppealQuerySet:
        """Only those of a kind, stage, alarm or channel, and of one of the staff; "" are those that nobody has taken."""
        wanted = {"kind": kind, "stage": stage, "alarm": alarm, "channel": channel}
        rows = self.filter(**{name: value for name, value in wanted.items() if value})
        return rows if taken_by is None else rows.filter(taken_by=taken_by)

    def of(self, subject: UUID) -> AppealQuerySet:
        """The appeals of `subject`, the newest first."""
        return self.filter(subject=subject).order_by("-received_at", "-id")


class Appeal(models.Model):
    """An appeal: its kind, its term as the rule gave it, and by when it is due under which calendar."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {
            *(
                "id",
                "subject",
                "number",
                "kind",
                "wish",
                "purpose",
                "channel",
                "language",
                "stage",
                "received_at",
            ),
            *("days", "working", "clause", "norm", "extension", "extended", "due", "calendar", "alarm"),
            *("rung_on", "taken_by", "outcome", "ground", "late_reason", "answered_at"),
        }
    )

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=16)
    wish = models.CharField(max_length=16)
    purpose = models.CharField(max_length=32)
    channel = models.CharField(max_length=8)
    language = models.CharField(max_length=2)
    stage = models.CharField(max_length=10, choices=Stage.choices)
    received_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    working = models.BooleanField()
    clause = models.CharField(max_length=12)
    norm = models.CharField(max_length=100)
    extension = models.PositiveSmallIntegerField()
    extended = models.PositiveSmallIntegerField(default=0)
    due = models.DateField()
    calendar = models.CharField(max_length=12)
    alarm = models.CharField(max_length=8, default="")
    rung_on = models.DateField(null=True)
    taken_by = models.CharField(max_length=32, default="")
    outcome = models.CharField(max_length=32, default="")
    ground = models.CharField(max_length=32, default="")
    late_reason = models.CharField(max_length=16, default="")
    answered_at = models.DateTimeField(null=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due", "id"], condition=models.Q(stage__in=["open", "paused"]), name="appeals_queue"
            ),
            models.Index(fields=["number"], name="appeals_number"),
            models.Index(fields=["received_at"], name="appeals_received"),
        ]

    # Factories

    @classmethod
    def open(
        cls,
        subject: UUID,
        clock: law.Clock,
        *,
        purpose: str,
        channel: str,
        language: str,
        calendar: str,
        received_at: datetime,
        at: datetime,
    ) -> Appeal:
        """Open an appeal with a number that can be read aloud, and a due date."""
        return cls.objects.create(
            id=uuid7(at),
            subject=subject,
            number=spoken("A", at),
            wish=clock.kind,
            purpose=purpose,
            channel=channel,
            language=language,
            stage=Stage.OPEN,
            received_at=received_at,
            calendar=calendar,
            **_columns(clock),
        )

    # Mutators: each returns whether it changed anything, so that a double click does a thing once

    def keep_time(self, clock: law.Clock, calendar: str) -> bool:
        """Set what the clock says; the alarm rings anew when the due date moved."""
        rung = {} if clock.due == self.due else {"alarm": "", "rung_on": None}
        changed = {**_columns(clock), "calendar": calendar, **rung}
        changed["stage"] = Stage.PAUSED if clock.stopped else Stage.OPEN
        return self._change(LIVE, **changed)

    def take(self, by: str) -> bool:
        """Give the appeal to one member of staff; false when another has it."""
        free = models.Q(taken_by="") | models.Q(taken_by=by)
        return bool(Appeal.objects.filter(free, pk=self.pk, stage__in=LIVE).update(taken_by=by))

    def give(self, to: str) -> bool:
        """Give the appeal to `to`, or to nobody for an empty code."""
        return self._change(LIVE, taken_by=to)

    def serve(self, purpose: str) -> bool:
        """Set the purpose for which the appeal's data are processed from now on."""
        return self._change(LIVE, purpose=purpose)

    def ring(self, alarm: str, day: date) -> bool:
        """Note that the alarm rang on `day`; false when it did already."""
        waits = Appeal.objects.filter(pk=self.pk, stage=Stage.OPEN).exclude(rung_on=day)
        return bool(waits.update(alarm=alarm, rung_on=day))

    def answer(self, *, outcome: str, ground: str, late_reason: str, by: str, at: datetime) -> bool:
        """Note the answer; false when there was one already."""
        said = {"outcome": outcome, "ground": ground, "late_reason": late_reason, "taken_by": by}
        return self._change(LIVE, stage=Stage.ANSWERED, answered_at=at, **said)

    def close(self, outcome: str, *, by: str, at: datetime) -> bool:
        """End the appeal without an answer; false when it was over already."""
        return self._change(LIVE, stage=Stage.CLOSED, outcome=outcome, answered_at=at, taken_by=by)

    @classmethod
    def set_free(cls, *, by: str) -> None:
        """Give back what one member of staff had taken and not answered."""
        cls.objects.filter(taken_by=by, stage__in=LIVE).update(taken_by="")

    def _change(self, stages: tuple[str, ...], **changed: Any) -> bool:
        done = bool(Appeal.objects.filter(pk=self.pk, stage__in=stages).update(**changed))
        if done:
            for name, value in changed.items():
                setattr(self, name, value)
        return done

    # Properties

    @property
    def opened_at(self) -> datetime:
        """When it was received, by the name that matters have for it: a list may hold both."""
        return self.received_at

    @property
    def closed_at(self) -> datetime | None:
        """When it was answered or ended, by the name that matters have for it."""
        return self.answered_at

    @property
    def live(self) -> bool:
        """Whether the appeal still waits for its answer."""
        return self.stage in LIVE

    @property
    def last_day(self) -> date:
        """The day on which the appeal ended, or will be late after."""
        return local_day(self.answered_at) if self.answered_at else self.due

    def late(self, today: date) -> bool:
        """Whether the answer came after the due date, or has not come although it is over."""
        if self.stage == Stage.PAUSED:
            return False
        return (local_day(self.answered_at) if self.answered_at else today) > self.due


def _columns(clock: law.Clock) -> dict[str, Any]:
    return {
        "kind": clock.kind,
        "days": clock.length.days,
        "working": clock.length.working,
        "clause": clock.length.clause,
        "norm": clock.length.norm,
        "extension": clock.length.extension,
        "extended": clock.extended,
        "due": clock.due,
    }


class AppealEventQuerySet(models.QuerySet["AppealEvent"]):
    def of(self, appeal: Appeal) -> AppealEventQuerySet:
        """What happened to `appeal`, in order."""
        return self.filter(subject=appeal.subject, appeal=appeal.id).order_by("at", "id")


class AppealEvent(models.Model):
    """Something that happened to an appeal, by whom; `detail` holds codes, dates and names of sealed texts."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"id", "subject", "appeal", "code", "at", "actor", "by", "detail"})

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    appeal = models.UUIDField()
    code = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.CharField(max_length=8)
    by = models.CharField(max_length=32)
    detail = models.JSONField()

    objects = AppealEventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["subject", "appeal"], name="appeals_events")]

    @classmethod
    def add(
        cls, appeal: Appeal, code: law.Happened, *, actor: str, by: str, at: datetime, **detail: object
    ) -> AppealEvent:
        """Add what happened. The id puts what happened at one moment in its order."""
        before = cls.objects.of(appeal).filter(at=at).count()
        return cls.objects.create(
            id=uuid7(at + timedelta(microseconds=before)),
            subject=appeal.subject,
            appeal=appeal.id,
            code=code,
            at=at,
            actor=actor,
            by=by,
            detail=detail,
        )


#: Who has taken a live appeal of the person, for the gate's one question.
FACTS = (
    "(SELECT {agg}({array}(taken_by)) FROM appeals_appeal "
    "WHERE subject = %(subject)s AND stage IN ('open', 'paused') AND taken_by <> '')"
)
