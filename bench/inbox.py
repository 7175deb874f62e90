"""How long the server takes for the pages that hold most: the inbox of the office, a person's journal, their export.

`scripts/postgres.sh .venv/bin/python -m bench.inbox [people] [cases] [entries]`: 100,000 people, 10,000 open appeals and
one person with 1,000 entries unless told otherwise. Medians of rounds after one that is not counted, each with its
statements; what is over its budget is marked, and the command then fails.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from statistics import median
from time import perf_counter, time
from typing import Any
from uuid import UUID

ROUNDS = 5
BATCH = 2000
SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105  of an app that exists for this run alone
PASSWORD = "correct horse battery"  # noqa: S105
#: Milliseconds of server time that a page may take.
BUDGETS = {
    "inbox": 300,
    "inbox, last page": 300,
    "inbox, late": 300,
    "one appeal": 300,
    "journal": 300,
    "history": 300,
    "export": 3000,
}


def main(people: int, cases: int, entries: int) -> int:
    """Make the world, measure, print; return how many budgets were overrun."""
    world.prepare()
    call_command("createcachetable")
    subjects = crowd(people)
    number = appeals_of(subjects[:cases])
    person = reader(entries)
    statistics()
    staff, home = at_work(), at_home(person)
    pages = max(1, -(-cases // letters.A_PAGE))
    works: dict[str, Callable[[], Any]] = {
        "inbox": lambda: staff.get("/office/messages"),
        "inbox, last page": lambda: staff.get(f"/office/messages?page={pages}"),
        "inbox, late": lambda: staff.get("/office/messages?whose=late"),
        "one appeal": lambda: staff.get(f"/office/messages/{number}"),
        "journal": lambda: home.get("/cabinet/looks"),
        "history": lambda: home.post("/cabinet/looks/history.json"),
        "export": lambda: home.post("/cabinet/export"),
    }
    sys.stdout.write(
        f"{connection.vendor}: {people:,} people, {cases:,} open appeals, one person with {entries:,} entries\n\n"
    )
    sys.stdout.write("| Page | ms | Budget, ms | Statements |\n|---|---:|---:|---:|\n")
    return sum(told(name, work) for name, work in works.items())


def told(name: str, work: Callable[[], Any]) -> bool:
    """Measure one page and write its row; whether it is over its budget."""
    took, sent = measured(work)
    over = took > BUDGETS[name]
    sys.stdout.write(f"| {name} | {took:,.0f}{' over' if over else ''} | {BUDGETS[name]:,} | {sent} |\n")
    sys.stdout.flush()
    return over


def measured(work: Callable[[], Any]) -> tuple[float, int]:
    """The median of the rounds in milliseconds, and how many statements one sends."""
    took, sent = [], 0
    for _ in range(ROUNDS + 1):
        cache.clear()  # nobody is asked for patience here
        began = perf_counter()
        sent = statements(lambda: answered(work()))
        took.append((perf_counter() - began) * 1000)
    return median(took[1:]), sent


def answered(response: Any) -> None:
    """Read the whole answer. A figure of a refusal is worth nothing."""
    assert response.status_code == 200, response.status_code
    assert response.content


def crowd(people: int) -> list[UUID]:
    """Rows of so many registered people: their data are not asked for by any of these pages."""
    at = timezone.now() - timedelta(days=30)
    rows = (
        Subject(
            subject=uuid7(at + timedelta(milliseconds=n)), opened_at=at, state=State.VERIFIED, language="kk"
        )
        for n in range(people)
    )
    subjects = list[UUID]()
    for batch in batches(rows):
        subjects += [row.subject for row in Subject.objects.bulk_create(batch)]
    return subjects


def appeals_of(subjects: list[UUID]) -> str:
    """An open appeal for each, with its receipt, received one after the other in the last month; the number of one."""
    now = timezone.now()
    kinds = [kind for kind in law.SORTED if kind not in law.CONVERSATION]
    rows = list[Appeal]()
    for place, subject in enumerate(subjects):
        at = now - timedelta(days=30) + timedelta(days=30) * place / len(subjects)
        clock, version = clocks.starting(kinds[place % len(kinds)], at, at=now)
        columns = {
            "kind": clock.kind,
            "wish": clock.kind,
            "days": clock.length.days,
            "working": clock.length.working,
        }
        rows.append(
            Appeal(
                id=uuid7(at),
                subject=subject,
                number=f"A26-{place // 10000:04}-{place % 10000:04}",
                purpose="rights",
                channel="web",
                language="kk",
                stage="open",
                received_at=at,
                clause=clock.length.clause,
                norm=clock.length.norm,
                extension=0,
                due=clock.due,
                calendar=version,
                **columns,
            )
        )
    for batch in batches(iter(rows)):
        Appeal.objects.bulk_create(batch)
        AppealEvent.objects.bulk_create(received(row) for row in batch)
    return rows[-1].number


def received(row: Appeal) -> AppealEvent:
    """That an appeal came."""
    detail = {"kind": row.kind}
    return AppealEvent(
        id=uuid7(row.received_at),
        subject=row.subject,
        appeal=row.id,
        code="received",
        at=row.received_at,
        actor="subject",
        by="",
        detail=detail,
    )


def batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    """The rows in lists of a size that one statement takes."""
    while batch := list(islice(rows, BATCH)):
        yield batch


def reader(entries: int) -> Any:
    """A registered person whose data were opened so often, every entry in its place; their account."""
    subject = world.taken(world.register(next(world.people())))
    for _ in range(entries):
        reading.read(world.CLERK, subject, world.READ, purpose="verification", at=timezone.now())
    journal.integrate(at=timezone.now())
    return accounts.account_of(subject, at=timezone.now())


def statistics() -> None:
    """Tell the planner what there is, as the database does by itself after a while."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def at_work() -> Client:
    """The responsible person, signed in with both factors."""
    user = User.employ("d-01", unit="compliance", role="dpo", password=PASSWORD, at=timezone.now())
    user.set_password(PASSWORD)
    user.initial_password = False
    user.save()
    totp.TOTP.activate(user, SECRET)
    client = Client()
    client.post("/office/sign-in", {"login": user.code, "password": PASSWORD})
    code = totp.format_hotp_value(totp.hotp_value(SECRET, int(time()) // 30))
    client.post("/office/sign-in/second", {"code": code})
    return client


def at_home(user: Any) -> Client:
    """The person, signed in."""
    client = Client()
    client.force_login(user)
    accounts.began(user, client.session.session_key or "", "code", at=timezone.now())
    return client


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="derbes-bench.") as state:
        os.environ.update(DERBES_STATE=state, DJANGO_SETTINGS_MODULE="derbes.settings")
        import django

        django.setup()
        from allauth.mfa.totp.internal import auth as totp
        from django.core.cache import cache
        from django.core.management import call_command
        from django.db import connection
        from django.test import Client
        from django.utils import timezone

        from bench import world
        from bench.statements import statements
        from derbes.core.accounts.models import User
        from derbes.core.appeals.models import Appeal, AppealEvent
        from derbes.core.subjects.models import State, Subject
        from derbes.crypto.ids import uuid7
        from derbes.faces.office import letters
        from derbes.flows import accounts, clocks, journal, reading
        from derbes.law import appeals as law

        given = [int(each) for each in sys.argv[1:4]]
        sys.exit(main(*(given + [100_000, 10_000, 1_000][len(given) :])) > 0)
