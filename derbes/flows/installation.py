"""An installation is prepared and asked whether it is well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from derbes.core.publications import shelf
from derbes.flows import serving
from derbes.outside import antivirus, keys, storage
from derbes.outside.keys import KeysMissing, KeysRefused

#: PostgreSQL's classes of failures that are of its surroundings: connection, resources such as a full disk, a server
#: that goes down, its files; and a database that only reads.
_SURROUNDINGS = ("08", "25006", "53", "57", "58")


def prepare(*, at: datetime) -> bool:
    """Make the keys of a new installation, beside the database and never over others; return whether any were made."""
    try:
        keys.ring()
    except KeysMissing:
        keys.create(Path(settings.KEYS["path"]))
        keys.ring().new_epoch(at)
        return True
    return False


def ready(*, at: datetime) -> dict[str, str]:
    """Return, for each part that work needs, "ok" or one word on what is wrong. Nothing of it is secret."""
    return {
        "database": _state(_database),
        "restore": _state(serving.check),
        "keys": _state(lambda: keys.ring().current_epoch()),
        "policy": _state(lambda: shelf.in_force(at)),
        "storage": _state(storage.store),
        "antivirus": "ok" if antivirus.configured() or settings.DEVELOPMENT else "not configured",
    }


def passing(failure: BaseException | None) -> bool:
    """Whether a failure is one of the surroundings, such as the database, the disk, the keys, and no mistake of ours.

    What was asked for may be asked for again later; what was done is whole or was not done.
    """
    if failure is None:
        return False
    if isinstance(failure, OperationalError | InterfaceError | OSError | KeysRefused):
        return True
    for one in (failure, failure.__cause__):  # Django does not wrap everything that psycopg raises
        if one is not None and hasattr(one, "sqlstate"):
            return _of_surroundings(type(one).__name__, one.sqlstate)
    return False


def _of_surroundings(kind: str, state: str | None) -> bool:
    if state is None:  # not the server's word: of no narrower kind, it is a connection that broke
        return kind in {"DatabaseError", "OperationalError", "InterfaceError"}
    return state.startswith(_SURROUNDINGS)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _state(look: Callable[[], object]) -> str:
    try:
        look()
    except Exception as failure:  # noqa: BLE001  whatever is wrong, its kind is the answer
        return type(failure).__name__
    return "ok"
