"""The shape of every step: all of it or none of it, and a trace either way.

A step may be begun twice: when it has made a person's key under an epoch that a rotation ends meanwhile, the
database refuses it, and it is done again from its beginning under the epoch that has begun.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from derbes.core import rows
from derbes.core.vault import rewrap
from derbes.flows import gate
from derbes.law.permission import Refused

P = ParamSpec("P")
R = TypeVar("R")


#: What is to be written with the deed that is about to be done, in its own transaction; it is given what the deed returned.
along: ContextVar[Callable[[object], None] | None] = ContextVar("along", default=None)


def step(do: Callable[P, R]) -> Callable[P, R]:
    """Run `do` in one transaction that is committed before its caller goes on.

    A refusal undoes what was done and is itself recorded, in a transaction of its own: attempts are seen too.
    """

    def once(write: Callable[[object], None] | None, *args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(durable=True), rows.gathered():
            done = do(*args, **kwargs)
            if write is not None:
                along.set(None)
                write(done)
            return done

    @wraps(do)
    def stepped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            write = along.get()
            try:
                return once(write, *args, **kwargs)
            except Exception as failure:
                if not rewrap.ended(failure):
                    raise
            return once(write, *args, **kwargs)
        except Refused as refusal:
            with transaction.atomic(durable=True):
                gate.record_refusal(refusal)
            raise

    return stepped
