"""Two pieces of work in turns on the same machine: how much of the floor's speed ours reaches."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Result:
    """Medians over the rounds: operations a second of each, and of the ratios round by round."""

    ours: float
    floor: float
    ratio: float


def rate(work: Callable[[], object], times: int) -> float:
    """How many times a second `work` is done, over `times` times."""
    began = perf_counter()
    for _ in range(times):
        work()
    return times / (perf_counter() - began)


def race(ours: Callable[[], object], floor: Callable[[], object], *, times: int, floor_times: int) -> Result:
    """Run `ours` and `floor` in turns, once each to warm up and then `ROUNDS` times."""
    rate(ours, 3)
    rate(floor, 3)
    rounds = [(rate(ours, times), rate(floor, floor_times)) for _ in range(ROUNDS)]
    return Result(
        ours=median(mine for mine, _ in rounds),
        floor=median(base for _, base in rounds),
        ratio=median(mine / base for mine, base in rounds),
    )
