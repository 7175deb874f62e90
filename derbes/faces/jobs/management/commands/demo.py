"""`manage.py demo`: an example operator with a fictional cast and some history, for looking around and for development.

It refuses to run in production, and does nothing to an installation where an edition is published already
but print the accounts again.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import (
    accounts,
    appeals,
    consent,
    drafting,
    installation,
    journal,
    publication,
    reading,
    registration,
    scans,
    staff,
    tokens,
    verification,
)
from derbes.law.permission import Actor, Refused
from derbes.law.vocabulary import ActorKind

CONSOLE = Actor(kind=ActorKind.SYSTEM, code="console")

STAFF = (
    ("r-17", "registry", "registrar", "Bauyrzhan, registrar"),
    ("m-03", "marketing", "marketing", "Chingiz, marketing"),
    ("d-01", "compliance", "dpo", "Dana, responsible person"),
    ("u-02", "audit", "auditor", "Erlan, auditor"),
    ("g-01", "it", "administrator", "Gulnar, administrator"),
    ("l-05", "legal", "lawyer", "Madina, lawyer"),
)
ALIYA = {
    "surname": "Сәрсенова",
    "given_name": "Әлия",
    "patronymic": "Қайратқызы",
    "birth_date": "1990-01-01",
    "iin": "900101300007",
    "email": "aliya@example.kz",
    "phone_mobile": "+7 701 000 00 01",
}
SAULE = {
    "surname": "Төлегенова",
    "given_name": "Сәуле",
    "birth_date": "1990-01-01",
    "iin": "900101300811",
    "email": "saule@example.kz",
    "phone_mobile": "+7 701 000 00 02",
}


class Command(Spoken):
    help = "Publishes the example policy, registers a fictional cast with some history, makes staff accounts, prints them."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo is for development; in production publish your own policy.")
        now = timezone.now()
        call_command("createcachetable")
        installation.prepare(at=now)
        told = settings.STATE / "demo.txt"
        try:
            publication.in_force(now)
        except publication.NothingPublished:
            _play(told, now)
        self.stdout.write(
            told.read_text() if told.exists() else "This installation has its own policy; nothing was done."
        )


def _play(told: Path, now: datetime) -> None:
    begin = now - timedelta(days=6)
    folder = max(drafting.folders())
    publication.publish(drafting.load(folder), actor=CONSOLE, effective=None, at=begin)
    employed = {
        code: staff.employ(CONSOLE, code, unit=unit, role=role, at=begin) for code, unit, role, _ in STAFF
    }
    aliya = _register(ALIYA, also=("advertising",), at=begin + timedelta(days=1))
    _register(SAULE, also=(), at=now - timedelta(hours=3))
    _live(aliya, at=begin + timedelta(days=1, hours=2))
    _, token = tokens.issue(CONSOLE, _program(at=now), at=now)
    journal.integrate(at=now)
    lines = [
        f"  {who:<26} {code:<6} password {employed[code][1]}   TOTP {accounts.enrol(employed[code][0])}"
        for code, _, _, who in STAFF
    ]
    told.touch(mode=0o600)
    told.write_text(
        "\n  Staff (the password is for the first sign-in; the TOTP secret goes into an authenticator)\n"
        + "\n".join(lines)
        + "\n\n  People sign in with a code, which is printed here as an SMS:\n"
        "  Aliya, verified            phone +7 701 000 00 01\n"
        "  Saule, waits for a clerk   phone +7 701 000 00 02\n"
        f"\n  A program shows this token to the API (docs/api.md), for 30 days:\n  {token}\n"
    )


def _program(*, at: datetime) -> tokens.Wanted:
    """The customer system of the operator, which may do all that a program may."""
    return tokens.Wanted(
        code="crm",
        role="integration",
        unit="crm",
        purposes=frozenset({"service", "contract", "verification", "communication", "rights"}),
        scopes=frozenset(tokens.SCOPES),
        expires_at=at + timedelta(days=30),
    )


def _register(values: dict[str, str], also: tuple[str, ...], *, at: datetime) -> UUID:
    offered = registration.offer("kk", at=at)
    agreement = registration.Agreement(
        statements=frozenset(offered.statements),
        agreed=frozenset((purpose, "") for purpose in offered.needed | set(also)),
        language="kk",
        address="192.0.2.10",
        agent="Mozilla/5.0 (Linux; Android 11)",
    )
    subject = registration.register(agreement, values, at=at)
    scans.add(accounts.person(subject), subject, "id_document", _specimen(values), "specimen.jpg", at=at)
    return subject


def _live(aliya: UUID, *, at: datetime) -> None:
    """Bauyrzhan verifies Aliya; Chingiz tries to look and is refused; Aliya changes her mind on advertising."""
    clerk = Actor(kind=ActorKind.STAFF, code="r-17", unit="registry", role="registrar")
    curious = Actor(kind=ActorKind.STAFF, code="m-03", unit="marketing", role="marketing")
    person = accounts.person(aliya)
    number = next(
        matter.number for matter in verification.queue(clerk, verification.Kind.REGISTRATION, at=at)
    )
    verification.take(clerk, number, at=at)
    reading.read(clerk, aliya, ["surname", "given_name", "iin"], purpose="verification", at=at)
    for scan in scans.of(aliya):
        scans.look(clerk, aliya, scan.id, purpose="verification", at=at)
    verification.verify(clerk, number, at=at + timedelta(minutes=4))
    with suppress(Refused):
        reading.read(curious, aliya, ["iin"], purpose="verification", at=at + timedelta(days=1))
    withdraw = consent.Change(withdraw=frozenset({("advertising", "")}), language="kk")
    consent.change(person, withdraw, at=at + timedelta(days=2))
    letter = appeals.Letter(
        text="Деректерім дұрыс па, қалай тексеремін?", values={}, agreed=False, language="kk"
    )
    appeals.write(person, letter, at=at + timedelta(days=3))


def _specimen(values: dict[str, str]) -> bytes:
    """A drawing that says of itself that it is a specimen."""
    picture = Image.new("RGB", (1000, 640), "#eef3f1")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((20, 20, 980, 620), outline="#10363b", width=6)
    pen.rectangle((60, 140, 320, 480), fill="#c9d6d3")
    font = ImageFont.truetype(settings.BASE_DIR / "derbes/faces/static/fonts/onest-400.ttf", 40)
    lines = (
        "ҮЛГІ · ОБРАЗЕЦ · SPECIMEN",
        values["surname"],
        values["given_name"],
        values["birth_date"],
        values["iin"],
    )
    for number, line in enumerate(lines):
        pen.text((370, 60 + 100 * number), line, fill="#10363b", font=font)
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
