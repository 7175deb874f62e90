#!/usr/bin/env python3
"""Copy a public journal into a folder, and go on with the copy another day: for whoever keeps one.

What always holds: a journal that does not go on from the copy is not copied over it; the copy keeps every checkpoint that
it was ever brought up to, in `kept/`. What came damaged, or was damaged since, is fetched again, and is put aside until the
copy has been found whole.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from derbes_verify import (
    HASH,
    HEIGHT,
    WIDTH,
    Bundle,
    Key,
    Refused,
    Source,
    check_note,
    grown,
    parse_key,
    path_of,
    rows_over,
    say,
    text,
)

ASIDE = ".damaged"


def tiles(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield level, number and width of every tile of a journal of `size` entries."""
    level, width = 0, size
    while width:
        full, rest = divmod(width, WIDTH)
        for number in range(full + bool(rest)):
            yield level, number, WIDTH if number < full else rest
        level, width = level + 1, width >> HEIGHT


def paths(size: int) -> Iterator[str]:
    """Yield the path of every tile and bundle of a journal of `size` entries."""
    for level, number, width in tiles(size):
        yield path_of(str(level), number, width)
        if level == 0:
            yield path_of("entries", number, width)


def mirror(source: Source, folder: Path, key: Key) -> int:
    """Bring the copy in `folder` up to what is public now; return how many entries it has."""
    note = source.fetch("checkpoint")
    head = check_note(text(note, "The checkpoint"), key)
    for path in paths(head.size):
        keep(source, folder, path)
    sizes = anchored(source, folder)
    for size in sizes:
        keep(source, folder, f"anchor/{size}", again=size in sizes[-8:])
        keep(source, folder, f"anchor/{size}.tst", maybe=True)
    kept = [check_note(path.read_text(encoding="utf-8"), key) for path in (folder / "kept").glob("*")]
    roots = whole(source, folder, head.size, [one.size for one in kept])
    if any(roots.get(one.size) != one.root for one in [*kept, head]):
        raise Refused("The journal does not go on from this copy: keep the copy, and show it.")
    write(folder / "kept" / str(head.size), note)
    write(folder / "checkpoint", note)
    write(folder / "anchors", "".join(f"{size}\n" for size in sizes).encode())
    for old in (folder / "tile").rglob(f"*{ASIDE}"):
        old.unlink()
    return head.size


def anchored(source: Source, folder: Path) -> list[int]:
    """Return the sizes of the checkpoints that outsiders spoke of: those in the copy, and those that came since."""
    known = Source(str(folder)).anchored() if (folder / "anchors").exists() else []
    try:
        return sorted({*known, *source.anchored((known[-8:] or [0])[0])})
    except Refused:
        return known


def whole(source: Source, folder: Path, size: int, sizes: list[int]) -> dict[int, bytes]:
    """Return the roots of the copy at `size` and `sizes`, once what is damaged in it was fetched again.

    Refuses when the journal gives it out damaged.
    """
    copy, fetched = Source(str(folder)), set[str]()
    while True:
        try:
            return grown(copy, size, sizes)
        except Refused:
            again = damaged(copy, size) - fetched
            if not again:
                raise
        for path in sorted(again):
            fetch_again(source, folder / path, path)
        fetched |= again


def damaged(copy: Source, size: int) -> set[str]:
    """Return the paths of tiles and bundles that contradict one another: each against what lies over it."""
    found: set[str] = set()
    for level, number, width in tiles(size):
        path = path_of(str(level), number, width)
        tile = copy.fetch(path)
        if level == 0:
            below = path_of("entries", number, width)
            if hashes(Bundle(number, width, copy.fetch(below))) != tile:
                found |= {path, below}
            continue
        for place in range(width):
            below = path_of(str(level - 1), number * WIDTH + place, WIDTH)
            if rows_over(copy.fetch(below))[HEIGHT:] != [tile[place * HASH : (place + 1) * HASH]]:
                found |= {path, below}
    return found


def hashes(bundle: Bundle) -> bytes:
    """Return the hashes of a bundle's leaves; of one that cannot be read, none."""
    try:
        return bundle.hashes()
    except Refused:
        return b""


def fetch_again(source: Source, target: Path, path: str) -> None:
    """Fetch what may be damaged in the copy. What it had first is kept aside, until it is known which was right."""
    data = source.fetch(path)
    if data == target.read_bytes():
        return
    aside = target.with_name(target.name + ASIDE)
    if not aside.exists():
        target.rename(aside)
    write(target, data)
    say(f"{path} was damaged in the copy and was fetched again.")


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
