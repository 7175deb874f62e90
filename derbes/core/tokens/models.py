"""Tokens of programs, and the answers that are given again to who asks the same thing twice.

What always holds: of a token's secret only a digest is kept; every token ends by itself; a kept answer lies
sealed, and beside it only keyed digests of what was asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models

from derbes.core import rows
from derbes.crypto.ids import uuid7


class Token(models.Model):
    """A program's leave to act: under which code, role and unit, for which purposes, in which scopes, until when.

    `rate` is how many requests a minute one process of the server takes from it.
    """

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {
            "id",
            "code",
            "digest",
            "role",
            "unit",
            "purposes",
            "scopes",
            "rate",
            "issued_at",
            "issued_by",
            "expires_at",
            "withdrawn_at",
            "withdrawn_by",
        }
    )

    id = models.UUIDField(primary_key=True, editable=False)
    code = models.CharField(max_length=40, unique=True)
    digest = models.BinaryField()
    role = models.CharField(max_length=32)
    unit = models.CharField(max_length=32)
    purposes = models.JSONField(default=list)
    scopes = models.JSONField(default=list)
    rate = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=40)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=40, default="")

    @classmethod
    def issue(
        cls,
        code: str,
        digest: bytes,
        *,
        role: str,
        unit: str,
        purposes: Iterable[str],
        scopes: Iterable[str],
        rate: int,
        expires_at: datetime,
        by: str,
        at: datetime,
    ) -> Token:
        """Keep a new token. Its code is given once for all time: it stands in the journal."""
        return cls.objects.create(
            id=uuid7(at),
            code=code,
            digest=digest,
            role=role,
            unit=unit,
            purposes=sorted(purposes),
            scopes=sorted(scopes),
            rate=rate,
            issued_at=at,
            issued_by=by,
            expires_at=expires_at,
        )

    def withdraw(self, *, by: str, at: datetime) -> None:
        """Let nobody act with it any more."""
        self.withdrawn_at, self.withdrawn_by = at, by
        self.save(update_fields=["withdrawn_at", "withdrawn_by"])


class Answer(models.Model):
    """An answer that was given to a token under a key of its own choice, to be given again.

    `key` and `request` are keyed digests; `sealed` opens with a key of the ring.
    """

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"token", "key", "request", "sealed", "at"})

    pk = models.CompositePrimaryKey("token", "key")
    token = models.UUIDField()
    key = models.BinaryField(max_length=16)
    request = models.BinaryField(max_length=16)
    sealed = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="tokens_answers_at")]

    @classmethod
    def keep(cls, token: UUID, key: bytes, request: bytes, sealed: str, *, at: datetime) -> None:
        """Keep an answer in the caller's step, which fails when another is kept, or is just being kept, under the key."""
        _ANSWERS.add(token=token, key=key, request=request, sealed=sealed, at=at)

    @classmethod
    def find(cls, token: UUID, key: bytes) -> tuple[bytes, str] | None:
        """Return what was asked under this key and the sealed answer, if there is one."""
        found = rows.ask(_FIND, {"token": token, "key": key})
        if found is None:
            return None
        request, sealed = json.loads(found)
        return bytes.fromhex(request), sealed

    @classmethod
    def forget_before(cls, moment: datetime) -> int:
        """Remove the answers that were kept before `moment`; return how many."""
        return cls.objects.filter(at__lt=moment).delete()[0]


_ANSWERS = rows.Table(Answer)
_FIND = """
SELECT {array}({hex}request{xeh}, sealed){text} FROM tokens_answer WHERE token = %(token)s AND key = %(key)s"""
