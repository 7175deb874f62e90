"""The shape of every step: all of it or none of it, and a trace either way."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from derbes.core import rows
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

    @wraps(do)
    def stepped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic(durable=True), rows.gathered():
                done = do(*args, **kwargs)
                if (write := along.get()) is not None:
                    along.set(None)
                    write(done)
                return done
        except Refused as refusal:
            with transaction.atomic(durable=True):
                gate.record_refusal(refusal)
            raise

    return stepped
