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
from itertools import accumulate, pairwise
from typing import NamedTuple
from uuid import UUID

from derbes.core.journal import copying, log
from derbes.core.journal.alike import Append, Mass
from derbes.core.vault.approach import Ring, _context
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.core.vault.vault import entry_of
from derbes.crypto import envelope, index, leaf
from derbes.crypto.ids import packed
from derbes.law.permission import Permission

_VERSION = 1  # of a new person's key
_NOBODY = UUID(int=0)


@dataclass(slots=True, eq=False)
class Newcomer:
    """Somebody who is being enrolled: the subject as rows have it, their key, and the same wrapped."""

    row: bytes
    key: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)

    @property
    def subject(self) -> UUID:
        """Return their number."""
        return UUID(bytes=self.row)


@dataclass(slots=True, eq=False)
class Cohort:
    """People who come at one moment."""

    epoch: str
    ring: Ring
    people: list[Newcomer]


@dataclass(slots=True, eq=False)
class Party:
    """Those of a cohort of whom one permission is asked, which carries this as its key; and what was done to them."""

    cohort: Cohort
    people: list[Newcomer]
    batches: list[copying.Batch] = field(default_factory=list)
    entries: list[log.Record] = field(default_factory=list)

    @property
    def subjects(self) -> list[bytes]:
        """Return who they are, as rows have it."""
        return [person.row for person in self.people]


class Told(NamedTuple):
    """An entry that is left with each of many people: whose, and the tag of each."""

    record: log.Record
    owners: list[bytes]
    tags: list[bytes]


def admit(count: int, *, ring: Ring, at: datetime) -> Cohort:
    """Make keys for `count` new people. Nothing is written before `settle`."""
    epoch, epoch_key = ring.current_epoch()
    head, tail = _context(_NOBODY, epoch).split(_NOBODY.bytes)
    subjects, keys = packed(at, count), envelope.new_keys(count)
    pairs = [(key, head + subject + tail) for subject, key in zip(subjects, keys, strict=True)]
    wrapped = envelope.seal_all(epoch_key, pairs)
    return Cohort(epoch, ring, list(map(Newcomer, subjects, keys, wrapped)))


def put(permission: Permission, values: Sequence[Mapping[str, str]], places: Mapping[str, str]) -> None:
    """Seal of each person their `values` (field → text), exactly the permitted fields; `places` are categories.

    Values never appear in the entry, the log or an exception.
    """
    party, fields = _party(permission), permission.request.fields
    rows = {
        place: sorted(name for name in fields if places[name] == place) for place in _sorted(places, fields)
    }
    order = [(name, b"|%b|%d" % (name.encode(), _VERSION)) for names in rows.values() for name in names]
    spans = list(pairwise(accumulate(map(len, rows.values()), initial=0)))
    shapes = [", ".join(f'"{name}": "%b"' for name in names).encode() for names in rows.values()]
    bodies: list[list[str]] = [[] for _ in rows]
    writing = [
        (into.append, b"{" + shape + b"}", *span)
        for into, shape, span in zip(bodies, shapes, spans, strict=True)
    ]
    for person, texts in zip(party.people, values, strict=True):
        if texts.keys() != fields:
            raise ValueError("a permission is for exactly the fields it names")
        row = person.row
        sealed = envelope.seal_all(person.key, [(texts[name].encode(), row + label) for name, label in order])
        cells = tuple([b2a_base64(one, newline=False) for one in sealed])
        for write, shape, start, end in writing:
            write((shape % cells[start:end]).decode())
    subjects = party.subjects
    batches = [
        copying.ready(Sealed, subject=subjects, place=place, body=body)
        for place, body in zip(rows, bodies, strict=True)
    ]
    party.batches.append(copying.together(batches))
    record(permission)


def enter(permission: Permission, values: Sequence[Mapping[str, str]], kinds: Mapping[str, str]) -> None:
    """Enter of each person the values of fields (field → kind) into the index, so that they are found by equality.

    What others said of them is confirmed by nobody yet.
    """
    party = _party(permission)
    subjects, ring = party.subjects, party.cohort.ring
    batches = [
        copying.ready(
            Found,
            subject=subjects,
            kind=kind,
            digest=digests(kind, [texts[name] for texts in values], ring=ring),
            confirmed=False,
        )
        for name, kind in sorted(kinds.items(), key=lambda pair: pair[1])
    ]
    party.batches.append(copying.together(batches))
    record(permission)


def digests(kind: str, values: Iterable[str], *, ring: Ring) -> list[bytes]:
    """Return under which digests normalised `values` are found."""
    return index.digests(ring.index_key(kind), map(str.casefold, values))


def known(kind: str, found: Sequence[bytes]) -> set[bytes]:
    """Return those of the digests `found` under which somebody is known already."""
    return copying.known(Found, "digest", found, kind=kind)


def record(permission: Permission, **detail: object) -> int:
    """Leave with each person the entry of what was permitted and done; return its number, the same with each."""
    party = _party(permission)
    party.entries.append(entry_of(permission, detail))
    return len(party.entries)


def rows(party: Party) -> list[copying.Batch]:
    """Return what is to be written of people: keys, sealed fields, index."""
    keys = copying.ready(
        PersonKey,
        subject=party.subjects,
        wrapped=[person.wrapped for person in party.people],
        epoch=party.cohort.epoch,
        version=_VERSION,
        entries=len(party.entries),
    )
    return [keys, *party.batches]


def told(party: Party) -> list[Told]:
    """Return the entries that are to be left with people."""
    count, owners = len(party.entries), party.subjects
    tags = [leaf.tags(leaf.secret_of(person.key), count) for person in party.people]
    return [
        Told(entry, owners, list(theirs))
        for entry, theirs in zip(party.entries, zip(*tags, strict=True), strict=True)
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


def _sorted(places: Mapping[str, str], fields: Iterable[str]) -> list[str]:
    return sorted({places[name] for name in fields})


def _party(permission: Permission) -> Party:
    party = permission.key
    if not isinstance(party, Party) or party.people[0].subject != permission.request.subject:
        raise TypeError("a permission without people's keys, or with other people's")
    return party
