"""Entries, and the tree over them. What always holds: nothing here is changed or removed; the database refuses.

An entry comes without a place and gets one, once. A tile only grows. A checkpoint stays as it was signed, and so
does what outsiders said of it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class EntryQuerySet(models.QuerySet["Entry"]):
    def waiting(self) -> EntryQuerySet:
        """Entries that have no place in the tree yet, the oldest first."""
        return self.filter(position=None).order_by("id")

    def placed(self) -> EntryQuerySet:
        """Entries in the order of the tree."""
        return self.exclude(position=None).order_by("position")


class Entry(models.Model):
    """One thing that was done or refused, to one person or to none.

    `body` is the entry; `salt` hides it behind its public commitment; `tag` marks it as the n-th of a person
    to whoever holds the person's secret. The other columns repeat the body for lists, and are checked with it.
    """

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {"id", "at", "actor_kind", "actor_code", "operation", "tag", "salt", "body", "position"}
    )

    id = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=8)
    actor_code = models.CharField(max_length=64, null=True)
    operation = models.CharField(max_length=32)
    tag = models.BinaryField(max_length=16, null=True, unique=True)
    salt = models.BinaryField(max_length=16)
    body = models.TextField()
    position = models.BigIntegerField(null=True, unique=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(position=None), name="journal_waiting"),
        ]


class Tile(models.Model):
    """256 hashes of one level of the tree, or as many as there are; a full one is followed by its subtrees."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"level", "number", "nodes"})

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    nodes = models.BinaryField()


class CheckpointQuerySet(models.QuerySet["Checkpoint"]):
    def newest(self) -> Checkpoint | None:
        """The last one signed."""
        return self.order_by("-size").first()

    def oldest_first(self) -> CheckpointQuerySet:
        """In the order in which they were signed."""
        return self.order_by("size")


class Checkpoint(models.Model):
    """The signed head of the tree when it had `size` entries."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"size", "root", "note", "at"})

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField()

    objects = CheckpointQuerySet.as_manager()


class Anchor(models.Model):
    """What somebody outside said of the checkpoint of `size`: a witness's line, or a time-stamp (source `TIMESTAMP`).

    `at` is the time that they put to it. Only what was verified is kept.
    """

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"size", "source", "proof", "at"})
    TIMESTAMP: ClassVar = "rfc3161"

    pk = models.CompositePrimaryKey("size", "source")
    size = models.BigIntegerField()
    source = models.CharField(max_length=200)
    proof = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["source", "size"], name="journal_anchored")]
