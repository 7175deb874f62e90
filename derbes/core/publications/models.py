"""An edition of the policy that was published: its signed bytes, and since when it is in force (§6.5)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models


class PublicationQuerySet(models.QuerySet["Publication"]):
    def in_force(self, at: datetime) -> Publication | None:
        """The edition in force at `at`: of those that have come into force, the latest."""
        return self.filter(effective__lte=at).order_by("-effective", "-published").first()

    def newest_first(self) -> PublicationQuerySet:
        """All editions, the latest to come into force first."""
        return self.order_by("-effective", "-published")


class Publication(models.Model):
    """One edition. Never changed, never removed (the database refuses)."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"edition", "effective", "published", "by", "sha256", "signed"})

    edition = models.CharField(max_length=16, primary_key=True)
    effective = models.DateTimeField()
    published = models.DateTimeField()
    by = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64)
    signed = models.TextField()

    objects = PublicationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["effective", "published"], name="publications_in_force")]


#: The edition in force at a moment: a statement, and a part of the gate's one question.
IN_FORCE = (
    "SELECT edition FROM publications_publication WHERE effective <= %(at)s "
    "ORDER BY effective DESC, published DESC LIMIT 1"
)
FACTS = "(SELECT {array}(edition) FROM (" + IN_FORCE + ") AS latest)"  # noqa: S608  a statement of ours
