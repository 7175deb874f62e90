"""The staff come and go: an account is made, renewed when its owner lost the way in, and closed (§3.3, §4.1).

Each is an entry of the journal: who may open personal data, and since when, is part of what can be proved.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from derbes.core.accounts.models import SignIn, User
from derbes.core.appeals.models import Appeal
from derbes.core.journal import log
from derbes.core.matters.models import Matter
from derbes.core.publications import shelf
from derbes.core.vault import words
from derbes.flows.story import step
from derbes.law.permission import Actor, Powerless, empower  # raised here; imported from here
from derbes.outside import keys

__all__ = [
    "Member",
    "NotOneself",
    "Powerless",
    "Taken",
    "dismiss",
    "employ",
    "listing",
    "open_factor",
    "renew",
    "seal_factor",
]

_FACTOR = "staff factor"

Member = User


class Taken(Exception):
    """Another account has this code, or had it: codes stand in the journal and are given once."""


class NotOneself(Exception):
    """Nobody closes or renews their own account."""


def listing(actor: Actor, *, at: datetime) -> list[User]:
    """Return all accounts of the staff by code, closed ones last. Raises `Powerless`."""
    empower(actor, shelf.in_force(at).policy, "staff")
    return list(User.objects.exclude(role="").order_by("-is_active", "code"))


@step
def employ(actor: Actor, code: str, *, unit: str, role: str, at: datetime) -> tuple[User, str]:
    """Make an account; return it and its one-time password, to be told once. Raises `Powerless`, `Taken`, `ValueError`."""
    policy = shelf.in_force(at).policy
    empower(actor, policy, "staff")
    if role not in policy.roles:
        raise ValueError("a role that the policy does not have")
    if User.objects.filter(code=code).exists():
        raise Taken
    password = _password()
    user = User.employ(code, unit=unit, role=role, password=password, at=at)
    _record(actor, "employ", at=at, code=code, unit=unit, role=role)
    return user, password


@step
def renew(actor: Actor, code: str, *, at: datetime) -> str:
    """Give an account a new one-time password, without its second factors and sessions; return the password.

    For somebody who lost their device. Raises `Powerless`, `NotOneself`, `User.DoesNotExist`.
    """
    user = _other(actor, code, at=at)
    password = _password()
    user.renew(password)
    Authenticator.objects.filter(user=user).delete()
    _end_sessions(user)
    _record(actor, "renew", at=at, code=code)
    return password


@step
def dismiss(actor: Actor, code: str, *, at: datetime) -> None:
    """Close an account, end its sessions and set free the matters it had taken.

    Raises `Powerless`, `NotOneself`, `User.DoesNotExist`.
    """
    user = _other(actor, code, at=at)
    user.close()
    _end_sessions(user)
    Matter.set_free(by=code)
    Appeal.set_free(by=code)
    _record(actor, "dismiss", at=at, code=code)


def _other(actor: Actor, code: str, *, at: datetime) -> User:
    empower(actor, shelf.in_force(at).policy, "staff")
    if code == actor.code:
        raise NotOneself
    return User.objects.exclude(role="").get(code=code, is_active=True)


def _end_sessions(user: User) -> None:
    rows = SignIn.objects.filter(user=user.pk)
    Session.objects.filter(session_key__in=list(rows.values_list("session", flat=True))).delete()
    rows.delete()


def _password() -> str:
    return "-".join(secrets.token_hex(3) for _ in range(4))


def _record(actor: Actor, done: str, *, at: datetime, **detail: str) -> None:
    entry = log.Record(
        at=at,
        actor=actor.trace(),
        operation="staff",
        event=f"staff.{done}",
        clause="3.3",
        edition=shelf.in_force(at).edition,
        detail=detail,
    )
    log.append(entry, secret=None, n=None)


def seal_factor(secret: str) -> str:
    """Return the secret of a second factor, sealed as it lies in the database."""
    return words.seal(secret, _FACTOR, ring=keys.ring())


def open_factor(sealed: str) -> str:
    """Return the secret that was sealed by `seal_factor`."""
    return words.unseal(sealed, _FACTOR, ring=keys.ring())
