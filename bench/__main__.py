"""Measure what was promised: `make bench`, on a PostgreSQL of its own that writes durably, on loopback.

Arguments are the sizes of the installation at which to measure, in people, the smallest first; an installation is made
in a temporary folder and thrown away. What is found goes to docs/data/bench.json as it is found.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path


class Told:
    """What was found so far; kept after each figure, so that a run that is cut off has told something."""

    def __init__(self, sizes: list[int], machine: dict[str, str]) -> None:
        self.sizes, self.machine, self.figures = sizes, machine, list[budgets.Figure]()
        sys.stdout.write(f"{self.machine}\n")

    def add(self, found: "budgets.Figure | Iterable[budgets.Figure]") -> None:
        """Keep and show."""
        for figure in [found] if isinstance(found, budgets.Figure) else found:
            self.figures.append(figure)
            sys.stdout.write(f"{figure.told()}\n")
        sys.stdout.flush()
        page.DATA.parent.mkdir(exist_ok=True)
        figures = [figure.told() for figure in self.figures]
        told = {"machine": self.machine, "sizes": " ".join(map(str, self.sizes)), "figures": figures}
        page.DATA.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def main(sizes: list[int], folder: Path) -> None:
    """Measure all of it, growing the installation from size to size."""
    world.prepare()
    people, token = world.Portfolio(), world.token()
    ratios, memory = list[tuple[float, float, float]](), list[int]()
    with (
        servers.serving("bench.wsgi:application") as ours,
        servers.serving("bench.floor.wsgi:application") as floor,
    ):
        told, here = Told(sizes, probes.machine(floor)), 0
        for size in sizes:
            figure, most = enrolment.importing(people, folder, size - here)
            told.add(figure)
            memory.append(most)
            analyze()
            here = size
            read = web.reading(ours, floor, token, size)
            registered = web.registering(ours, floor, token, people.values(), size)
            found = vaults.finding(size)
            told.add((read, registered, found))
            ratios.append((read.ratio, registered.ratio, found.ratio))
        told.add(grown(ratios, memory, sizes))
        told.add(web.pages(ours, here))
        told.add(inbox.pages(here))
        told.add((vaults.opening(), ledger.appending()))
        entries = ledger.grow(max(sizes))
        told.add((ledger.proving(entries), *ledger.verifying(entries)))
        told.add(budgets.Figure("B14 web", here, ours.memory() / 2**20))
        told.add(ending.sweeping(ours, token, max(sizes), people.values()))
    page.main()


def grown(
    ratios: list[tuple[float, float, float]], memory: list[int], sizes: list[int]
) -> list["budgets.Figure"]:
    """What one operation costs at the largest size against the smallest, each against its floor at that size."""
    if len(sizes) == 1:
        return []
    growth = [first / last for first, last in zip(ratios[0], ratios[-1], strict=True)]
    names = ("B13 B1", "B13 B2", "B8 flat")
    note = f"{memory[-1] >> 20} MiB"
    return [
        *(budgets.Figure(name, sizes[-1], ratio) for name, ratio in zip(names, growth, strict=True)),
        budgets.Figure("B14 import", sizes[-1], memory[-1] / memory[0], note=note),
    ]


def analyze() -> None:
    """Let PostgreSQL know what there is, as its own worker does after a while: of tables in which there is something.

    Told of an empty one, it would read the whole of it for each row until it is told again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(relname) FROM pg_stat_user_tables WHERE n_live_tup > 0")
        for (table,) in cursor.fetchall():
            cursor.execute(f"VACUUM ANALYZE {table}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="derbes-bench.") as state:
        os.environ.update(
            DERBES_STATE=state, DJANGO_SETTINGS_MODULE="derbes.settings", DERBES_ORIGIN="http://127.0.0.1"
        )
        import django

        django.setup()
        from django.db import connection

        from bench import budgets, ending, enrolment, inbox, ledger, page, probes, servers, vaults, web, world

        main([int(one) for one in sys.argv[1:]] or [10_000], Path(state))
