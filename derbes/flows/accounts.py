"""Signing in by a code sent to a contact, confirming a contact, sessions, and the accounts of the staff.

Whether a contact is known here is told to nobody: asking for a code always looks the same.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from derbes.core.accounts import throttle
from derbes.core.accounts.models import Code, SignIn, User
from derbes.core.accounts.throttle import TooOften
from derbes.core.publications import shelf
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.flows import gate
from derbes.flows.story import step
from derbes.law import identifiers
from derbes.law.identifiers import Malformed
from derbes.law.permission import Actor, Refused
from derbes.law.vocabulary import ActorKind, Operation
from derbes.outside import keys, mail, sms

__all__ = ["Malformed", "NotSent", "TooOften", "WrongCode"]

_KINDS = {"iin": "iin", "email": "email", "phone": "phone"}
_FIELDS = {"email": "email", "phone": "phone_mobile"}
_TEXT = gettext_noop(
    "%(code)s is your code for %(site)s. It is good for %(minutes)s minutes. Tell it to nobody."
)
_TITLE = gettext_noop("Your code")


class NotSent(Exception):
    """The code could not be sent just now. Nothing was changed; it may be tried again."""


class WrongCode(Exception):
    """The code is not the one sent, or it is too old, or was tried too often."""


def ask_sign_in(way: str, value: str, *, who: str, at: datetime) -> UUID:
    """Send a sign-in code to the person found by `way` (phone, email, iin) and `value`; return a ticket.

    The ticket is for `sign_in`, and is given for an unknown person too. `who` is counted against floods.
    Raises `Malformed`, `TooOften`, `NotSent`.
    """
    normal = identifiers.normalise(way, value)
    throttle.count("sign-in by address", who, most=20, seconds=3600)
    throttle.count("sign-in by value", f"{way}|{normal}", most=5, seconds=900)
    subject = _found(_KINDS[way], normal)
    if subject is None:
        return uuid4()
    _send(subject, _FIELDS.get(way, "phone_mobile"), "sign_in", at=at)
    return subject


def send_again(ticket: UUID, way: str, *, who: str, at: datetime) -> None:
    """Send another code for a `ticket` of `ask_sign_in`, the same `way`. Raises `TooOften`, `NotSent`."""
    throttle.count("sign-in by address", who, most=20, seconds=3600)
    throttle.count("sign-in by ticket", str(ticket), most=4, seconds=900)
    if Subject.objects.filter(subject=ticket).exists():
        _send(ticket, _FIELDS.get(way, "phone_mobile"), "sign_in", at=at)


def sign_in(ticket: UUID, code: str, *, at: datetime) -> User:
    """Return the account of the person who typed the code that was sent for `ticket`. Raises `WrongCode`."""
    if _spend(ticket, "sign_in", code, at=at) is None:
        raise WrongCode
    return account_of(ticket, at=at)


def ask_confirmation(subject: UUID, field: str, *, at: datetime) -> None:
    """Send a code to a contact that the person typed, to see that it is theirs. Raises `TooOften`, `NotSent`, `Refused`."""
    throttle.count("confirmation", f"{subject}|{field}", most=5, seconds=900)
    _send(subject, field, "confirm", at=at)


def confirm(actor: Actor, subject: UUID, field: str, code: str, *, at: datetime) -> None:
    """Enter a contact into the index: its owner typed the code that was sent there. Raises `WrongCode`, `Refused`."""
    if _spend(subject, "confirm", code, at=at) != field:
        raise WrongCode
    _enter(actor, subject, field, at=at)


@step
def _enter(actor: Actor, subject: UUID, field: str, *, at: datetime) -> None:
    permission = gate.ask(
        actor, subject, Operation.SYSTEMATISE, "service", [field], event="accounts.confirm", at=at
    )
    kind = next(kind for kind, name in _FIELDS.items() if name == field)
    vault.leave(permission, [kind])
    vault.enter(permission, {field: kind}, ring=keys.ring())


@step
def account_of(subject: UUID, *, at: datetime) -> User:
    """Return the account of a subject who has just shown to be themself: by a code, or by registering."""
    return User.of_subject(subject, at=at)


def pace(what: str, who: str) -> None:
    """Count a form that anybody may send (registration, message) from the address `who`. Raises `TooOften`.

    Many people share one address of a mobile operator, so it is only a flood that is stopped.
    """
    throttle.count(f"form: {what}", who, most=30, seconds=3600)


# Sessions


@step
def began(user: User, session: str, way: str, *, at: datetime) -> None:
    """Note that `user` signed in with `session`, by code, password or passkey."""
    SignIn.objects.update_or_create(
        session=session, defaults={"user": user.pk, "way": way, "at": at, "seen_at": at}
    )


def sessions(user: User) -> list[SignIn]:
    """Return where `user` is signed in, the latest first; sessions that ended are not among them."""
    rows = SignIn.objects.filter(user=user.pk).order_by("-at")
    alive = set(
        Session.objects.filter(session_key__in=[r.session for r in rows]).values_list(
            "session_key", flat=True
        )
    )
    return [row for row in rows if row.session in alive]


@step
def end_session(user: User, session: str) -> None:
    """End one of the user's own sessions, wherever it is; one that is not theirs is left alone."""
    if SignIn.objects.filter(user=user.pk, session=session).delete()[0]:
        Session.objects.filter(session_key=session).delete()


