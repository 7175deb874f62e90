"""Two pieces of work in turns on the same machine: how much of the floor's speed ours reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from time import perf_counter

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Result:
    """Medians over the rounds: how many a second of each, and of the ratios round by round."""

    ours: float
    floor: float
    ratio: float


def timed(work: Callable[[], object], times: int = 1) -> float:
    """How many times a second `work` is done, over `times` times."""
    began = perf_counter()
    for _ in range(times):
        work()
    return times / (perf_counter() - began)


def race(ours: Callable[[], float], floor: Callable[[], float], *, rounds: int = ROUNDS) -> Result:
    """Let `ours` and `floor` tell how many a second they do, in turns: once to warm up, then `rounds` times."""
    ours(), floor()
    told = [(ours(), floor()) for _ in range(rounds)]
    return Result(
        ours=median(mine for mine, _ in told),
        floor=median(base for _, base in told),
        ratio=median(mine / base for mine, base in told),
    )


def taking(many: Iterator[object], work: Callable[..., object], times: int) -> Callable[[], float]:
    """A piece of work that takes the next of `many` each time, `times` times a round."""
    return lambda: timed(lambda: work(next(many)), times)
