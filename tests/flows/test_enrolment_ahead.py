"""A second process works ahead of the import: what it makes comes in order, what it meets is told, and it outlives nobody."""

import os
import signal
import time
from itertools import count
from pathlib import Path

import pytest

from derbes.flows.enrolment.ahead import ahead
from derbes.flows.enrolment.rules import Mistake, Unfit


def _state(process: int) -> str:
    """What the kernel says of a process: "" when there is none, Z when it has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _gone(process: int) -> bool:
    until = time.monotonic() + 10
    while _state(process) not in {"", "Z"} and time.monotonic() < until:
        time.sleep(0.01)
    return _state(process) in {"", "Z"}


def test_what_is_made_comes_in_its_order_from_another_process():
    with ahead(lambda: ((n, os.getpid()) for n in range(5))) as made:
        results = list(made)
    assert [n for n, _ in results] == [0, 1, 2, 3, 4]
    assert os.getpid() not in {process for _, process in results}


def test_what_is_wrong_with_a_row_comes_over_whole():
    wrong = Unfit(Mistake("cells", params={"have": 1, "want": 2}), Mistake("empty", "iin"))
    with ahead(lambda: [wrong]) as made:
        assert next(made).mistakes == wrong.mistakes


def test_what_is_raised_there_is_raised_here_after_what_was_made_before():
    def work():
        yield 1
        raise FileNotFoundError("portfolio")

    with ahead(work) as made:
        assert next(made) == 1
        with pytest.raises(FileNotFoundError, match="portfolio"):
            next(made)


def test_that_it_was_killed_is_not_taken_for_the_end():
    with ahead(lambda: (os.getpid() for _ in count())) as made:
        os.kill(next(made), signal.SIGKILL)
        with pytest.raises(RuntimeError, match="died"):
            list(made)


def test_it_ends_with_whoever_has_enough():
    with ahead(lambda: (os.getpid() for _ in count())) as made:
        process = next(made)
    assert _state(process) == ""


def test_it_ends_when_its_caller_is_killed():
    here, there = os.pipe()
    caller = os.fork()
    if caller == 0:
        try:
            with ahead(lambda: (os.getpid() for _ in count())) as made:
                os.write(there, str(next(made)).encode())
                signal.pause()
        finally:
            os._exit(1)
    process = int(os.read(here, 20))
    os.kill(caller, signal.SIGKILL)
    os.waitpid(caller, 0)
    os.close(here), os.close(there)
    assert _gone(process)
