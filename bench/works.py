"""What is measured, each with its floor. In process: no web server and no network, one thread."""

import os
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import cycle
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from bench import world
from bench.race import Result, race
from derbes.flows import reading

ROW = b"x" * 400


@dataclass(slots=True)
class Counter:
    """Counts the statements that go to the database; BEGIN and COMMIT are not among them."""

    statements: int = 0
    inside: AbstractContextManager[None] | None = field(default=None, repr=False)

    def __call__(self, execute: Callable[..., Any], *rest: Any) -> Any:
        self.statements += 1
        return execute(*rest)


def statements(work: Callable[[], object]) -> int:
    """How many statements one `work` sends to the database."""
    counter = Counter()
    with connection.execute_wrapper(counter):
        work()
    return counter.statements


def make_floor() -> Callable[[], None]:
    """The floor of what is kept: one row by plain SQL, committed before the next."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_row (body " + ("BLOB" if connection.vendor == "sqlite" else "BYTEA") + ")"
        )

    def insert() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_row VALUES (%s)", [ROW])

    return insert


def read_by_purpose(floor: Callable[[], None]) -> tuple[Result, int]:
    """The gate with live consent and block, four fields opened, an entry in the journal, committed."""
    fresh = world.people()
    people = cycle([world.taken(world.register(next(fresh))) for _ in range(200)])

    def read() -> None:
        values = reading.read(
            world.CLERK, next(people), world.READ, purpose="verification", at=timezone.now()
        )
        assert len(values) == len(world.READ)  # noqa: S101  a figure of work not done is worth nothing

    return race(read, floor, times=100, floor_times=300), statements(read)


def register(floor: Callable[[], None]) -> tuple[Result, int]:
    """Eight sealed fields, the consents, the index, the matter, entries in the journal, committed."""
    fresh = world.people()
    for _ in range(1000):  # numbers that the people who are read have
        next(fresh)

    def one() -> None:
        world.register(next(fresh))

    return race(one, floor, times=50, floor_times=300), statements(one)


def page(path: str) -> tuple[Result, int]:
    """A whole page against a bare one through the same middlewares."""
    client = Client()

    def get(where: str) -> None:
        assert client.get(where).status_code == 200  # noqa: S101, PLR2004

    with override_settings(ROOT_URLCONF="bench.addresses"):
        result = race(lambda: get(path), lambda: get("/bench/bare"), times=50, floor_times=150)
        return result, statements(lambda: get(path))


def fdatasync() -> float:
    """The median of a durable write of 4 KiB here, in milliseconds."""
    took = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(50):
            began = perf_counter()
            os.pwrite(file.fileno(), b"x" * 4096, 0)
            os.fdatasync(file.fileno())
            took.append(perf_counter() - began)
    return median(took) * 1000
