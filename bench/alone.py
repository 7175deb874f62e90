"""The nightly run alone. `python -m bench.alone MOMENT PEOPLE` runs it in this process, on what is prepared, and tells how
many, how long, how much memory.

`python -m bench.alone PEOPLE` (under `DURABLE=1 scripts/postgres.sh`) prepares so many, ends them in turns with the floor,
and tells beside the ratio what a person costs in processor time, which does not hang on what else the machine does.
"""

import os
import resource
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from time import perf_counter


def main(people: int) -> None:
    """Prepare, end by the run and by the floor, tell."""
    world.prepare()
    due, part = sweep.prepare(people), people // (2 * ROUNDS)
    for _ in range(ROUNDS):
        before = processor()
        ours = sweep._rate(lambda: sweep.sweep(due, most=part))
        python, server = (
            (after - then) / part * 1e6 for after, then in zip(processor(), before, strict=True)
        )
        floor = sweep._rate(lambda: sweep.floor(most=part))
        sys.stdout.write(
            f"{ours:,.0f}/s, floor {floor:,.0f}/s, ratio {ours / floor:.3f}; "
            f"Python {python:.0f} µs, PostgreSQL {server:.0f} µs a person; {world.memory() >> 20} MiB\n"
        )


def processor() -> tuple[float, float]:
    """The processor time of this process and of its connection's server process, in seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    server = (
        Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rsplit(")", 1)[1].split()
    )
    return used.ru_utime + used.ru_stime, (int(server[11]) + int(server[12])) / os.sysconf("SC_CLK_TCK")


ROUNDS = 3

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="derbes-bench.") as state:
        os.environ.setdefault("DERBES_STATE", state)
        os.environ.setdefault("DERBES_ORIGIN", "http://127.0.0.1")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "derbes.settings")
        import django

        django.setup()
        from django.db import connection

        from bench import sweep, world

        if len(sys.argv) == 2:
            main(int(sys.argv[1]))
        else:
            began = perf_counter()
            done = sweep.sweep(datetime.fromisoformat(sys.argv[1]), most=int(sys.argv[2]))
            sys.stdout.write(f"{done} {perf_counter() - began:.3f} {world.memory()}\n")
