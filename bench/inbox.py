"""B12: how long the server takes for the pages that hold most: the inbox of the office, a person's journal, their export.

Medians of rounds after one that is not counted, in milliseconds, each with how many statements it sends: in this process, by
the whole way of a page, over the people there are. Ten thousand open appeals are put among them, and one person with a
thousand entries.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import cycle, islice
from statistics import median
from time import perf_counter, time
from typing import Any
from uuid import UUID

from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from bench import world
from bench.budgets import Figure
from bench.statements import statements
from derbes.core.accounts.models import User
from derbes.core.appeals.models import Appeal, AppealEvent
from derbes.crypto.ids import uuid7
from derbes.faces.office import letters
from derbes.flows import accounts, clocks, journal, reading
from derbes.law import appeals as law

ROUNDS, CASES, ENTRIES, BATCH = 5, 10_000, 1_000, 2_000
SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105  of an app that exists for this run alone
PASSWORD = "correct horse battery"  # noqa: S105


def pages(size: int) -> list[Figure]:
    """Make the appeals and the person, and ask for the pages; to be called once, where there are `size` people."""
    call_command("createcachetable")
    number = appeals_of(list(islice(cycle(world.some_people(CASES)), CASES)))
    staff, home = at_work(), at_home(reader(ENTRIES))
    last = -(-CASES // letters.A_PAGE)
    works: dict[str, tuple[Callable[[], Any], bytes]] = {
        "B12 inbox": (lambda: staff.get("/office/messages"), b"A26-0"),
        "B12 last page": (lambda: staff.get(f"/office/messages?page={last}"), b"A26-0"),
        "B12 late": (lambda: staff.get("/office/messages?whose=late"), b"A26-0"),
        "B12 appeal": (lambda: staff.get(f"/office/messages/{number}"), number.encode()),
        "B12 journal": (lambda: home.get("/cabinet/looks"), b"bauyrzhan"),
        "B12 history": (lambda: home.post("/cabinet/looks/history.json"), b"bauyrzhan"),
        "B12 export": (lambda: home.post("/cabinet/export"), b"PK"),
    }
    return [measured(name, work, mark, size) for name, (work, mark) in works.items()]


def measured(name: str, work: Callable[[], Any], mark: bytes, size: int) -> Figure:
    """The median of the rounds, and how many statements one sends. `mark` stands in the answer."""
    took, sent = [], 0
    for _ in range(ROUNDS + 1):
        cache.clear()  # nobody is asked for patience here
        began = perf_counter()
        sent = statements(lambda: answered(work(), mark))
        took.append((perf_counter() - began) * 1000)
    return Figure(name, size, median(took[1:]), note=f"{sent} statements")


def answered(response: Any, mark: bytes) -> None:
    """Read the whole answer. A figure of a refusal is worth nothing, nor is one of an empty page."""
    content = b"".join(response)
    assert response.status_code == 200, response.status_code
    assert mark in content


def appeals_of(subjects: list[UUID]) -> str:
    """An open appeal of each of `subjects`, with its receipt, received one after the other in the last month; the number of one."""
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
    Appeal.objects.bulk_create(rows, BATCH)
    AppealEvent.objects.bulk_create([received(row) for row in rows], BATCH)
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


def reader(entries: int) -> Any:
    """A registered person whose data were opened so often, every entry in its place; their account."""
    subject = world.taken(world.register(next(world.people())))
    for _ in range(entries):
        reading.read(world.CLERK, subject, world.READ, purpose="verification", at=timezone.now())
    journal.integrate(at=timezone.now())
    return accounts.account_of(subject, at=timezone.now())


def at_work() -> Client:
    """The responsible person, signed in with both factors."""
    user = User.employ("d-12", unit="compliance", role="dpo", password=PASSWORD, at=timezone.now())
    user.set_password(PASSWORD)
    user.initial_password = False
    user.save()
    totp.TOTP.activate(user, SECRET)
    client = Client(SERVER_NAME="127.0.0.1")
    client.post("/office/sign-in", {"login": user.code, "password": PASSWORD})
    code = totp.format_hotp_value(totp.hotp_value(SECRET, int(time()) // 30))
    client.post("/office/sign-in/second", {"code": code})
    return client


def at_home(user: Any) -> Client:
    """The person, signed in."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    accounts.began(user, client.session.session_key or "", "code", at=timezone.now())
    return client
