"""A subject: a number, dates, a state; and the steps that their data have gone, rows that are only added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from derbes.core import rows
from derbes.core.journal import copying
from derbes.core.vault import among
from derbes.crypto.ids import packed, uuid7
from derbes.law.lifecycle import ENDS, Ground, Life, stage, step


class State(models.TextChoices):
    """Where a person's registration stands. Drafts die by themselves (limits.draft_days)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REFUSED = "refused"
    ENROLLED = "enrolled"  # came with a portfolio; nobody has verified who they are
    CORRESPONDENT = "correspondent"  # wrote to us and is not registered
    DESTROYED = "destroyed"


class SubjectQuerySet(models.QuerySet["Subject"]):
    def drafts_opened_before(self, moment: datetime) -> SubjectQuerySet:
        """Drafts that were begun before `moment` and never submitted, oldest first."""
        return self.filter(state=State.DRAFT, opened_at__lt=moment).order_by("opened_at")

    def to_review(self, at: datetime, *, after: tuple[datetime, UUID] | None = None) -> SubjectQuerySet:
        """Those whose terms have to be looked at: there is news, or the time has come. The longest waiting first.

        `after`: from whom on (since when they wait, and their number).
        """
        rows = self.filter(review_at__lte=at).order_by("review_at", "subject")
        if after is None:
            return rows
        # Compared as a pair the next is found at once, however many wait since the same moment. SQLite compares no pairs.
        return rows.filter(TupleGreaterThan(Tuple("review_at", "subject"), after), review_at__gte=after[0])


