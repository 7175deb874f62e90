"""What a race begins with: Aliya anew for each schedule, and the staff who come to her data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from derbes.core.accounts.models import User
from derbes.core.matters.models import Matter
from derbes.core.vault import approach
from derbes.flows import accounts, installation, publication, registration, verification
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind
from derbes.outside import keys
from tests.conftest import ALIYA, NOON, PUBLISHED, STAFF, example_files
from tests.races.threads import Pair

CONSOLE = Actor(kind=ActorKind.SYSTEM, code="console")
SYSTEM = Actor(kind=ActorKind.SYSTEM, code="retention")
LATER = NOON + timedelta(hours=1)
#: Two of each who decide, so that two can press at once.
CLERKS = {**STAFF, "botagoz": ("r-18", "registry", "registrar"), "olzhas": ("c-09", "cases", "case_officer")}


NOBODY = UUID(int=0)


@dataclass
class Scene:
    """One schedule's people and things: Aliya's number, her matter's, who she is to the gate, her journal secrets."""

    subject: UUID = NOBODY
    number: str = ""
    aliya: Actor = CONSOLE
    secrets: list[bytes] = field(default_factory=list, repr=False)
    more: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        try:
            return self.more[name]
        except KeyError:
            raise AttributeError(name) from None


Flow = Callable[[Scene], object]


@contextmanager
def on_stage() -> Iterator[Pair]:
    """The two threads; the example policy is in force, the staff are there, keys are the races' own."""
    assert "test" in str(connection.settings_dict["NAME"]), "races are for a test's database"
    kept = settings.KEYS
    with TemporaryDirectory() as folder:
        settings.KEYS = {"driver": "file", "path": Path(folder) / "keys"}
        installation.prepare(at=PUBLISHED - timedelta(days=1))
        publication.publish(example_files(), actor=CONSOLE, effective=None, at=PUBLISHED)
        for code, unit, role in CLERKS.values():
            User.employ(code, unit=unit, role=role, password="the first password", at=PUBLISHED)
        pair = Pair()
        yield pair
        pair.close()
    settings.KEYS = kept


def staff(name: str) -> Actor:
    code, unit, role = CLERKS[name]
    return Actor(kind=ActorKind.STAFF, code=code, unit=unit, role=role)


def agreement(*also: str) -> registration.Agreement:
    """Aliya agrees to all that is needed, and to what else is named."""
    offered = registration.offer("kk", at=NOON)
    return registration.Agreement(
        statements=frozenset(offered.statements),
        agreed=frozenset((purpose, "") for purpose in (*offered.needed, *also)),
        language="kk",
        address="203.0.113.7",
        agent="Mozilla/5.0 (Linux; Android 11)",
    )


def newcomer(*also: str, values: dict[str, str] | None = None, at: datetime = NOON) -> Scene:
    """Aliya, registered and not yet verified."""
    subject = registration.register(agreement(*also), values or ALIYA, at=at)
    accounts.account_of(subject, at=at)
    number = Matter.objects.get(subject=subject).number
    aliya = Actor(kind=ActorKind.SUBJECT, subject=subject)
    return Scene(subject, number, aliya, [secret(subject)])


def verified(*also: str) -> Scene:
    """Aliya, registered, and verified by Bauyrzhan."""
    scene = newcomer(*also)
    verification.take(staff("bauyrzhan"), scene.number, at=NOON)
    verification.verify(staff("bauyrzhan"), scene.number, at=NOON)
    return scene


def draft() -> Scene:
    """Aliya has agreed and typed a name; nothing is sent."""
    subject = registration.begin(agreement(), at=NOON)
    aliya = Actor(kind=ActorKind.SUBJECT, subject=subject)
    registration.save(aliya, subject, {"surname": ALIYA["surname"]}, at=NOON)
    return Scene(subject, "", aliya, [secret(subject)])


def opened(subject: UUID) -> approach.Handle | None:
    """The person's open key and sealed rows, past gate and journal; None when the key is gone."""
    try:
        with transaction.atomic():
            handle, _ = approach.approach(
                subject, ring=keys.ring(), numbers=0, instances=_instances(subject), facts=(), at=NOON
            )
            transaction.set_rollback(True)
    except approach.Unknown:
        return None
    return handle


def secret(subject: UUID) -> bytes:
    handle = opened(subject)
    assert handle is not None
    return handle.secret


def _instances(subject: UUID) -> list[str]:
    with connection.cursor() as cursor:
        wanted = subject.hex if connection.vendor == "sqlite" else str(subject)
        cursor.execute("SELECT place FROM vault_sealed WHERE subject = %s AND place LIKE '%%/%%'", [wanted])
        return [place for (place,) in cursor.fetchall()]
