"""One-time codes: one is sent to a contact of a person, and spent by whoever can read what came there.

What always holds: a code is good for one aim and one contact, for minutes and for few tries; a wrong one costs
its try for good.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from derbes.core.accounts.models import Code
from derbes.core.publications import shelf
from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.flows import gate
from derbes.flows.story import step
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind, Operation
from derbes.outside import mail, sms

SYSTEM = Actor(kind=ActorKind.SYSTEM, code="codes")

_TEXT = gettext_noop(
    "%(code)s is your code for %(site)s. It is good for %(minutes)s minutes. Tell it to nobody."
)
_TITLE = gettext_noop("Your code")


class NotSent(Exception):
    """The code could not be sent just now. Nothing was changed; it may be tried again."""


class WrongCode(Exception):
    """The code is not the one sent, or it is too old, or was tried too often."""


def send(subject: UUID, contact: str, aim: str, *, at: datetime) -> None:
    """Send a code for `aim` to what is kept as `contact` (a field, or `field/instance`).

    Raises `NotSent`, `Refused`, and `Unknown` when there is no such person or contact.
    """
    address, code, minutes, language = _issue(subject, contact, aim, at=at)
    site = settings.ORIGIN.partition("://")[2]
    with translation.override(language):
        text = gettext(_TEXT) % {"code": code, "site": site, "minutes": minutes}
        title = gettext(_TITLE)
    try:
        if kind_of(contact) == "email":
            mail.send(address, title, text)
        else:
            sms.send(address, text)
    except (mail.NotSent, sms.NotSent) as failure:
        raise NotSent from failure


@step
def spend(subject: UUID, aim: str, code: str, *, at: datetime) -> str:
    """Spend the code that was typed; return the field of the contact it was sent to, "" for a wrong code.

    A step of its own, so that a wrong code costs its try for good.
    """
    typed = "".join(letter for letter in code if letter.isdigit())
    return Code.spend(subject, aim=aim, digest=_digest(subject, aim, typed), at=at) or ""


def forget(subject: UUID, *contacts: str, aim: str = "") -> None:
    """Make codes that were sent to these contacts good for nothing, those for `aim` or all."""
    codes = Code.objects.filter(subject=subject, field__in=map(kind_of, contacts))
    (codes.filter(aim=aim) if aim else codes).delete()


def kind_of(contact: str) -> str:
    """Return the field of which `contact` is an instance."""
    return contact.partition("/")[0]


@step
def _issue(subject: UUID, contact: str, aim: str, *, at: datetime) -> tuple[str, str, int, str]:
    permission = gate.ask(
        SYSTEM, subject, Operation.USE, "authentication", [contact], event=f"accounts.{aim}", at=at
    )
    address = vault.take(permission).get(contact)
    if not address:
        raise gate.Unknown
    limits = shelf.in_force(at).policy.limits
    code = f"{secrets.randbelow(10**6):06}"
    Code.issue(
        subject,
        aim=aim,
        field=kind_of(contact),
        digest=_digest(subject, aim, code),
        expires_at=at + timedelta(minutes=limits["code_minutes"]),
        tries=limits["code_attempts"],
        at=at,
    )
    language = Subject.objects.values_list("language", flat=True).get(subject=subject)
    return address, code, limits["code_minutes"], language


def _digest(subject: UUID, aim: str, code: str) -> str:
    message = f"{subject}|{aim}|{code}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, sha256).hexdigest()
