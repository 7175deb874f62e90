"""A breach in the register, what was done about it, the search for the people it affects, and those people.

The register itself holds no personal data: what happened and what was done is written without names. Whom it
affects is a row of the person's own, which goes when they go; how many there were stays.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from derbes.core.vault import among
from derbes.crypto.ids import spoken, uuid7
from derbes.law.incidents import Breach, State, step


class IncidentQuerySet(models.QuerySet["Incident"]):
    def newest_first(self) -> IncidentQuerySet:
        """The register, the last detected first."""
        return self.order_by("-detected_at", "-id")

    def untold(self) -> IncidentQuerySet:
        """Those of which the authority was not told, the most pressing first."""
        return self.filter(state=State.OPEN).order_by("due", "id")

    def telling(self) -> IncidentQuerySet:
        """Those whose people are being told; whoever is found after everybody was told is told too."""
        going_on = (State.AUTHORITY_NOTIFIED, State.SUBJECTS_NOTIFIED)
        return self.filter(state__in=going_on, telling_at__isnull=False).order_by("telling_at", "id")


class Incident(models.Model):
    """One breach. `data` names the kinds of data concerned; `happened` and `measures` are words without names."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {
            *("id", "number", "kind", "state", "detected_at", "opened_at", "opened_by", "due", "calendar"),
            *("data", "happened", "measures", "authority_at", "reference", "telling_at", "subjects_at"),
            *("closed_at", "affected"),
        }
    )

    id = models.UUIDField(primary_key=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Breach])
    state = models.CharField(max_length=20, choices=[(one.value, one.value) for one in State])
    detected_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=40)
    due = models.DateField()
    calendar = models.CharField(max_length=12)
    data = models.JSONField(default=list)
    happened = models.TextField()
    measures = models.TextField(default="")
    authority_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=64, default="")
    telling_at = models.DateTimeField(null=True)  # since when people are being told
    subjects_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    affected = models.PositiveIntegerField(default=0)

    objects = IncidentQuerySet.as_manager()

    @classmethod
    def open(
        cls,
        kind: Breach,
        *,
        detected_at: datetime,
        due: date,
        calendar: str,
        data: list[str],
        happened: str,
        measures: str,
        by: str,
        at: datetime,
    ) -> Incident:
        """Enter a breach into the register."""
        return cls.objects.create(
            id=uuid7(at),
            number=spoken("B", at),
            kind=kind,
            state=State.OPEN,
            detected_at=detected_at,
            opened_at=at,
            opened_by=by,
            due=due,
            calendar=calendar,
            data=data,
            happened=happened,
            measures=measures,
        )

    def go(self, to: State, *, at: datetime, reference: str = "") -> None:
        """Go one state on. Raises `law.incidents.NoSuchStep`."""
        self.state = step(State(self.state), to)
        if to is State.AUTHORITY_NOTIFIED:
            self.authority_at, self.reference = at, reference
        elif to is State.SUBJECTS_NOTIFIED:
            self.subjects_at = at
        else:
            self.closed_at = at
        self.save(update_fields=["state", "authority_at", "reference", "subjects_at", "closed_at"])

    def begin_telling(self, *, at: datetime) -> None:
        """Let the people be told from now on. Raises `law.incidents.NoSuchStep` before the authority was."""
        step(State(self.state), State.SUBJECTS_NOTIFIED)
        self.telling_at = self.telling_at or at
        self.save(update_fields=["telling_at"])

    def describe(self, *, data: list[str], happened: str, measures: str) -> None:
        """Say again what is known: the data concerned, what happened, what was done."""
        self.data, self.happened, self.measures = data, happened, measures
        self.save(update_fields=["data", "happened", "measures"])


class IncidentEvent(models.Model):
    """Something done about an incident: a code and counts. Only ever added."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"id", "incident", "code", "by", "at", "detail"})

    id = models.UUIDField(primary_key=True, editable=False)
    incident = models.UUIDField(db_index=True)
    code = models.CharField(max_length=24)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    @classmethod
    def add(cls, incident: UUID, code: str, *, by: str, at: datetime, **detail: str | int) -> None:
        """Add an event."""
        cls.objects.create(id=uuid7(at), incident=incident, code=code, by=by, at=at, detail=detail)


class SearchQuerySet(models.QuerySet["Search"]):
    def unfinished(self) -> SearchQuerySet:
        """Searches that go on, the oldest first."""
        return self.filter(done_at=None).order_by("id")


class Search(models.Model):
    """A walk through everybody for those whom the journal's entries of an actor and a time are about.

    `everyone`: the journal cannot tell, as when the whole base was carried off. `last` is how far it has come.
    """

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {
            *("id", "incident", "since", "until", "actor", "operation", "everyone", "by", "at"),
            *("last", "walked", "entries", "matched", "found", "closed", "done_at"),
        }
    )

    id = models.UUIDField(primary_key=True, editable=False)
    incident = models.UUIDField(db_index=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    actor = models.CharField(max_length=64, default="")
    operation = models.CharField(max_length=32, default="")
    everyone = models.BooleanField(default=False)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()
    last = models.UUIDField(null=True)
    walked = models.PositiveIntegerField(default=0)
    entries = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    objects = SearchQuerySet.as_manager()


class AffectedQuerySet(models.QuerySet["Affected"]):
    def of(self, incident: UUID) -> AffectedQuerySet:
        """Those whom an incident affects."""
        return self.filter(incident=incident).order_by("subject")

    def untold(self) -> AffectedQuerySet:
        """Those who were not told yet."""
        return self.filter(told_at=None)


class Affected(models.Model):
    """Somebody whom an incident affects: how many of the entries are theirs, when they were told. Goes with them."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"subject", "incident", "entries", "told_at"})

    pk = models.CompositePrimaryKey("subject", "incident")
    subject = models.UUIDField()
    incident = models.UUIDField(db_index=True)
    entries = models.PositiveIntegerField()
    told_at = models.DateTimeField(null=True)

    objects = AffectedQuerySet.as_manager()

    @classmethod
    def add(cls, incident: UUID, found: list[tuple[UUID, int]]) -> int:
        """Add people with their numbers of entries; who is there already stays as they are. Return how many are new."""
        before = cls.objects.of(incident).count()
        rows = [Affected(subject=subject, incident=incident, entries=entries) for subject, entries in found]
        Affected.objects.bulk_create(rows, ignore_conflicts=True)
        return cls.objects.of(incident).count() - before

    @classmethod
    def forget(cls, people: among.People) -> None:
        """Forget whom it affected, with everything else of theirs."""
        cls.objects.filter(subject__among=people).delete()
