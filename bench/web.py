"""B1, B2, B3 and what of B13 and B14 is the web's: over HTTP, by the server that `make run` starts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import count, cycle, repeat
from uuid import UUID

from bench import client, world
from bench.budgets import Figure
from bench.race import Result, race
from bench.servers import Server

READS, REGISTRATIONS, FLOORS, PAGES = 600, 400, 1200, 300
PATHS = {"B3 front": "/", "B3 policy": "/policy", "B3 register": "/register"}


def reading(ours: Server, floor: Server, token: str, size: int) -> Figure:
    """B1: a token, the gate, four fields opened, an entry kept."""
    result = race(_load(ours, reads(token), READS), _load(floor, inserts(), FLOORS))
    return _figure("B1", size, result)


def registering(
    ours: Server, floor: Server, token: str, people: Iterator[dict[str, str]], size: int
) -> Figure:
    """B2: eight fields, three index rows, consents, receipt, matter, journal, under an Idempotency-Key."""
    result = race(
        _load(ours, registrations(token, people), REGISTRATIONS, status=201),
        _load(floor, inserts(), FLOORS),
    )
    return _figure("B2", size, result)


def pages(ours: Server, size: int) -> list[Figure]:
    """B3: whole pages against one from memory, as long, through the same middlewares."""
    figures = []
    for name, path in PATHS.items():
        bytes_ = len(client.answer(ours.port, client.request(path)))
        bare = repeat(client.request(f"/bench/bare/{bytes_}"))
        result = race(_load(ours, repeat(client.request(path)), PAGES), _load(ours, bare, PAGES * 2))
        figures.append(_figure(name, size, result))
    return figures


def inserting(floor: Server) -> float:
    """How many requests a second the bare view answers."""
    return client.load(floor.port, inserts(), times=FLOORS).rate


def reads(token: str, people: Sequence[UUID] = ()) -> Iterator[bytes]:
    """Readings of one person after another, without end; of some of those there are, unless told whose."""
    body = json.dumps({"purpose": world.PURPOSE, "fields": world.READ}).encode()
    for subject in cycle(people or world.some_people(2000)):
        yield client.request(f"/api/v1/people/{subject}/read", body, Authorization=f"Bearer {token}")


def registrations(token: str, people: Iterator[dict[str, str]]) -> Iterator[bytes]:
    """Registrations of one person after another, each with a key of its own."""
    said = world.agreement()
    common = {
        "statements": sorted(said.statements),
        "agreed": [{"purpose": purpose, "act": act} for purpose, act in sorted(said.agreed)],
        "language": "kk",
        "evidence": {"address": "203.0.113.7", "agent": "bench"},
    }
    for values in people:
        body = json.dumps({**common, "values": values}).encode()
        key = f"bench-{next(_keys)}"
        yield client.request("/api/v1/people", body, Authorization=f"Bearer {token}", Idempotency_Key=key)


_keys = count()


def inserts() -> Iterator[bytes]:
    """The floor's one request, without end."""
    return repeat(client.request("/insert"))


def _load(server: Server, requests: Iterator[bytes], times: int, *, status: int = 200):  # noqa: ANN202  a piece of work
    return lambda: client.load(server.port, requests, times=times, status=status).rate


def _figure(name: str, size: int, result: Result) -> Figure:
    return Figure(name, size, result.ratio, result.ours, result.floor)
