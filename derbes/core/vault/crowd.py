"""Many people are held and ended together: their keys broken, their fields removed or sealed anew, in a few statements.

As the vault does with one person: no permission, no key; an entry for each of them. A permission is for people of
whom the same is asked and the same is known; its request names the first of them. What always holds: nothing is
written before `settled`, which breaks the keys before it removes what they sealed, and ends with the entries.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db import connection, models

from derbes.core.journal.alike import Append, Mass
from derbes.core.vault import among
from derbes.core.vault.approach import Handle, Ring, _context
from derbes.core.vault.breaking import Traces
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.core.vault.vault import _open, _sealed, entry_of
from derbes.crypto import envelope, leaf
from derbes.law.permission import Permission

#: Whose context shows where in one a number stands.
_NOBODY = UUID(int=0)


class Held(NamedTuple):
    """The row of one person who is held: their number, their wrapped key and how many entries they have."""

    subject: bytes
    epoch: str
    version: int
    wrapped: bytes
    entries: int


@dataclass(slots=True)
class Crowd:
    """People who are held until the step ends, and what the step has done to them and not written yet.

    Each is known by the sixteen bytes of their number: of thousands nothing more is made.
    """

    held: dict[bytes, Held]
    people: among.People
    ring: Ring
    epochs: dict[str, bytes] = field(default_factory=dict, repr=False)
    taken: Counter[bytes] = field(default_factory=Counter)
    entries: list[Mass] = field(default_factory=list, repr=False)
    broken: list[bytes] = field(default_factory=list)
    anew: list[tuple[Held, dict[str, dict[str, str]]]] = field(default_factory=list, repr=False)
    trimmed: list[tuple[bytes, str, dict[str, str]]] = field(default_factory=list, repr=False)
    left: list[tuple[str, list[bytes]]] = field(default_factory=list)

    def of(self, subjects: Sequence[bytes]) -> Party:
        """Those of the crowd of whom one permission is asked."""
        return Party(self, subjects)

    def opened(self, some: Iterable[Held]) -> list[bytes]:
        """The keys of people who are held, in the same order."""
        found = list[bytes]()
        for epoch, those in groupby(some, key=attrgetter("epoch")):
            if epoch not in self.epochs:
                self.epochs[epoch] = self.ring.epoch(epoch)
            head, _, tail = _context(_NOBODY, epoch).partition(_NOBODY.bytes)
            boxes = [(one.wrapped, head + one.subject + tail) for one in those]
            found += envelope.open_all(self.epochs[epoch], boxes)
        return found


class Party(NamedTuple):
    """The people of one permission: what a `Permission` for many carries as its key."""

    crowd: Crowd
    subjects: Sequence[bytes]

    @property
    def held(self) -> list[Held]:
        """Their rows."""
        held = self.crowd.held
        return [held[subject] for subject in self.subjects]


def hold(some: Sequence[UUID | bytes] | among.People, *, ring: Ring, wait: bool) -> Crowd:
    """Hold those of `some` who have a key until the step ends; without `wait`, pass over whom another step holds."""
    people, rows = among.people_of(some), PersonKey.objects.order_by("subject")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=not wait)
    held = {row[0]: Held(*row) for row in people.read(rows, "epoch", "version", "wrapped", "entries")}
    return Crowd(held, people.part(list(held)), ring)


def filled(people: among.People) -> dict[bytes, frozenset[str]]:
    """Return which fields are kept of each of these people. Nothing is opened for it."""
    found: dict[bytes, str] = {}
    for who, body in people.read(Sealed.objects.all(), "body"):
        found[who] = found[who] + body if who in found else body
    # Name and sealed value stand in turns, each in quotes and neither with a quote within.
    return {who: _names(tuple(bodies.split('"')[1::4])) for who, bodies in found.items()}


@lru_cache(maxsize=4096)
def _names(names: tuple[str, ...]) -> frozenset[str]:
    """The one set of these names: most people have the same fields."""
    return frozenset(names)


def take(permission: Permission) -> dict[bytes, dict[str, str]]:
    """Return those of the permitted fields that are kept, in clear, of each person; with an entry for each."""
    party = _party(permission)
    record(permission)
    return {
        handle.subject.bytes: {name: _open(handle, name, kept[name]) for name in names if name in kept}
        for handle in _handles(party)
        for kept in [_kept(handle)]
        for names in [permission.request.fields]
    }


def traces(permission: Permission) -> dict[bytes, Traces]:
    """Return what of the permitted fields can be looked for when it is gone. Nothing is recorded by this itself."""
    party = _party(permission)
    digests = defaultdict[bytes, list[bytes]](list)
    for subject, digest in among.People(party.subjects).read(Found.objects.all(), "digest"):
        digests[subject].append(digest)
    names = permission.request.fields
    found = {}
    for one, handle in zip(party.held, _handles(party), strict=True):
        kept = {name: text for name, text in _kept(handle).items() if name in names}
        found[one.subject] = Traces(
            subject=handle.subject,
            values={name: _open(handle, name, text) for name, text in kept.items()},
            sealed=(*(text.encode() for text in kept.values()), one.wrapped),
            digests=tuple(digests[one.subject]),
        )
    return found


def destroy(permission: Permission) -> None:
    """Break the keys, remove ciphertext and index rows. The entry is the last that each person has.

    Streams in storage are the caller's to remove: without the key they are noise.
    """
    record(permission)
    party = _party(permission)
    party.crowd.broken += party.subjects


def archive(permission: Permission, fields: Iterable[str]) -> None:
    """Seal `fields` anew under archive keys, break the people's keys, remove all else.

    The entry is the last of each person's own. From here on they are found by no index, and their journal has a
    new secret: what was proved to them before stays proved, and does not lead here.
    """
    record(permission)
    party, fields = _party(permission), frozenset(fields)
    epoch, epoch_key = party.crowd.ring.current_epoch()
    for one, old in zip(party.held, _handles(party), strict=True):
        key = envelope.new_key()
        wrapped = envelope.seal(epoch_key, key, context=_context(old.subject, epoch))
        new = Handle(old.subject, key, 1, {}, 1, 0)
        places = {
            place: _sealed(
                new, {name: _open(old, name, text) for name, text in row.items() if name in fields}
            )
            for place, row in old.sealed.items()
        }
        party.crowd.anew.append((Held(one.subject, epoch, 1, wrapped, 0), places))
    party.crowd.broken += party.subjects


def trim(permission: Permission, kinds: Mapping[str, str]) -> None:
    """Remove the permitted fields, and the index entries of those among `kinds` (field → kind); an entry for each person."""
    record(permission)
    party, names = _party(permission), permission.request.fields
    gone = defaultdict[str, list[bytes]](list)
    for who, handle in zip(party.subjects, _handles(party), strict=True):
        for place, row in handle.sealed.items():
            if went := names & row.keys():
                rest = {name: text for name, text in row.items() if name not in went}
                party.crowd.trimmed.append((who, place, rest))
                for name in went & kinds.keys():
                    gone[kinds[name]].append(who)
    party.crowd.left += gone.items()


def record(permission: Permission, **detail: object) -> None:
    """Leave the entry of what was permitted and done, for each person; `detail` holds codes and counts, never values."""
    entry, party = entry_of(permission, detail), _party(permission)
    taken, held = party.crowd.taken, party.held
    taken.update(party.subjects)
    numbers = [one.entries + taken[one.subject] for one in held]
    tags = [
        leaf.tag(leaf.secret_of(key), n) for key, n in zip(party.crowd.opened(held), numbers, strict=True)
    ]
    party.crowd.entries.append(Mass(entry, tags))


_Counts = Mapping[bytes, int]


@contextmanager
def settled(crowd: Crowd, append: Append) -> Iterator[tuple[_Counts, _Counts]]:
    """Write all of it; give how many sealed rows and index rows of each person went. `append` writes the entries in the end."""
    yield _settle(crowd)
    append(crowd.entries)


def _settle(crowd: Crowd) -> tuple[_Counts, _Counts]:
    rows, index = _break(crowd, crowd.people.part(crowd.broken))
    for kind, subjects in crowd.left:
        index.update(subjects)
        Found.objects.filter(subject__among=subjects, kind=kind).delete()
    for subject, place, rest in crowd.trimmed:
        if not rest:
            Sealed.objects.filter(subject=UUID(bytes=subject), place=place).delete()
            rows[subject] += 1
    _write(crowd)
    return rows, index


def _break(crowd: Crowd, people: among.People) -> tuple[Counter[bytes], Counter[bytes]]:
    if not crowd.broken:
        return Counter(), Counter()
    PersonKey.objects.filter(subject__among=people).delete()
    return among.remove(Sealed, people), among.remove(Found, people)


def _write(crowd: Crowd) -> None:
    """New keys and what they seal; what is left of trimmed rows; how many entries those have who live on."""
    PersonKey.objects.bulk_create(
        [PersonKey(**one._asdict() | {"subject": UUID(bytes=one.subject)}) for one, _ in crowd.anew]
    )
    anew = [(one.subject, place, row) for one, places in crowd.anew for place, row in places.items()]
    kept = [(subject, place, json.dumps(row)) for subject, place, row in (*anew, *crowd.trimmed) if row]
    Sealed.objects.bulk_create(
        [Sealed(subject=UUID(bytes=subject), place=place, body=body) for subject, place, body in kept],
        update_conflicts=True,
        unique_fields=["subject", "place"],
        update_fields=["body"],
    )
    by_number = defaultdict[int, list[bytes]](list)
    for subject in crowd.taken.keys() - set(crowd.broken):
        by_number[crowd.taken[subject]].append(subject)
    for number, subjects in by_number.items():
        PersonKey.objects.filter(subject__among=subjects).update(entries=models.F("entries") + number)


def _party(permission: Permission) -> Party:
    party = permission.key
    if not isinstance(party, Party) or permission.request.subject.bytes != party.subjects[0]:
        message = "a permission without the people's keys, or with other people's"
        raise TypeError(message)
    return party


def _handles(party: Party) -> list[Handle]:
    """What opens the fields of each of these people, with all that is sealed of them."""
    sealed = defaultdict[bytes, dict[str, dict[str, str]]](dict)
    for subject, place, body in among.People(party.subjects).read(Sealed.objects.all(), "place", "body"):
        sealed[subject][place] = json.loads(body)
    held = party.held
    return [
        Handle(UUID(bytes=one.subject), key, one.version, sealed[one.subject], 0, 0)
        for one, key in zip(held, party.crowd.opened(held), strict=True)
    ]


def _kept(handle: Handle) -> dict[str, str]:
    return {name: sealed for row in handle.sealed.values() for name, sealed in row.items()}
