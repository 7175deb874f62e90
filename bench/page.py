"""docs/bench.md, from what the runs found: `python -m bench.page`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bench.budgets import BUDGETS, CEILINGS

DATA = Path("docs/data/bench.json")
PAGE = Path("docs/bench.md")
TRIED = Path("bench/tried.md")
HEAD = """\
# How fast

Made by `make bench SIZES="{sizes}"`; not written by hand. Each figure is a ratio to a floor measured in the same run, in turns with it: the median of
five rounds or, where a round takes minutes, fewer. Machines differ: compare ratios only. Server, client and PostgreSQL (fsync on) share the machine.

Here: {machine}.

| | Work | Against | People or entries | Ours | Floor | Ratio | Promised | Moonshot | |
|---|---|---|---:|---:|---:|---:|---:|---:|---|
"""


def main() -> None:
    """Write the page."""
    told = json.loads(DATA.read_text())
    machine = ", ".join(f"{name} {value}" for name, value in told["machine"].items())
    lines = [_row(figure) for figure in told["figures"]]
    page = HEAD.format(sizes=told["sizes"], machine=machine) + "".join(lines)
    PAGE.write_text(page + "\n" + (TRIED.read_text() if TRIED.exists() else ""))
    sys.stdout.write(page)


def _row(figure: dict[str, Any]) -> str:
    name, size = figure["id"], f"{figure['size']:,}"
    met = "met" if figure["met"] else "**not met**"
    note = f"; {figure['note']}" if figure["note"] else ""
    if name in CEILINGS:
        work, most, moonshot = CEILINGS[name]
        beyond = f"{moonshot:,g}" if moonshot else ""
        return f"| {name} | {work}{note} | | {size} | | | {figure['ratio']:,.2f} | ≤ {most:,g} | {beyond} | {met} |\n"
    work, floor, promised, moonshot = BUDGETS[name]
    rates = f"{figure['ours']:,.0f}/s | {figure['floor']:,.0f}/s"
    promise = f"≥ {promised:g} | {moonshot:g} | {met}" if promised else "| | told"
    return f"| {name} | {work}{note} | {floor} | {size} | {rates} | {figure['ratio']:,.2f} | {promise} |\n"


if __name__ == "__main__":
    main()
