"""How many statements a piece of work sends to the database; BEGIN and COMMIT are not among them."""

from collections.abc import Callable
from typing import Any

from django.db import connection


def statements(work: Callable[[], object]) -> int:
    """How many statements one `work` sends."""
    sent = 0

    def counted(execute: Callable[..., Any], *rest: Any) -> Any:
        nonlocal sent
        sent += 1
        return execute(*rest)

    with connection.execute_wrapper(counted):
        work()
    return sent
