"""The stage: an empty installation with its own keys, the example policy, and the cast.

Aliya is a registered and verified person. Of the staff, Bauyrzhan is a registrar who has her matter; Chingiz
works in marketing and has no business with her data; Dana answers for processing, Erlan audits, Gulnar
administers, Madina publishes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils import translation

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "policy" / "example" / "2026-11-22"
PUBLISHED = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # Monday noon in Almaty

STAFF = {
    "bauyrzhan": ("r-17", "registry", "registrar"),
    "chingiz": ("m-03", "marketing", "marketing"),
    "dana": ("d-01", "compliance", "dpo"),
    "erlan": ("u-02", "audit", "auditor"),
    "gulnar": ("g-01", "it", "administrator"),
    "madina": ("l-05", "legal", "lawyer"),
}
ALIYA = {
    "surname": "Сәрсенова",
    "given_name": "Әлия",
    "patronymic": "Қайратқызы",
    "birth_date": "1990-01-01",
    "iin": "900101300007",
    "email": "aliya@example.kz",
    "phone_mobile": "8 (700) 003 77 33",
}


#: What takes long: folders and files of tests that render whole pages, start processes or play many lives.
SLOW = (
    "tests/api",
    "tests/faces",
    "tests/fuzz",
    "tests/outside",
    "tests/torture",
    "tests/races",
    "tests/verify",
    "tests/flows/test_access.py",
    "tests/flows/test_anchoring.py",
    "tests/flows/test_backup.py",
    "tests/flows/test_enrolment",
    "tests/flows/test_lives.py",
    "tests/flows/test_nothing_in_clear.py",
    "tests/flows/test_retention.py",
    "tests/flows/test_rotation.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long, so that a quick look can leave it out."""
    for item in items:
        if item.path.relative_to(ROOT).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)


class Sent(NamedTuple):
    """A message that left: to whom, and what it said."""

    to: str
    text: str


@dataclass
class Person:
    """Somebody of the cast who is registered."""

    subject: UUID
    number: str
    user: Any
    actor: Any


@pytest.fixture(scope="session", autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keys, files and messages of the tests lie apart from the developer's."""
    state = tmp_path_factory.mktemp("state")
    settings.KEYS = {"driver": "file", "path": state / "keys"}
    settings.STORAGE = {"driver": "file", "path": state / "files"}
    settings.TOMBSTONES = {"path": state / "erasures.log"}
    settings.MAIL = {"driver": "memory", "path": state / "mail", "from": "no-reply@example.kz"}
    settings.SMS = {"driver": "file", "path": state / "sms", "url": "", "secret": ""}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    from derbes.faces.public import surroundings
    from derbes.flows import installation, serving

    serving._memory.until = float("inf")  # nothing is being restored; whoever tests that looks anew
    surroundings.MOMENT = 0  # a page sees at once what a test has published
    installation.prepare(at=PUBLISHED - timedelta(days=1))


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Nothing is remembered from the test before."""
    from derbes.core.consents import models as consents
    from derbes.core.publications import shelf

    translation.activate(settings.LANGUAGE_CODE)  # a page leaves its language behind
    shelf.forget()
    consents._KEPT.clear()


@pytest.fixture(scope="session", autouse=True)
def flush_may_empty_ledgers() -> None:
    """Between tests SQLite is emptied by DELETE, which the ledgers' triggers forbid: they step aside for it."""
    emptied = DatabaseWrapper.ops_class.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        emptied(self, sql_list)
        with self.connection.cursor() as cursor:
            for _, sql in triggers:
                cursor.execute(sql)

    DatabaseWrapper.ops_class.execute_sql_flush = flush


@pytest.fixture
def sent(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], list[Sent]]:
    """Return a function that tells all messages sent since the test began, SMS first."""
    folder: Path = settings.SMS["path"]
    before = set(folder.glob("*.txt")) if folder.exists() else set()
    letters = len(outbox.outbox) if hasattr(outbox, "outbox") else 0

    def told() -> list[Sent]:
        texts = sorted(set(folder.glob("*.txt")) - before, key=lambda path: path.stat().st_mtime_ns)
        split = (path.read_text().partition("\n\n") for path in texts)
        messages = [Sent(head.removeprefix("To: "), body.strip()) for head, _, body in split]
        letters_now = getattr(outbox, "outbox", [])[letters:]
        return messages + [Sent(letter.to[0], letter.body) for letter in letters_now]

    return told


@pytest.fixture
def code(sent: Callable[[], list[Sent]]) -> Callable[[str], str]:
    """Return a function that finds the last code sent to an address that contains the given words."""

    def found(to: str) -> str:
        last = [message for message in sent() if to in message.to][-1]
        match = re.search(r"\b\d{6}\b", last.text)
        assert match is not None
        return match[0]

    return found


@pytest.fixture
def published(db: None) -> str:
    """The example policy is in force."""
    from derbes.flows import publication
    from derbes.law.permission import Actor
    from derbes.law.vocabulary import ActorKind

    console = Actor(kind=ActorKind.SYSTEM, code="console")
    return publication.publish(example_files(), actor=console, effective=None, at=PUBLISHED)


def example_files() -> dict[str, str]:
    """Return the files of the example policy, by name."""
    return {
        str(path.relative_to(EXAMPLE)): path.read_text()
        for path in sorted(EXAMPLE.rglob("*"))
        if path.suffix in {".toml", ".md"}
    }


def _employed(name: str) -> Any:
    from derbes.core.accounts.models import User

    staff_code, unit, role = STAFF[name]
    user = User.employ(staff_code, unit=unit, role=role, password="the first password", at=PUBLISHED)
    user.set_password("correct horse battery")
    user.save()
    return user


def _fixture_of(name: str) -> Any:
    @pytest.fixture(name=name)
    def employed(published: str) -> Any:
        return _employed(name)

    return employed


bauyrzhan, chingiz, dana, erlan, gulnar, madina = map(_fixture_of, STAFF)


@pytest.fixture
def agreement(published: str) -> Any:
    """Aliya agrees to all that is needed, and to nothing more."""
    from derbes.flows import registration

    offered = registration.offer("kk", at=NOON)
    return registration.Agreement(
        statements=frozenset(offered.statements),
        agreed=frozenset((purpose, "") for purpose in offered.needed),
        language="kk",
        address="203.0.113.7",
        agent="Mozilla/5.0 (Linux; Android 11)",
    )


@pytest.fixture
def newcomer(published: str, agreement: Any) -> Person:
    """Aliya, registered and not yet verified."""
    from derbes.core.matters.models import Matter
    from derbes.flows import accounts, registration

    subject = registration.register(agreement, ALIYA, at=NOON)
    user = accounts.account_of(subject, at=NOON)
    number = Matter.objects.get(subject=subject).number
    return Person(subject, number, user, accounts.actor(user))


@pytest.fixture
def aliya(newcomer: Person, bauyrzhan: Any) -> Person:
    """Aliya, registered, and verified by Bauyrzhan."""
    from derbes.flows import accounts, verification

    clerk = accounts.actor(bauyrzhan)
    verification.take(clerk, newcomer.number, at=NOON)
    verification.verify(clerk, newcomer.number, at=NOON)
    return newcomer


@pytest.fixture
def on_postgresql() -> bool:
    return connection.vendor == "postgresql"
