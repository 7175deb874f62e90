"""A plugin of pytest: the chosen tests are run once, and then again for each mutant that they reach.

`pytest -p tests.mutation.loop --mutate PATH… --told FILE tests…`. The first run notes which test runs which line.
Then each mutant gets a copy of this process (fork) in which one function has the changed code; of the tests that
ran its line, the quickest go first, and the first that fails ends it. So a mutant costs what its tests cost.
With the process its database is copied, so that what a mutant leaves there is nobody's but its own.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import _lru_cache_wrapper
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, LiteralString

import hypothesis
import psycopg
import pytest
from django.db import connection

from tests.mutation.changes import Mutant, mutants

ROOT = Path(__file__).parents[2]
_TIMES_OUT = (signal.SIGALRM, signal.SIGPROF)
MOST_TESTS = 300  # the quickest of those that run the line
LEAST_SECONDS, MOST_SECONDS = 2, 60  # of the processor; by the clock, on a busy machine


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutate", action="append", default=[])
    parser.addoption("--told", default="")
    parser.addoption("--again", default="", help="only the mutants that this record left")
    parser.addoption("--until", type=float, default=0.0)


def pytest_configure(config: pytest.Config) -> None:
    """One example that fails is enough: it is not made smaller, and the next run has the same."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutants", max_examples=30, derandomize=True, database=None, deadline=None, phases=phases
    )
    hypothesis.settings.load_profile("mutants")
    config.option.tbstyle = "no"


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Run all tests once, then those that matter for each mutant."""
    paths = [str((ROOT / name).resolve()) for name in session.config.getoption("mutate")]
    reached, seconds = _observed(session.items, frozenset(paths))
    session.testsfailed = 0  # those that fail here already were left out of `reached`
    told = Path(session.config.getoption("told"))
    left = _left(session.config.getoption("again"))
    until = session.config.getoption("until") or float("inf")
    functions, remembering = _functions(frozenset(paths)), _remembering()
    connection.close()
    gc.freeze()
    with told.open("a") as file:
        for path in paths:
            for number, mutant in enumerate(mutants(Path(path), os.path.relpath(path, ROOT))):
                if time.time() > until:
                    return True
                if left is not None and (mutant.path, number) not in left:
                    continue
                begun = time.perf_counter()
                tests = sorted(_reaching(mutant, path, reached), key=seconds.__getitem__)[:MOST_TESTS]
                fate = _fate(
                    mutant,
                    [session.items[place] for place in tests],
                    session.items[0],
                    sum(seconds[one] for one in tests),
                    functions,
                    remembering,
                )
                line = {
                    name: value for name, value in mutant._asdict().items() if name not in {"code", "first"}
                }
                spent = round(time.perf_counter() - begun, 3)
                file.write(json.dumps({**line, "number": number, "fate": fate, "seconds": spent}) + "\n")
                file.flush()
    return True


def _reaching(mutant: Mutant, path: str, reached: dict[tuple[str, int], set[int]]) -> set[int]:
    """The tests that ran the line; when none was seen to, those that ran the function (too deep, nothing is seen)."""
    lines = {line for *_, line in mutant.code.co_lines() if line is not None}
    return reached[path, mutant.line] or set().union(*(reached[path, line] for line in lines))


def _left(record: str) -> set[tuple[str, int]] | None:
    if not record:
        return None
    found = map(json.loads, Path(record).read_text().splitlines())
    return {(one["path"], one["number"]) for one in found if one["fate"] not in {"killed", "timeout"}}


def _observed(
    items: list[pytest.Item], paths: frozenset[str]
) -> tuple[dict[tuple[str, int], set[int]], list[float]]:
    """Run all tests; return which tests ran each line, and how long each took."""
    reached: dict[tuple[str, int], set[int]] = defaultdict(set)
    seconds, failed = [], 0
    remembering = _remembering()
    for place, item in enumerate(items):

        def line(frame: FrameType, event: str, _: object, place: int = place) -> Any:
            if event == "line":
                reached[frame.f_code.co_filename, frame.f_lineno].add(place)
            return line

        def call(frame: FrameType, _event: str, _: object, line: Any = line) -> Any:
            return line if frame.f_code.co_filename in paths else None

        _forget(remembering)
        begun = time.perf_counter()
        threading.settrace(call)  # steps that meet are threads
        sys.settrace(call)
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=items[(place + 1) % len(items)])
        finally:
            sys.settrace(None)
            threading.settrace(None)
        seconds.append(time.perf_counter() - begun)
        if item.session.testsfailed > failed:
            failed = item.session.testsfailed
            for tests in reached.values():
                tests.discard(place)
    return reached, seconds


def _remembering() -> list[Any]:
    return [one for one in gc.get_objects() if type(one) is _lru_cache_wrapper]


def _forget(remembering: list[Any]) -> None:
    """Empty what functions remember: it was remembered before, without the mistake or without being seen."""
    for one in remembering:
        one.cache_clear()


def _functions(paths: frozenset[str]) -> dict[tuple[str, str, int], list[FunctionType]]:
    """All living functions of the modules, wherever they are held. (A lazy object wakes when asked for its class.)"""
    found = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename in paths:
            code = one.__code__
            found[code.co_filename, code.co_qualname, code.co_firstlineno].append(one)
    return found


def _fate(
    mutant: Mutant,
    tests: list[pytest.Item],
    after: pytest.Item,
    usual: float,
    functions: Any,
    remembering: list[Any],
) -> str:
    """Return what became of a mutant: killed, timeout, survived, unreached (no test runs its line) or absent."""
    living = functions.get((str(ROOT / mutant.path), mutant.function, mutant.first), [])
    if not tests or not living:
        return "unreached" if living else "absent"
    with _database_of_its_own():
        child = os.fork()
        if not child:
            _run(mutant.code, living, remembering, tests, after, usual)  # the copy ends in it
        _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "timeout" if os.WTERMSIG(status) in _TIMES_OUT else "killed"
    return "survived" if os.WEXITSTATUS(status) == 0 else "killed"


@contextmanager
def _database_of_its_own() -> Iterator[None]:
    """Let connections that are made from here on lead to a copy of the tests' database, thrown away afterwards."""
    usual = connection.settings_dict["NAME"]
    copy = f"{usual}-mutant"
    if connection.vendor == "postgresql":
        _administer(f'CREATE DATABASE "{copy}" TEMPLATE "{usual}"')
    elif Path(usual).exists():  # tests of plain Python have none
        shutil.copy(usual, copy)
    connection.settings_dict["NAME"] = copy
    try:
        yield
    finally:
        connection.settings_dict["NAME"] = usual
        if connection.vendor == "postgresql":
            _administer(f'DROP DATABASE "{copy}" WITH (FORCE)')
        else:
            for one in Path(copy).parent.glob(f"{Path(copy).name}*"):
                one.unlink()


def _administer(statement: LiteralString) -> None:
    where = {**connection.get_connection_params(), "dbname": "postgres"}
    with psycopg.connect(**where, autocommit=True) as server:
        server.execute(statement)


def _run(
    code: CodeType,
    living: list[FunctionType],
    remembering: list[Any],
    tests: list[pytest.Item],
    after: pytest.Item,
    usual: float,
) -> None:
    """In the copy: exchange the code, run the tests, end with 1 at the first that fails."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    for name in _TIMES_OUT:
        signal.signal(name, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, LEAST_SECONDS + 3 * usual)
    signal.alarm(MOST_SECONDS + int(10 * usual))
    status = 1
    try:
        for function in living:
            function.__code__ = code
        _forget(remembering)
        session = tests[0].session
        for place, item in enumerate(tests):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=[*tests[place + 1 :], after][0])
            if session.testsfailed:
                break
        status = int(session.testsfailed > 0)
    finally:
        os._exit(status)
