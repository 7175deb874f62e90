"""To come to a person: one statement that takes their next journal numbers, holds their row until the
step ends, and brings everything known of them.

Whoever is through it is alone with the person until the transaction ends: a withdrawal and a reading
of the same person cannot pass each other. A refusal undoes the numbers with the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from derbes.core import rows
from derbes.core.vault.models import KEYS
from derbes.crypto import envelope, leaf

#: How many entries the person had when the statement began.
_BEFORE = {
    "sqlite": "entries - %(numbers)s",
    "postgresql": "(SELECT entries FROM vault_personkey WHERE subject = %(subject)s)",
}
_SQL = """
UPDATE vault_personkey SET entries = entries + %(numbers)s WHERE subject = %(subject)s
RETURNING {array}({before}, entries, epoch, version, {hex}wrapped{xeh},
  {json}(SELECT {agg}({array}(place, {json_text}body{txet})) FROM vault_sealed
         WHERE subject = %(subject)s AND (place NOT LIKE '%%/%%' OR place IN ({places}))){nosj}"""


class Ring(Protocol):
    """Where keys come from (derbes.outside.keys)."""

    def current_epoch(self) -> tuple[str, bytes]: ...
    def epoch(self, epoch: str) -> bytes: ...
    def index_key(self, kind: str) -> bytes: ...


class Unknown(LookupError):
    """There is no such person, or their key was destroyed: the two cannot be told apart."""


@dataclass(slots=True)
class Handle:
    """A person at hand: their key, sealed rows, and journal numbers taken for this step."""

    subject: UUID
    key: bytes = field(repr=False)
    version: int
    sealed: dict[str, dict[str, str]] = field(repr=False)
    next_number: int
    last_number: int
    places: Mapping[str, str] = field(default_factory=dict)
    _secret: bytes = field(init=False, repr=False, default=b"")

    @property
    def secret(self) -> bytes:
        """The person's journal secret: with it their entries are found, without it nobody's."""
        self._secret = self._secret or leaf.secret_of(self.key)
        return self._secret

    def number(self) -> int:
        """Take the next of the journal numbers that were reserved."""
        taken = self.next_number
        self.next_number += 1
        return taken


def create(subject: UUID, *, ring: Ring, numbers: int) -> Handle:
    """Make a key for a new person, with the first `numbers` journal numbers taken."""
    epoch, epoch_key = ring.current_epoch()
    key = envelope.new_key()
    wrapped = envelope.seal(epoch_key, key, context=_context(subject, epoch))
    KEYS.add(subject=subject, wrapped=wrapped, epoch=epoch, entries=numbers)
    return Handle(subject, key, 1, {}, 1, numbers)


def approach(
    subject: UUID, *, ring: Ring, numbers: int, instances: Sequence[str], facts: tuple[str, ...], at: datetime
) -> tuple[Handle, list[Any]]:
    """Hold the person's row; return what opens their data, and the answers to `facts`.

    `facts` are SQL subqueries of other records in the words of `rows.ask`, with `%(subject)s`, `%(at)s` for
    values. Raises `Unknown`.
    """
    sql = _statement(rows.vendor(), len(instances), facts)
    places = {f"place{n}": place for n, place in enumerate(instances)}
    values = {"subject": subject, "at": at, "numbers": numbers, **places}
    entries, epoch, version, wrapped, sealed, *answers = _held(sql, values)
    key = envelope.open(ring.epoch(epoch), bytes.fromhex(wrapped), context=_context(subject, epoch))
    return Handle(subject, key, version, dict(sealed or ()), entries - numbers + 1, entries), answers


def _held(sql: str, values: dict[str, Any]) -> Any:
    """Run the statement, and once more if it waited for another step of the same person.

    On PostgreSQL a statement that waited has the row as that step left it, but all else as it was when the
    statement began. Every step counts the person's entries up, so the two counts tell; and whose key was sealed
    anew meanwhile is there again for a statement that begins now.
    """
    row = _asked(sql, values)
    if row is None and rows.vendor() == "postgresql":
        row = _asked(sql, values)
    while row is not None and row[0] + values["numbers"] != row[1]:
        values["numbers"] = 0
        row = _asked(sql, values)
    if row is None:
        raise Unknown
    return row[1:]


def _asked(sql: str, values: Mapping[str, Any]) -> Any:
    answer = rows.ask(sql, values)
    return None if answer is None else json.loads(answer)


@lru_cache(maxsize=64)
def _statement(vendor: str, instances: int, facts: tuple[str, ...]) -> str:
    places = ", ".join(f"%(place{n})s" for n in range(instances)) or "NULL"
    sql = _SQL.replace("{places}", places).replace("{before}", _BEFORE[vendor])
    return ",\n  ".join([sql, *(f"{{json}}{fact}{{nosj}}" for fact in facts)]) + "){text}"


def _context(subject: UUID, epoch: str) -> bytes:
    return b"person key|" + subject.bytes + b"|" + epoch.encode()