class Subject(models.Model):
    """A person whose data are kept."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {
            "subject",
            "opened_at",
            "state",
            "language",
            "represented",
            "blocked_at",
            "life",
            "deceased_at",
            "deceased_paper",
            "of_age_year",
            "review_at",
        }
    )

    subject = models.UUIDField(primary_key=True, editable=False)
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices)
    language = models.CharField(max_length=2)
    represented = models.BooleanField(default=False)
    blocked_at = models.DateTimeField(null=True)
    life = models.CharField(max_length=20, choices=[(one, one) for one in Life], default=Life.ACTIVE)
    deceased_at = models.DateTimeField(null=True)  # when the operator learned of it
    deceased_paper = models.CharField(max_length=40, default="")  # the number of what shows it, no more
    of_age_year = models.PositiveSmallIntegerField(null=True)  # a year alone tells nothing of anybody
    review_at = models.DateTimeField(null=True)  # null: there is nothing left to look at

    objects = SubjectQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["opened_at"], condition=models.Q(state="draft"), name="subjects_drafts"),
            models.Index(
                fields=["review_at", "subject"],
                condition=models.Q(review_at__isnull=False),
                name="subjects_to_review",
            ),
        ]

    # Factories

    @classmethod
    def open(cls, *, state: State, language: str, at: datetime, represented: bool = False) -> Subject:
        """Open a record of a person. It holds nothing of them yet. `represented`: someone acts for them (§2.4)."""
        row = cls(
            subject=uuid7(at),
            opened_at=at,
            state=state,
            language=language,
            represented=represented,
            review_at=at,
        )
        _SUBJECTS.keep(row)
        return row

    @classmethod
    def open_many(
        cls,
        subjects: Sequence[bytes],
        *,
        languages: Sequence[str],
        represented: bool,
        of_age_years: Sequence[int | None],
        at: datetime,
    ) -> copying.Batch:
        """Return the records of people who were enrolled by others; the terms of their data are looked at as for all."""
        return copying.ready(
            Subject,
            subject=list(subjects),
            opened_at=at,
            state=State.ENROLLED.value,
            language=list(languages),
            represented=represented,
            blocked_at=None,
            life=Life.ACTIVE.value,
            deceased_at=None,
            of_age_year=list(of_age_years),
            review_at=at,
        )

    # Queries

    @classmethod
    def opened(cls, people: among.People) -> Mapping[bytes, datetime]:
        """Return since when the operator has known each of these people."""
        rows = people.read(cls.objects.order_by(), "opened_at")
        return {who: among.moment(opened) for who, opened in rows}

    # Mutators

    @classmethod
    def move(cls, subject: UUID, *, to: State) -> None:
        """Set the state of `subject`; the terms of their data are looked at anew."""
        cls.objects.filter(subject=subject).update(state=to, review_at=models.F("opened_at"))

    @classmethod
    def look_again(cls, subject: UUID, *, at: datetime) -> None:
        """There is news of `subject` that may change how long their data are kept."""
        cls.objects.filter(subject=subject, life__in=[Life.ACTIVE, Life.ARCHIVE]).update(review_at=at)

    @classmethod
    def look_later(cls, when: Mapping[datetime, Sequence[bytes]]) -> None:
        """Set when the terms of people are to be looked at next: who at which moment."""
        for moment, subjects in when.items():
            cls.objects.filter(subject__among=subjects).update(review_at=moment)

    @classmethod
    def learn_of_death(cls, subject: UUID, *, paper: str, at: datetime) -> bool:
        """Record that the operator has learned at `at`, from a `paper`, that the person has died; false when it had before."""
        alive = cls.objects.filter(subject=subject, deceased_at=None)
        return bool(alive.update(deceased_at=at, deceased_paper=paper))

    @classmethod
    def come_of_age(cls, subject: UUID, *, year: int) -> None:
        """Record the year in which a person under age comes of age."""
        cls.objects.filter(subject=subject).update(of_age_year=year)

    @classmethod
    def go(cls, subject: UUID, *, to: Life, ground: Ground, by: str, at: datetime) -> str:
        """Take the data of `subject` one step on; return the norm behind it.

        Unblocked data go back to where they were: for that, `to` is active or the archive. Raises `NoSuchStep`.
        """
        row = cls.objects.get(subject=subject)
        old = stage(Life(row.life), blocked=row.blocked_at is not None)
        return cls.go_many(among.People([subject]), old=old, to=to, ground=ground, by=by, at=at)

    @classmethod
    def go_many(
        cls, people: among.People, *, old: Life, to: Life, ground: Ground, by: str, at: datetime
    ) -> str:
        """Take the data of people who are all at the stage `old` one step on, as `go` does with one person's."""
        norm = step(old, to, ground)
        changed: dict[str, object] = {"life": to, "blocked_at": None}
        if to is Life.BLOCKED:
            changed = {"blocked_at": at}
        if to in ENDS:
            changed |= OVER
        cls.objects.filter(subject__among=people).update(**changed)
        copying.insert(
            Step,
            id=packed(at, len(people)),
            subject=people.numbers,
            old=old.value,
            new=to.value,
            ground=ground.value,
            norm=norm,
            by=by,
            at=at,
        )
        return norm


#: What becomes of a person's row when there is nothing left of them: nothing in it tells of anybody.
OVER: Mapping[str, object] = MappingProxyType(
    {
        "state": State.DESTROYED,
        "review_at": None,
        "represented": False,
        "of_age_year": None,
        "deceased_paper": "",
    }
)


class Step(models.Model):
    """One step of a person's data from one stage to the next, with its ground and norm. Only ever added."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"id", "subject", "old", "new", "ground", "norm", "by", "at"})

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    old = models.CharField(max_length=20)
    new = models.CharField(max_length=20)
    ground = models.CharField(max_length=20)
    norm = models.CharField(max_length=80)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()


_SUBJECTS = rows.Table(Subject)

#: What the gate wants to know of a subject, as SQL that fits into its one question.
FACTS = (
    "(SELECT {array}(state, blocked_at IS NOT NULL, life, deceased_at IS NOT NULL) "
    "FROM subjects_subject WHERE subject = %(subject)s)"
)
