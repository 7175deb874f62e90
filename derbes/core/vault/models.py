"""A key per person, their sealed fields, and the keyed index by which they are found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from derbes.core import rows


class PersonKey(models.Model):
    """The wrapped key of one person, and how many journal entries they have.

    Its row is what the gate holds while a step is under way, so that nothing is decided on what another
    step is changing. When the row is gone, nothing of the person opens and no entry can be told to be theirs.
    """

    PERSONAL: ClassVar = frozenset({"wrapped", "entries"})
    OTHER: ClassVar = frozenset({"subject", "epoch", "version"})

    subject = models.UUIDField(primary_key=True, editable=False)
    wrapped = models.BinaryField()
    epoch = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    entries = models.PositiveBigIntegerField()


class Sealed(models.Model):
    """Fields of one person and category, each sealed by itself, together in one row.

    `place` is the category, or `key/instance` for a field of which a person has several. `body` is a JSON
    object: name of the field → sealed value in base64.
    """

    PERSONAL: ClassVar = frozenset({"body"})
    OTHER: ClassVar = frozenset({"subject", "place"})

    pk = models.CompositePrimaryKey("subject", "place")
    subject = models.UUIDField()
    place = models.CharField(max_length=64)
    body = models.TextField()


class Found(models.Model):
    """A keyed hash by which a person is found: equality only. Personal data, and goes with the person.

    `confirmed` is false of what others said of the person: they are found by it, and do not sign in by it.
    """

    PERSONAL: ClassVar = frozenset({"digest"})
    OTHER: ClassVar = frozenset({"subject", "kind", "confirmed"})

    pk = models.CompositePrimaryKey("subject", "kind", "digest")
    subject = models.UUIDField()
    kind = models.CharField(max_length=12)
    digest = models.BinaryField(max_length=16)
    confirmed = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "digest"], name="vault_found_by")]


class EndedEpoch(models.Model):
    """An epoch whose key is destroyed or about to be: the database refuses to wrap anybody under it again."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"epoch", "at"})

    epoch = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()


KEYS = rows.Table(PersonKey)
SEALED = rows.Table(Sealed, replaces=("body",))
FOUND = rows.Table(Found, ignores=True)
