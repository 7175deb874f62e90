"""B10: the nightly run over people whose data end, in a process of its own as it is, while readers read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from threading import Thread

from bench import client, sweep, web, world
from bench.budgets import Figure
from bench.servers import Server

ROUNDS, READS, STAYING = 3, 300, 50


def sweeping(ours: Server, token: str, people: int, newcomers: Iterator[dict[str, str]]) -> list[Figure]:
    """Half of `people` end by the run and half by the floor, in rounds; a reader's p99 beside it and without it."""
    due = sweep.prepare(people)
    part = people // (2 * ROUNDS)
    reads = web.reads(token, [world.register(next(newcomers)) for _ in range(STAYING)])
    quiet = client.load(ours.port, reads, times=READS, lines=1).at(0.99)
    mine, base, slow, memory = list[float](), list[float](), list[float](), list[int]()
    for _ in range(ROUNDS):
        rate, peak, p99 = _swept(ours, reads, due.isoformat(), part)
        mine.append(rate), memory.append(peak), slow.append(p99)
        base.append(sweep._rate(lambda: sweep.floor(most=part)))
    ratio = median(one / other for one, other in zip(mine, base, strict=True))
    return [
        Figure("B10", people, ratio, median(mine), median(base)),
        Figure("B10 readers", people, median(slow) / quiet, note=f"p99 without: {quiet * 1000:.0f} ms"),
        Figure("B14 sweep", people, max(memory) / min(memory), note=f"{max(memory) >> 20} MiB"),
    ]


def _swept(ours: Server, reads: Iterator[bytes], due: str, most: int) -> tuple[float, int, float]:
    """One run in a process of its own: people a second, its memory, and what a reader waited meanwhile."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.alone", due, str(most)], stdout=subprocess.PIPE, text=True
    )
    waited = list[float]()

    def read() -> None:
        while process.poll() is None:
            waited.extend(client.load(ours.port, reads, times=10, lines=1).took)

    reader = Thread(target=read)
    reader.start()
    told, _ = process.communicate()
    reader.join()
    if process.returncode:
        raise RuntimeError
    done, seconds, peak = told.split()
    return int(done) / float(seconds), int(peak), sorted(waited)[int(len(waited) * 0.99)]
