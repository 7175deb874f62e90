"""Work that a second process does one result ahead: while its caller uses one, the next is being made.

A process, for Python's threads take turns on one processor. What always holds: it is a fork, so it knows what its
caller knew and nothing is sent there; it asks no database; it ends with its caller, however that ends.
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

T = TypeVar("T")
_FORK = get_context("fork")


@contextmanager
def ahead(work: Callable[[], Iterable[T]]) -> Iterator[Iterator[T]]:
    """Give the results of `work` as another process makes them; what is raised there is raised here."""
    here, there = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_make, args=(work, here, there), daemon=True)
    process.start()
    there.close()
    try:
        yield _results(here)
    finally:
        process.kill()  # it holds nothing that would have to be put in order
        process.join()
        here.close()


def _results(here: Connection[Any, Any]) -> Iterator[Any]:
    while True:
        try:
            results, failure = here.recv()
        except EOFError:
            raise RuntimeError("the process that works ahead has died") from None
        yield from results
        if failure is not None:
            raise failure
        if not results:
            return


def _make(work: Callable[[], Iterable[T]], here: Connection[Any, Any], there: Connection[Any, Any]) -> None:
    """Send what `work` makes. When nobody listens any more, it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the caller's to stop
    gc.freeze()  # what was inherited is not this process's to tidy up: connections to the database among it
    here.close()
    with suppress(BrokenPipeError):
        try:
            for result in work():
                there.send(([result], None))
        except Exception as failure:  # noqa: BLE001  it is raised by the caller
            there.send(([], failure))
        else:
            there.send(([], None))