@step
def end_other_sessions(user: User, session: str) -> int:
    """End all of the user's own sessions but `session`; return how many."""
    others = SignIn.objects.filter(user=user.pk).exclude(session=session)
    keys = list(others.values_list("session", flat=True))
    others.delete()
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


# Staff


@step
def enrol(user: User) -> str:
    """Give a member of staff a second factor (TOTP, RFC 6238); return its secret, to be told once."""
    secret = str(totp.generate_totp_secret())
    totp.TOTP.activate(user, secret)
    return secret


def person(subject: UUID) -> Actor:
    """Return who a person is to the gate who has begun to register in this very session."""
    return Actor(kind=ActorKind.SUBJECT, subject=subject)


def actor(user: User) -> Actor:
    """Return who a signed-in user is to the gate."""
    if user.subject:
        return Actor(kind=ActorKind.SUBJECT, subject=user.subject)
    return Actor(kind=ActorKind.STAFF, code=user.code, unit=user.unit, role=user.role)


def _found(kind: str, normal: str) -> UUID | None:
    """The person with this value: of several, one who was verified, then the one who came last.

    So nobody is locked out by a stranger who registers with their IIN.
    """
    found = vault.find(kind, normal, ring=keys.ring())
    living = Subject.objects.filter(subject__in=found).exclude(
        state__in=[State.DESTROYED, State.CORRESPONDENT]
    )
    latest = living.order_by("-opened_at")
    last = latest.filter(state=State.VERIFIED).first() or latest.first()
    return last.subject if last else None


def _send(subject: UUID, field: str, aim: str, *, at: datetime) -> None:
    try:
        address, code, minutes, language = _issue(subject, field, aim, at=at)
    except (gate.Unknown, Refused):
        if aim == "confirm":
            raise
        return
    site = settings.ORIGIN.partition("://")[2]
    with translation.override(language):
        text = gettext(_TEXT) % {"code": code, "site": site, "minutes": minutes}
        title = gettext(_TITLE)
    try:
        if field == "email":
            mail.send(address, title, text)
        else:
            sms.send(address, text)
    except (mail.NotSent, sms.NotSent) as failure:
        raise NotSent from failure


@step
def _issue(subject: UUID, field: str, aim: str, *, at: datetime) -> tuple[str, str, int, str]:
    system = Actor(kind=ActorKind.SYSTEM, code="codes")
    permission = gate.ask(
        system, subject, Operation.USE, "authentication", [field], event=f"accounts.{aim}", at=at
    )
    address = vault.take(permission).get(field)
    if not address:
        raise gate.Unknown
    limits = shelf.in_force(at).policy.limits
    code = f"{secrets.randbelow(10**6):06}"
    Code.issue(
        subject,
        aim=aim,
        field=field,
        digest=_digest(subject, aim, code),
        expires_at=at + timedelta(minutes=limits["code_minutes"]),
        tries=limits["code_attempts"],
        at=at,
    )
    language = Subject.objects.values_list("language", flat=True).get(subject=subject)
    return address, code, limits["code_minutes"], language


@step
def _spend(subject: UUID, aim: str, code: str, *, at: datetime) -> str | None:
    """Spend the code, or a try: a step of its own, so that a wrong code costs its try for good."""
    typed = "".join(letter for letter in code if letter.isdigit())
    return Code.spend(subject, aim=aim, digest=_digest(subject, aim, typed), at=at)


def _digest(subject: UUID, aim: str, code: str) -> str:
    message = f"{subject}|{aim}|{code}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, sha256).hexdigest()
