"""Accounts of subjects and staff, the one-time codes that people are sent, and where they are signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.models import Session
from django.db import models

from derbes.crypto.ids import uuid7


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(code=username)


class User(AbstractBaseUser):
    """Someone who can sign in: a subject (`subject` is set) or one of the staff (`role` is set)."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset(
        {"id", "code", "subject", "unit", "role", "is_active", "initial_password", "password", "last_login"}
    )

    id = models.UUIDField(primary_key=True, editable=False)
    code = models.CharField(max_length=40, unique=True)
    subject = models.UUIDField(null=True, unique=True)
    unit = models.CharField(max_length=32, default="", blank=True)
    role = models.CharField(max_length=32, default="", blank=True)
    is_active = models.BooleanField(default=True)
    initial_password = models.BooleanField(default=False)

    objects = UserManager()

    USERNAME_FIELD = "code"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    @property
    def is_staff(self) -> bool:
        """Whether this is one of the operator's staff."""
        return bool(self.role)

    @classmethod
    def of_subject(cls, subject: UUID, *, at: datetime) -> User:
        """Return the account of `subject`, made at their first sign-in. It has no password and never will."""
        user, made = cls.objects.get_or_create(
            subject=subject, defaults={"id": uuid7(at), "code": f"s-{subject}"}
        )
        if made:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        return user

    @classmethod
    def employ(cls, code: str, *, unit: str, role: str, password: str, at: datetime) -> User:
        """Make an account of the staff. The password is for the first sign-in only."""
        user = cls(id=uuid7(at), code=code, unit=unit, role=role, initial_password=True)
        user.set_password(password)
        user.save(force_insert=True)
        return user

    def set_password(self, raw_password: str | None) -> None:
        """Set the password; whoever sets a second one has left the initial one behind."""
        self.initial_password = self._state.adding
        super().set_password(raw_password)

    def renew(self, password: str) -> None:
        """Give a new password for the next sign-in only."""
        self.set_password(password)
        self.initial_password = True
        self.save(update_fields=["password", "initial_password"])

    def close(self) -> None:
        """Let nobody sign in with this account any more. Its code stays taken."""
        self.is_active = False
        self.save(update_fields=["is_active"])

    def get_username(self) -> str:
        return self.code

    def has_perms(self, *_: Any, **__: Any) -> bool:
        """Nobody has Django permissions: what may be done is the policy's matter (law/permission.py)."""
        return False


class Code(models.Model):
    """A one-time code sent to a contact. Only a keyed hash of it is kept; it dies soon and after few tries."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"id", "subject", "aim", "field", "digest", "expires_at", "tries_left", "at"})

    pk = models.CompositePrimaryKey("subject", "id")
    id = models.UUIDField(editable=False)
    subject = models.UUIDField()
    aim = models.CharField(max_length=16)
    field = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    @classmethod
    def issue(
        cls,
        subject: UUID,
        *,
        aim: str,
        field: str,
        digest: str,
        expires_at: datetime,
        tries: int,
        at: datetime,
    ) -> None:
        """Keep a new code; older ones for the same aim and field die."""
        cls.objects.filter(subject=subject, aim=aim, field=field).delete()
        cls.objects.create(
            id=uuid7(at),
            subject=subject,
            aim=aim,
            field=field,
            digest=digest,
            expires_at=expires_at,
            tries_left=tries,
            at=at,
        )

    @classmethod
    def spend(cls, subject: UUID, *, aim: str, digest: str, at: datetime) -> str | None:
        """Use up the code that matches and return its field; a wrong one costs every live code a try."""
        living = cls.objects.filter(subject=subject, aim=aim, expires_at__gt=at, tries_left__gt=0)
        alive = list(living.select_for_update().values_list("id", flat=True))
        tried = cls.objects.filter(subject=subject, id__in=alive)
        tried.update(tries_left=models.F("tries_left") - 1)
        code = tried.filter(digest=digest).first()
        if code is None:
            return None
        field = code.field
        cls.objects.filter(subject=subject, aim=aim, field=field).delete()
        return field


class SignIn(models.Model):
    """A session of someone: since when, how they signed in. No address, no device name."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"session", "user", "way", "at"})

    session = models.CharField(max_length=40, primary_key=True)
    user = models.UUIDField(db_index=True)
    way = models.CharField(max_length=12)
    at = models.DateTimeField()

    @classmethod
    def alive(cls, user: UUID) -> list[SignIn]:
        """Return the sessions of `user` that have not ended, the latest first."""
        rows = list(cls.objects.filter(user=user).order_by("-at"))
        keys = Session.objects.filter(session_key__in=[row.session for row in rows])
        alive = set(keys.values_list("session_key", flat=True))
        return [row for row in rows if row.session in alive]
