"""An installation is prepared and asked whether it is well: by programs in a word a part, by its administrator in sentences.

What is looked at stands in `ground`, `work` and `neighbours`, once for both.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError

from derbes.core.duties.models import Duty
from derbes.core.journal import anchors
from derbes.flows.installation import ground, neighbours, work
from derbes.flows.installation.parts import Finding, Part, State, find, word
from derbes.flows.story import step
from derbes.outside import keys
from derbes.outside.keys import KeysExist, KeysMissing, KeysRefused

__all__ = ["Finding", "State", "begin", "examine", "note", "passing", "prepare", "ready"]

#: PostgreSQL's classes of failures that are of its surroundings: connection, resources such as a full disk, a server
#: that goes down, its files; and a database that only reads.
_SURROUNDINGS = ("08", "25006", "53", "57", "58")

MOMENT = 30.0  # seconds for which it is remembered how neighbours are: programs ask every second
PARTS = (*ground.PARTS, *work.PARTS, *neighbours.PARTS)

_remembered: dict[str, tuple[float, str]] = {}


def prepare(*, at: datetime) -> bool:
    """Make the keys of a new installation, beside the database and never over others; return whether any were made."""
    try:
        keys.ring()
    except KeysMissing:
        keys.create(Path(settings.KEYS["path"]))
        keys.ring().new_epoch(at)
        return True
    return False


def begin(*, at: datetime) -> bool:
    """As `prepare`, once the tables are there; raise `KeysRefused` where new keys would open nothing of what is there."""
    try:
        keys.ring()
    except KeysMissing:
        if anchors.newest() is not None:
            raise KeysExist(
                "The database has a journal, but its keys are not here. Bring the key folder back; new keys open nobody."
            ) from None
    return prepare(at=at)


def examine(*, at: datetime) -> Iterator[Finding]:
    """Look at every part. What cannot be looked at while another is wrong says so."""
    wrong = set[str]()
    for part in PARTS:
        first = [name for name in part.after if name in wrong]
        if first:
            yield Finding(part.name, State.REMARK, f"Not looked at: {first[0]} first.")
            continue
        found = find(part, at=at)
        if found.state is State.WRONG:
            wrong.add(part.name)
        yield found


def ready(*, at: datetime) -> tuple[bool, dict[str, str]]:
    """Return whether work can be done, and for each part that is told "ok" or one word. Nothing of it is secret."""
    told = [part for part in PARTS if part.told]
    words = {part.name: word(part, at=at) if part.needed else _lately(part, at) for part in told}
    return all(words[part.name] == "ok" for part in told if part.needed), words


@step
def note(duty: str, *, failed: str = "", at: datetime) -> None:
    """Note that a duty of the worker was done, or what kind of failure stood in its way."""
    Duty.note(duty, failed=failed, at=at)


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


def _lately(part: Part, at: datetime) -> str:
    until, said = _remembered.get(part.name, (0.0, ""))
    if until <= time.monotonic():
        said = word(part, at=at)
        _remembered[part.name] = time.monotonic() + MOMENT, said
    return said
