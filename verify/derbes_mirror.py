#!/usr/bin/env python3
"""Copy a public journal into a folder, and go on with the copy another day: for whoever keeps one.

What always holds: a journal that does not go on from the copy is not copied over it; the copy keeps every checkpoint that
it was ever brought up to, in `kept/`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from derbes_verify import (
    HEIGHT,
    WIDTH,
    Key,
    Refused,
    Source,
    check_note,
    grown,
    parse_key,
    path_of,
    say,
    text,
)


def paths(size: int) -> Iterator[str]:
    """Yield the path of every tile and bundle of a journal of `size` entries."""
    level, width = 0, size
    while width:
        full, rest = divmod(width, WIDTH)
        for number in range(full + bool(rest)):
            held = WIDTH if number < full else rest
            yield path_of(str(level), number, held)
            if level == 0:
                yield path_of("entries", number, held)
        level, width = level + 1, width >> HEIGHT


def mirror(source: Source, folder: Path, key: Key) -> int:
    """Bring the copy in `folder` up to what is public now; return how many entries it has."""
    note = source.fetch("checkpoint")
    head = check_note(text(note, "The checkpoint"), key)
    for path in paths(head.size):
        keep(source, folder, path)
    sizes = anchored(source)
    for size in sizes:
        keep(source, folder, f"anchor/{size}", again=size in sizes[-8:])
        keep(source, folder, f"anchor/{size}.tst", maybe=True)
    kept = [check_note(path.read_text(encoding="utf-8"), key) for path in (folder / "kept").glob("*")]
    roots = grown(Source(str(folder)), head.size, [one.size for one in kept])
    if any(roots.get(one.size) != one.root for one in [*kept, head]):
        raise Refused("The journal does not go on from this copy: keep the copy, and show it.")
    write(folder / "kept" / str(head.size), note)
    write(folder / "checkpoint", note)
    write(folder / "anchors", "".join(f"{size}\n" for size in sizes).encode())
    return head.size


def anchored(source: Source) -> list[int]:
    """Return the sizes of the checkpoints that outsiders spoke of."""
    try:
        return [int(size) for size in source.fetch("anchors").split()]
    except (Refused, ValueError):
        return []


def keep(source: Source, folder: Path, path: str, *, again: bool = False, maybe: bool = False) -> None:
    """Fetch what is not in the copy yet, or what may have grown."""
    target = folder / path
    if target.exists() and not again:
        return
    try:
        data = source.fetch(path)
    except Refused:
        if maybe:
            return
        raise
    write(target, data)


def write(target: Path, data: bytes) -> None:
    """Write a file of the copy, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.write_bytes(data)
    unfinished.rename(target)


def main(arguments: list[str] | None = None) -> int:
    """Copy; return 0 when the copy is up to date, 1 when the journal does not go on from it."""
    wanted = argparse.ArgumentParser(description="Copy a public journal, and hold it to the copy.")
    wanted.add_argument("journal", help="address of the public journal")
    wanted.add_argument("folder", type=Path, help="where the copy is")
    wanted.add_argument("--key", required=True, help="the operator's verifier key, from where you trust it")
    asked = wanted.parse_args(arguments)
    try:
        size = mirror(Source(asked.journal), asked.folder, parse_key(asked.key.strip()))
    except Refused as refused:
        say(f"REFUSED. {refused}")
        return 1
    say(f"The copy has {size} entries and goes on from every checkpoint that it was brought up to.")
    say("OK.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
