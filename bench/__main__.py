"""Measure and print a page of Markdown: `make bench`, on a PostgreSQL of its own that writes durably.

An installation is made in a temporary folder and thrown away.
"""

import os
import platform
import sys
import tempfile

HEAD = """\
# How fast

Made by `make bench`; not written by hand. Each figure is a ratio to a floor of the same run, the median of {rounds} rounds in
turns. **In process**: no web server, no network, one thread, one connection; the figures over HTTP will be lower on both
sides. Statements are what one operation sends to the database, BEGIN and COMMIT not counted.

Here: {database}, Python {python}, {cores} cores, a durable write of 4 KiB takes {write:.2f} ms.

| Work | Floor | Ours a second | Floor a second | Ratio | Statements |
|---|---|---:|---:|---:|---:|
"""


def row(name: str, floor: str, measured: tuple["race.Result", int]) -> str:
    result, statements = measured
    return f"| {name} | {floor} | {result.ours:,.0f} | {result.floor:,.0f} | {result.ratio:.2f} | {statements} |\n"


def main() -> None:
    """Measure everything that is built and write the page to standard output."""
    world.prepare()
    floor = works.make_floor()
    insert = "one row of 400 bytes by plain SQL, committed"
    sys.stdout.write(
        HEAD.format(
            rounds=race.ROUNDS,
            database=connection.vendor,
            python=platform.python_version(),
            cores=os.cpu_count(),
            write=works.fdatasync(),
        )
    )
    sys.stdout.write(row("read 4 fields by purpose", insert, works.read_by_purpose(floor)))
    sys.stdout.write(row("register a person, 8 fields", insert, works.register(floor)))
    bare = "a bare page through the same middlewares"
    for name, path in (("the front page", "/"), ("the policy", "/policy")):
        sys.stdout.write(row(name, bare, works.page(path)))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="derbes-bench.") as state:
        os.environ.update(DERBES_STATE=state, DJANGO_SETTINGS_MODULE="derbes.settings")
        import django

        django.setup()
        from django.db import connection

        from bench import race, works, world

        main()
