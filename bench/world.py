"""An installation made for measuring: the example policy in force, people of a portfolio, a program with a token."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from derbes.core.accounts.models import User
from derbes.core.matters.models import Matter
from derbes.core.subjects.models import Subject
from derbes.faces.jobs import portfolio
from derbes.flows import installation, publication, registration, tokens, verification
from derbes.law.permission import Actor
from derbes.law.vocabulary import ActorKind

CONSOLE = Actor(kind=ActorKind.SYSTEM, code="bench")
BY = "d-01"
CLERK = Actor(kind=ActorKind.STAFF, code="bauyrzhan", unit="registry", role="registrar")
READ = ("surname", "given_name", "iin", "phone_mobile")
PURPOSE = "verification"


def prepare() -> None:
    """Make the tables and the keys, publish the example policy, employ who answers for imports."""
    at = timezone.now()
    call_command("migrate", verbosity=0)
    installation.prepare(at=at)
    folder = max((settings.POLICY_FOLDER / "example").iterdir())
    files = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}
    publication.publish(files, actor=CONSOLE, effective=None, at=at)
    User.employ(BY, unit="compliance", role="dpo", password="never used for anything", at=at)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_row (body bytea)")


def token() -> str:
    """Issue a token that may do everything that a program can."""
    at = timezone.now()
    wanted = tokens.Wanted(
        code="bench",
        role="integration",
        unit="it",
        purposes=frozenset({"service", "verification", "rights"}),
        scopes=frozenset(tokens.SCOPES),
        expires_at=at + timedelta(days=1),
        rate=tokens.FASTEST,
    )
    return tokens.issue(CONSOLE, wanted, at=at)[1]


class Portfolio:
    """People who do not exist, each once: those of imported files, and those who register."""

    def __init__(self) -> None:
        self._rows = portfolio.rows(10_000_000, at=timezone.now())

    def file(self, folder: Path, people: int) -> Path:
        """Write a file of the next `people`."""
        path = folder / f"portfolio-{next(_numbers)}.csv"
        with path.open("w", newline="") as file:
            out = csv.writer(file)
            out.writerow(portfolio.COLUMNS)
            out.writerows(islice(self._rows, people))
        return path

    def values(self) -> Iterator[dict[str, str]]:
        """Give the eight fields of the next person, and the next."""
        for row in self._rows:
            told = dict(zip(portfolio.COLUMNS, row, strict=True))
            yield {name: text for name, text in told.items() if name in FIELDS and text}


FIELDS = {
    "surname",
    "given_name",
    "patronymic",
    "birth_date",
    "iin",
    "email",
    "phone_mobile",
    "contact_language",
}
_numbers = iter(range(1_000_000))


def imported(path: Path) -> int:
    """Import a file by the command, as a sysadmin does; return the most memory that it had, in bytes."""
    command = [sys.executable, "manage.py", "import", str(path), "--by", BY]
    code = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:], check=True, capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True)
    return int(done.stdout) * 1024


def some_people(count: int) -> list[UUID]:
    """Some of the people there are, spread over all."""
    every = max(1, Subject.objects.count() // count)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject FROM (SELECT subject, row_number() OVER (ORDER BY subject) AS n FROM vault_personkey) AS everybody"
            " WHERE n %% %s = 0 LIMIT %s",
            [every, count],
        )
        return [row[0] for row in cursor.fetchall()]


@cache
def agreement() -> registration.Agreement:
    """What everybody here says: every purpose that is needed is agreed to."""
    offer = registration.offer("kk", at=timezone.now())
    return registration.Agreement(
        statements=frozenset(offer.statements),
        agreed=frozenset((purpose, "") for purpose in offer.needed),
        language="kk",
        channel="api",
    )


def people() -> Iterator[dict[str, str]]:
    """Eight fields of people who do not exist, without end."""
    return Portfolio().values()


def register(values: dict[str, str]) -> UUID:
    """Register a person in one step."""
    return registration.register(agreement(), values, at=timezone.now())


def taken(subject: UUID) -> UUID:
    """The same person, whose matter the clerk has taken."""
    verification.take(CLERK, Matter.objects.of(subject).get().number, at=timezone.now())
    return subject


def memory() -> int:
    """The most memory that this process has had, in bytes: since it is this program, not what it was started from."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(told["VmHWM"].split()[0]) * 1024
