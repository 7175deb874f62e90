"""Signing in by a code sent to a contact, confirming a contact, sessions, and the accounts of the staff.

Whether a contact is known here is told to nobody: asking for a code always looks the same. What always holds: by
a contact somebody signs in only when its owner was seen to be that person; who came with a portfolio names their
IIN first, and a code shows that the contact is theirs (docs/decisions/0014).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid4

from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session

from derbes.core.accounts import throttle
from derbes.core.accounts.models import SignIn, User
from derbes.core.accounts.throttle import TooOften
from derbes.core.enrolments.models import Origin
from derbes.core.subjects.models import State, Subject
from derbes.core.vault import vault
from derbes.flows import codes, gate
from derbes.flows.codes import NotSent, WrongCode
from derbes.flows.story import step
from derbes.law import identifiers
from derbes.law.identifiers import INDEXED, Malformed
from derbes.law.permission import Actor, Refused
from derbes.law.vocabulary import ActorKind, Operation
from derbes.outside import keys

__all__ = ["Malformed", "NotSent", "TooOften", "WrongCode"]

_FIELDS = {"email": "email", "phone": "phone_mobile"}
_BY_IIN = ("phone_mobile", "email")  # where a code goes when an IIN was named: the first that is kept


def ask_sign_in(way: str, value: str, *, who: str, at: datetime) -> UUID:
    """Send a sign-in code to the person found by `way` (phone, email, iin) and `value`; return a ticket.

    The ticket is for `sign_in`, and is given for an unknown person too. `who` is counted against floods.
    Raises `Malformed`, `TooOften`, `NotSent`.
    """
    normal = identifiers.normalise(way, value)
    throttle.count("sign-in by address", who, most=200, seconds=3600)
    throttle.count("sign-in by value", f"{way}|{normal}", most=5, seconds=900)
    subject = _found(way, normal)
    if subject is None:
        return uuid4()
    _send(subject, way, at=at)
    return subject


def send_again(ticket: UUID, way: str, *, who: str, at: datetime) -> None:
    """Send another code for a `ticket` of `ask_sign_in`, the same `way`. Raises `TooOften`, `NotSent`."""
    throttle.count("sign-in by address", who, most=200, seconds=3600)
    throttle.count("sign-in by ticket", str(ticket), most=4, seconds=900)
    if Subject.objects.filter(subject=ticket).exists():
        _send(ticket, way, at=at)


def sign_in(ticket: UUID, code: str, *, at: datetime) -> User:
    """Return the account of the person who typed the code that was sent for `ticket`. Raises `WrongCode`.

    The contact that it was sent to is confirmed by that.
    """
    field = codes.spend(ticket, "sign_in", code, at=at)
    if not field:
        raise WrongCode
    if INDEXED[field] not in vault.confirmed(ticket):
        with suppress(
            gate.Unknown, Refused
        ):  # of one who is blocked nothing is changed; they are let in all the same
            _enter(person(ticket), ticket, field, at=at)
    return account_of(ticket, at=at)


def ask_confirmation(subject: UUID, field: str, *, at: datetime) -> None:
    """Send a code to a contact that the person typed, to see that it is theirs. Raises `TooOften`, `NotSent`, `Refused`."""
    throttle.count("confirmation", f"{subject}|{field}", most=5, seconds=900)
    codes.send(subject, field, "confirm", at=at)


def confirm(actor: Actor, subject: UUID, field: str, code: str, *, at: datetime) -> None:
    """Enter a contact into the index: its owner typed the code that was sent there. Raises `WrongCode`, `Refused`."""
    if codes.spend(subject, "confirm", code, at=at) != field:
        raise WrongCode
    _enter(actor, subject, field, at=at)


@step
def _enter(actor: Actor, subject: UUID, field: str, *, at: datetime) -> None:
    origin = Origin.of(subject)
    purpose = origin.purpose if origin else "service"
    permission = gate.ask(
        actor, subject, Operation.SYSTEMATISE, purpose, [field], event="accounts.confirm", at=at
    )
    vault.leave(permission, [INDEXED[field]])
    vault.enter(permission, {field: INDEXED[field]}, ring=keys.ring())


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
    SignIn.objects.update_or_create(session=session, defaults={"user": user.pk, "way": way, "at": at})


def sessions(user: User) -> list[SignIn]:
    """Return where `user` is signed in, the latest first; sessions that ended are not among them."""
    return SignIn.alive(user.pk)


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


def _found(way: str, normal: str) -> UUID | None:
    """The person with this IIN or confirmed contact: of several, one who was verified, then the one who came last.

    By IIN one who came with a portfolio goes before the last one: they may have no other way in. So nobody is locked
    out by a stranger who registers with their IIN.
    """
    found = vault.find(way, normal, ring=keys.ring(), sure=way in _FIELDS)
    living = Subject.objects.filter(subject__in=found).exclude(
        state__in=[State.DESTROYED, State.CORRESPONDENT]
    )
    first = {State.VERIFIED: 0} if way in _FIELDS else {State.VERIFIED: 0, State.ENROLLED: 1}
    states = {row.subject: row.state for row in living.order_by("-opened_at")}
    return min(states, key=lambda one: first.get(State(states[one]), len(State)), default=None)


def _send(subject: UUID, way: str, *, at: datetime) -> None:
    """Send a sign-in code; when there is nobody or nothing to send it to, it looks the same."""
    field = _FIELDS.get(way) or next(filter(vault.filled(subject).__contains__, _BY_IIN), "")
    if field:
        with suppress(gate.Unknown, Refused):
            codes.send(subject, field, "sign_in", at=at)
