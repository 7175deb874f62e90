"""The shape of every step: all of it or none of it, and a trace either way."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from derbes.flows import gate
from derbes.law.permission import Refused

P = ParamSpec("P")
R = TypeVar("R")


def step(do: Callable[P, R]) -> Callable[P, R]:
    """Run `do` in one transaction that is committed before its caller goes on.

    A refusal undoes what was done and is itself recorded, in a transaction of its own: attempts are seen too.
    """

    @wraps(do)
    def done(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with transaction.atomic(durable=True):
                return do(*args, **kwargs)
        except Refused as refusal:
            with transaction.atomic(durable=True):
                gate.record_refusal(refusal)
            raise

    return done
