"""Whom it works with: antivirus, mail, messages, the mailbox; and what a visitor meets at its own address."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from derbes.core.journal import anchors
from derbes.flows.installation.parts import TABLES, Part, Unwell
from derbes.outside import antivirus, front, mail, mailbox, sms

RENEWED = timedelta(days=14)  # before a certificate ends it should have been renewed


def _antivirus(_at: datetime) -> str:
    if not antivirus.configured():
        if settings.DEVELOPMENT:
            return "none: files are washed, and not scanned"
        raise Unwell("No antivirus is set: files are washed, and not scanned.", "Set DERBES_CLAMD=unix:/path")
    try:
        antivirus.reach()
    except antivirus.Unavailable as why:
        raise Unwell(
            f"{why} No file is taken.", f"Start clamd; DERBES_CLAMD={settings.ANTIVIRUS['address']}"
        ) from None
    return str(settings.ANTIVIRUS["address"])


def _mail(_at: datetime) -> str:
    driver = settings.MAIL["driver"]
    try:
        mail.reach()
    except (mail.NotSent, ValueError) as why:
        raise Unwell(
            str(why), f"DERBES_MAIL={driver}; see DERBES_SMTP_HOST and the others of DERBES_SMTP_…"
        ) from None
    return f"{driver}: {settings.EMAIL_HOST}" if driver == "smtp" else driver


def _messages(_at: datetime) -> str:
    driver = settings.SMS["driver"]
    try:
        sms.reach()
    except (sms.NotSent, ValueError) as why:
        cure = f"DERBES_SMS={driver}; see DERBES_SMS_URL, DERBES_SMS_SECRET. Nobody can sign in by telephone."
        raise Unwell(str(why), cure) from None
    host = urlsplit(settings.SMS["url"]).hostname
    return f"{driver}: {host}" if host else str(driver)


def _letters(_at: datetime) -> str:
    if not mailbox.configured():
        return "none is set: letters are entered by hand"
    try:
        with mailbox.open_mailbox(settings.MAILBOX) as box:
            waiting = len(box.waiting())
    except (mailbox.Unreachable, ValueError) as why:
        kinds = {"not_let_in": "it does not let us in", "no_folder": "it has no such folder"}
        said = kinds.get(getattr(why, "reason", ""), "it does not answer")
        raise Unwell(
            f"The mailbox: {said}. Claims by letter wait.", "See DERBES_IMAP_HOST and the others."
        ) from None
    return f"letters that wait: {waiting}"


def _address(at: datetime) -> str:
    if settings.PRODUCTION and urlsplit(settings.ORIGIN).scheme != "https":
        raise Unwell(f"{settings.ORIGIN} is not https.", "Set DERBES_ORIGIN to the public address.")
    try:
        seen = front.look(settings.ORIGIN)
    except front.Unanswered as why:
        raise Unwell(
            f"{settings.ORIGIN}: {why}.",
            "Is the web server up, and the proxy before it?",
            grave=settings.PRODUCTION,
        ) from None
    if seen.until is not None and seen.until - at < RENEWED:
        raise Unwell(
            f"The certificate of {settings.ORIGIN} ends {seen.until:%Y-%m-%d}.",
            "Renew it; see why it was not renewed by itself.",
            grave=False,
        )
    return settings.ORIGIN + (f", certificate until {seen.until:%Y-%m-%d}" if seen.until else "")


def _outsiders(_at: datetime) -> str:
    if not settings.ANCHORS["witnesses"]:
        return "none is set: nobody outside would notice a journal made anew (docs/auditor.md)"
    said = anchors.page(below=None, most=1)
    return f"the last word of one is of entry {said[-1]}" if said else "none has spoken yet"


PARTS = (
    Part("address", _address),
    Part("antivirus", _antivirus, told=True),
    Part("mail", _mail, told=True),
    Part("sms", _messages, told=True),
    Part("mailbox", _letters),
    Part("witnesses", _outsiders, after=TABLES),
)
