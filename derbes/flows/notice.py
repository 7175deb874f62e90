"""Telling a person something that happened: a short message in their language, to a contact of theirs.

A notice says that there is news and where to read it; the news itself stays in the cabinet. When it
cannot be sent the step that it tells of stands all the same: the cabinet shows it. What always holds: a notice
goes out once at most; only the telling of a breach is tried again, and then as the same message, with a mark by
which whoever takes it a second time can tell (docs/reliability.md).
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from derbes.core.subjects.models import Subject
from derbes.core.vault import vault
from derbes.flows import gate
from derbes.flows.story import step
from derbes.law.permission import Actor, Refused
from derbes.law.vocabulary import ActorKind, Operation
from derbes.outside import keys, mail, sms

log = logging.getLogger(__name__)

SYSTEM = Actor(kind=ActorKind.SYSTEM, code="notices")

_SUBJECT = gettext_noop("News of your registration")
_TEXTS = {
    "verified": gettext_noop("Your registration has been confirmed. Sign in to your cabinet: %(address)s"),
    "contact": gettext_noop(
        "A new phone or e-mail was entered for you. If it was not you, end all other sessions in your cabinet: %(address)s"
    ),
    "corrected": gettext_noop("Your data were changed as you asked. See your cabinet: %(address)s"),
    "not_corrected": gettext_noop(
        "Your data could not be changed as you asked. The reason is in your cabinet: %(address)s"
    ),
    "refused": gettext_noop(
        "Your registration could not be confirmed. The reason is in your cabinet: %(address)s"
    ),
    "more": gettext_noop("We need something more for your registration. See your cabinet: %(address)s"),
}
_BREACH = gettext_noop("The security of your personal data was broken")
_OF_BREACHES = gettext_noop(
    "The security of your personal data was broken. What happened and what we did about it: %(address)s"
)
_APPEAL = gettext_noop("News of your appeal")
_OF_APPEALS = {
    "appeal_received": gettext_noop(
        "We have received your appeal %(number)s. The answer is due by %(due)s. See how it goes: %(address)s"
    ),
    "appeal_answered": gettext_noop("Your appeal %(number)s is answered. Read the answer: %(address)s"),
    "appeal_written": gettext_noop("We wrote to you about your appeal %(number)s. Read it: %(address)s"),
    "appeal_asks": gettext_noop(
        "We need something from you for your appeal %(number)s; until then its term stands still: %(address)s"
    ),
    "appeal_extended": gettext_noop(
        "The term of your appeal %(number)s is lengthened, to %(due)s. Read why: %(address)s"
    ),
}


def tell(subject: UUID, what: str, *, at: datetime) -> None:
    """Tell `subject` what happened (a key of the texts), for the purpose of communication, by phone or e-mail."""
    try:
        contacts, language = _contacts(subject, what, "communication", at=at)
    except (Refused, gate.Unknown):
        return
    with translation.override(language):
        text = gettext(_TEXTS[what]) % {"address": f"{settings.ORIGIN}{_prefix(language)}/cabinet/"}
        _send(contacts, gettext(_SUBJECT), text, what)


def tell_of_appeal(subject: UUID, what: str, *, number: str, due: date, purpose: str, at: datetime) -> None:
    """Tell `subject` what happened to their appeal, for the purpose of its kind. Its number says nothing by itself."""
    try:
        contacts, language = _contacts(subject, what, purpose, at=at)
    except (Refused, gate.Unknown):
        return
    with translation.override(language):
        address = f"{settings.ORIGIN}{_prefix(language)}/appeals"
        named = {"number": number, "due": date_format(due, "DATE_FORMAT"), "address": address}
        _send(contacts, gettext(_APPEAL), gettext(_OF_APPEALS[what]) % named, what)


def tell_of_breach(subject: UUID, incident: UUID, *, at: datetime) -> bool:
    """Tell `subject` that the security of their data was broken: the law asks for it, not their consent.

    False when nothing goes out just now, and it is to be tried again. Who is blocked or left no contact is told
    by the cabinet alone.
    """
    try:
        contacts, language = _contacts(subject, "breach", "breach", at=at)
    except (Refused, gate.Unknown):
        return True
    mark = hmac.new(keys.ring().index_key("mark"), subject.bytes + incident.bytes, sha256).hexdigest()[:32]
    with translation.override(language):
        address = f"{settings.ORIGIN}{_prefix(language)}/cabinet/"
        return _send(contacts, gettext(_BREACH), gettext(_OF_BREACHES) % {"address": address}, "breach", mark)


def _send(contacts: Mapping[str, str], title: str, text: str, what: str, mark: str = "") -> bool:
    """Send it; false when it could not be handed over and may be later."""
    try:
        if phone := contacts.get("phone_mobile"):
            sms.send(phone, text, mark)
        elif email := contacts.get("email"):
            mail.send(email, title, text, mark=mark)
    except (sms.NotSent, mail.NotSent) as failure:
        log.warning("a notice could not be sent: %s, %s", what, failure.reason)
        return failure.reason != "unreachable"
    return True


@step
def _contacts(subject: UUID, what: str, purpose: str, *, at: datetime) -> tuple[dict[str, str], str]:
    row = Subject.objects.get(subject=subject)
    permission = gate.ask(
        SYSTEM,
        subject,
        Operation.USE,
        purpose,
        ["phone_mobile", "email"],
        event=f"notice.{what}",
        at=at,
    )
    return vault.take(permission), row.language


def _prefix(language: str) -> str:
    return "" if language == settings.LANGUAGE_CODE else f"/{language}"
