"""What is thrown at the code: a target takes bytes, and raises only when the code broke a promise.

A target never asks how bytes came about: a fuzzer invents them, the corpus remembers them. `patched` makes small
changes to a whole thing out of a few bytes, so that what is signed or sealed is reached behind its outer form.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

LONGEST = 4096
_LENGTH = 4  # bytes that say how long an input is


class Target(NamedTuple):
    """One kind of hostile input: its name, what is done with it, where it begins, and how long it may be."""

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    longest: int = LONGEST


class Broken(AssertionError):
    """The code took what it should refuse, or answered other than it promises."""


def must(holds: object, promise: str) -> None:
    """Raise `Broken` unless the promise was kept."""
    if not holds:
        raise Broken(promise)


def unsaid(error: BaseException, given: str, shortest: int = 8) -> None:
    """Raise `Broken` when an error repeats a stretch of what was given: errors are logged."""
    said = str(error)
    for at in range(len(given) - shortest + 1):
        stretch = given[at : at + shortest]
        if stretch in said and not stretch.isspace():
            raise Broken("an error quotes what it was given")


def patched(whole: bytes, plan: bytes) -> bytes:
    """Return `whole` changed as `plan` says: what, where (two bytes), and with which byte; four bytes a change."""
    result = bytearray(whole)
    for at in range(0, len(plan) - 3, 4):
        what, place, byte = plan[at] % 4, int.from_bytes(plan[at + 1 : at + 3]), plan[at + 3]
        place = place % max(len(result), 1)
        if what == 0 and result:
            result[place] ^= byte
        elif what == 1:
            result.insert(place, byte)
        elif what == 2:
            del result[place : place + byte]
        else:
            result[place:place] = result[place : place + byte]
    return bytes(result)


def beside(folder: Path) -> Path:
    """Return the file in which the input lies that is being tried, beside the folder that a fuzzer began from."""
    return folder.with_suffix(".last")


def remembered(target: Target, place: Path) -> Callable[[bytes], None]:
    """Return what runs the target with its input in a file, from where it can be read when the process is no more."""
    with place.open("w+b") as file:
        file.truncate(_LENGTH + target.longest)
        kept = mmap.mmap(file.fileno(), 0)

    def run(data: bytes) -> None:
        kept[: _LENGTH + len(data)] = len(data).to_bytes(_LENGTH) + data
        target.run(data)

    return run


def last(place: Path) -> bytes:
    """Return the input that was tried last."""
    kept = place.read_bytes()
    return kept[_LENGTH : _LENGTH + int.from_bytes(kept[:_LENGTH])]
