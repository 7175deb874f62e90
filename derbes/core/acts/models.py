"""Acts: that data were destroyed, archived or depersonalised, which kinds, on what ground, by whom; and what a search
found afterwards. Rows are only ever added: the database refuses anything else.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db import models

from derbes.core.acts.residue import Found
from derbes.core.journal import copying
from derbes.core.vault import among
from derbes.crypto.ids import packed, uuid7

# Letters and digits that are not taken for one another when read aloud or copied by hand.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

_PAIRS = [one + other for one in _ALPHABET for other in _ALPHABET]


class Kind(models.TextChoices):
    """What was done."""

    DESTROYED = "destroyed"  # all of it
    TRIMMED = "trimmed"  # what no purpose needs any more
    ARCHIVED = "archived"  # all but what a law orders to keep
    DEPERSONALISED = "depersonalised"


class ActQuerySet(models.QuerySet["Act"]):
    def newest_first(self) -> ActQuerySet:
        """As they are looked through: the last first."""
        return self.order_by("-at", "-id")

    def of(self, subject: UUID) -> ActQuerySet:
        """The acts about `subject`, the oldest first."""
        return self.filter(subject=subject).order_by("at", "id")


class Act(models.Model):
    """One act. `fields` are kinds of data that went, `stays` what was kept: field → purpose, norm, until.

    `counts` says how many sealed rows, index rows and files went. No value of anybody's data is here.
    """

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {
            "id",
            "subject",
            "number",
            "kind",
            "ground",
            "norm",
            "edition",
            "fields",
            "categories",
            "stays",
            "counts",
            "by",
            "approved_by",
            "at",
        }
    )

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    ground = models.CharField(max_length=20)
    norm = models.CharField(max_length=80)
    edition = models.CharField(max_length=16)
    fields = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    stays = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    by = models.CharField(max_length=40)
    approved_by = models.CharField(max_length=40, default="")
    at = models.DateTimeField()

    objects = ActQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["number"], name="acts_number"),
            models.Index(fields=["at"], name="acts_at"),
        ]

    @classmethod
    def draw_up_many(
        cls, subjects: Sequence[bytes], kind: Kind, *, at: datetime, **content: Any
    ) -> list[Drawn]:
        """Draw up an act for each of `subjects` (the bytes of their numbers), with the same content."""
        rows, numbers = packed(at, len(subjects)), new_numbers(at, len(subjects))
        same: dict[str, Any] = {
            name: tuple(one) if isinstance(one, list) else one for name, one in content.items()
        }
        copying.insert(
            Act,
            id=rows,
            subject=list(subjects),
            number=numbers,
            kind=Kind(kind).value,
            at=at,
            **same,
        )
        return [
            Drawn(subject, row, number, kind)
            for subject, row, number in zip(subjects, rows, numbers, strict=True)
        ]


class Drawn(NamedTuple):
    """An act that was drawn up: of whom, its id (of both the bytes), the number to be read aloud, what was done."""

    subject: bytes
    id: bytes
    number: str
    kind: Kind


def new_numbers(at: datetime, count: int) -> list[str]:
    """Return `count` numbers such as `D26-K7QM-4XPD`."""
    # What a pair is chosen by is so much longer than there are pairs that none of them is likelier than another.
    chance = iter(struct.unpack(f"={4 * count}Q", os.urandom(32 * count)))
    pair, most, head = _PAIRS, len(_PAIRS), f"D{at.year % 100:02}-"
    return [
        f"{head}{pair[a % most]}{pair[b % most]}-{pair[c % most]}{pair[d % most]}"
        for a, b, c, d in zip(chance, chance, chance, chance, strict=True)
    ]


class Finding(models.Model):
    """What a search found after an act: `nothing_left`, what was `searched` (place → bytes), what was found, what could not be."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {"id", "subject", "act", "nothing_left", "searched", "residue", "unsearched", "at"}
    )

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    act = models.UUIDField()
    nothing_left = models.BooleanField()
    searched = models.JSONField(default=dict)
    residue = models.JSONField(default=list)
    unsearched = models.JSONField(default=list)
    at = models.DateTimeField()

    @classmethod
    def write(
        cls,
        act: Act,
        *,
        searched: Mapping[str, int],
        residue: Iterable[str],
        unsearched: Iterable[str],
        at: datetime,
    ) -> Finding:
        """Write what the search found into the act."""
        drawn = Drawn(act.subject.bytes, act.id.bytes, act.number, Kind(act.kind))
        return cls.write_many([(drawn, Found(dict(searched), set(residue), set(unsearched)))], at=at)[0]

    @classmethod
    def write_many(cls, findings: Iterable[tuple[Drawn, Found]], *, at: datetime) -> list[Finding]:
        """Write what a search found into the acts."""
        return Finding.objects.bulk_create(
            Finding(
                id=uuid7(at),
                subject=UUID(bytes=act.subject),
                act=UUID(bytes=act.id),
                nothing_left=not found.residue,
                searched=found.searched,
                residue=sorted(found.residue),
                unsearched=sorted(found.unsearched),
                at=at,
            )
            for act, found in findings
        )


class Approval(models.Model):
    """A member of staff has approved that exactly this is done to a person's data (`digest` of the plan)."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"id", "subject", "digest", "by", "at"})

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    @classmethod
    def give(cls, plans: Iterable[tuple[UUID, str]], *, by: str, at: datetime) -> int:
        """Record the approval of plans (subject, digest); return how many."""
        rows = (
            Approval(id=uuid7(at), subject=subject, digest=digest, by=by, at=at) for subject, digest in plans
        )
        return len(Approval.objects.bulk_create(rows))

    @classmethod
    def by_whom(cls, people: among.People) -> dict[str, str]:
        """Return who approved plans for these people: digest of the plan, which is for one person → who was the first."""
        rows = cls.objects.filter(subject__among=people).order_by("-at")
        return dict(rows.values_list("digest", "by"))
