"""Very many new people at once: their keys, sealed fields and index rows, and an entry of each thing done to each.

As the vault does with one person: no permission, no key. A permission is for people of whom the same is asked and
the same is known; its request names the first of them. What always holds: nobody is known before `settle` writes
them all, and what it writes is what the vault would have written of each, one by one.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from derbes.core.journal import copying, log
from derbes.core.journal.alike import Append, Mass
from derbes.core.vault.approach import Ring, _context
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.core.vault.vault import entry_of
from derbes.crypto import envelope, index, leaf
from derbes.crypto.ids import many
from derbes.law.permission import Permission

_VERSION = 1  # of a new person's key


@dataclass(slots=True, eq=False)
class Newcomer:
    """Somebody who is being enrolled: key, what is sealed by place, index rows, how many entries they have."""

    subject: UUID
    row: bytes  # the subject as rows have it
    key: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)
    secret: bytes = field(repr=False)
    entries: int = 0
    places: dict[str, str] = field(default_factory=dict, repr=False)
    found: list[tuple[str, bytes]] = field(default_factory=list, repr=False)


class Party(NamedTuple):
    """The people of one permission: what a `Permission` for many carries as its key."""

    cohort: Cohort
    people: Sequence[Newcomer]


@dataclass(slots=True, eq=False)
class Cohort:
    """People who come at one moment, and what is to be written of them."""

    epoch: str
    ring: Ring
    people: list[Newcomer]
    entries: list[tuple[log.Record, Sequence[Newcomer], int]] = field(default_factory=list)

    def of(self, people: Sequence[Newcomer]) -> Party:
        """Those of the cohort of whom one permission is asked."""
        return Party(self, people)


def admit(count: int, *, ring: Ring, at: datetime) -> Cohort:
    """Make keys for `count` new people. Nothing is written before `settle`."""
    epoch, epoch_key = ring.current_epoch()
    subjects, keys = many(at, count), [envelope.new_key() for _ in range(count)]
    pairs = [(key, _context(subject, epoch)) for subject, key in zip(subjects, keys, strict=True)]
    wrapped = envelope.seal_all(epoch_key, pairs)
    people = [
        Newcomer(subject, subject.bytes, key, closed, leaf.secret_of(key))
        for subject, key, closed in zip(subjects, keys, wrapped, strict=True)
    ]
    return Cohort(epoch, ring, people)


def put(permission: Permission, values: Sequence[Mapping[str, str]], places: Mapping[str, str]) -> None:
    """Seal of each person their `values` (field → text), exactly the permitted fields; `places` are categories.

    Values never appear in the entry, the log or an exception.
    """
    fields = permission.request.fields
    labels = {name: b"|" + name.encode() + b"|%d" % _VERSION for name in fields}
    rows = {
        place: sorted(name for name in fields if places[name] == place)
        for place in {places[n] for n in fields}
    }
    order = [(name, labels[name]) for names in rows.values() for name in names]
    for person, texts in zip(_party(permission).people, values, strict=True):
        if texts.keys() != fields:
            raise ValueError("a permission is for exactly the fields it names")
        subject = person.row
        sealed = envelope.seal_all(
            person.key, [(texts[name].encode(), subject + label) for name, label in order]
        )
        texted = iter([b2a_base64(one, newline=False).decode() for one in sealed])
        for place, names in rows.items():
            person.places[place] = "{" + ", ".join([f'"{name}": "{next(texted)}"' for name in names]) + "}"
    record(permission)


def enter(permission: Permission, values: Sequence[Mapping[str, str]], kinds: Mapping[str, str]) -> None:
    """Enter of each person the values of fields (field → kind) into the index, so that they are found by equality.

    What others said of them is confirmed by nobody yet.
    """
    party = _party(permission)
    keys = [(name, kind, party.cohort.ring.index_key(kind)) for name, kind in kinds.items()]
    for person, texts in zip(party.people, values, strict=True):
        person.found += [(kind, index.digest(key, texts[name].casefold())) for name, kind, key in keys]
    record(permission)


def digests(kind: str, values: Iterable[str], *, ring: Ring) -> list[bytes]:
    """Return under which digests normalised `values` are found."""
    key = ring.index_key(kind)
    return [index.digest(key, value.casefold()) for value in values]


def known(kind: str, found: Sequence[bytes]) -> set[bytes]:
    """Return those of the digests `found` under which somebody is known already."""
    return copying.known(Found, "digest", found, kind=kind)


def record(permission: Permission, **detail: object) -> int:
    """Leave with each person the entry of what was permitted and done; return its number, the same with each."""
    party = _party(permission)
    entry = entry_of(permission, detail)
    number = party.people[0].entries + 1
    for person in party.people:
        person.entries = number
    party.cohort.entries.append((entry, party.people, number))
    return number


def rows(cohort: Cohort) -> list[copying.Batch]:
    """Return what is to be written of the people of whom something was done: keys, sealed fields, index."""
    people = [person for person in cohort.people if person.entries]
    if not people:
        return []
    keys = copying.ready(
        PersonKey,
        subject=[person.row for person in people],
        wrapped=[person.wrapped for person in people],
        epoch=cohort.epoch,
        version=_VERSION,
        entries=[person.entries for person in people],
    )
    sealed = [(person.row, place, body) for person in people for place, body in sorted(person.places.items())]
    found = [(person.row, kind, digest) for person in people for kind, digest in sorted(person.found)]
    return [
        keys,
        *_ready(Sealed, ("subject", "place", "body"), sealed),
        *_ready(Found, ("subject", "kind", "digest"), found, confirmed=False),
    ]


class Told(NamedTuple):
    """An entry that is left with each of many people: whose, and the tag of each."""

    record: log.Record
    owners: list[bytes]
    tags: list[bytes]


def told(cohort: Cohort) -> list[Told]:
    """Return the entries that are to be left with people."""
    return [
        Told(entry, [one.row for one in party], [leaf.tag(one.secret, number) for one in party])
        for entry, party, number in cohort.entries
    ]


def settle(
    batches: Iterable[copying.Batch],
    entries: Iterable[Told],
    append: Append,
    *,
    without: Collection[bytes] = (),
) -> None:
    """Write everybody but those whose `row` is in `without`: of them it is as if they had never come.

    `append` writes the entries, as the last thing.
    """
    for batch in batches:
        copying.write(batch, without=without)
    masses = [
        Mass(
            one.record, [tag for owner, tag in zip(one.owners, one.tags, strict=True) if owner not in without]
        )
        for one in entries
    ]
    append([mass for mass in masses if mass.tags])


def _ready(
    model: type[Sealed | Found], names: Sequence[str], rows: Sequence[tuple[object, ...]], **same: Any
) -> list[copying.Batch]:
    if not rows:
        return []
    columns: dict[str, Any] = {
        name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)
    }
    return [copying.ready(model, **columns, **same)]


def _party(permission: Permission) -> Party:
    party = permission.key
    if not isinstance(party, Party) or party.people[0].subject != permission.request.subject:
        raise TypeError("a permission without people's keys, or with other people's")
    return party
