"""Put in, take out, find, destroy. Each takes a `Permission` and leaves an entry in the journal.

No permission, no vault: what `gate.ask` returned carries the person's key, for the one thing permitted.
"""

from __future__ import annotations

import json
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from derbes.core import rows
from derbes.core.journal import log
from derbes.core.vault.approach import Handle, Ring
from derbes.core.vault.models import FOUND, SEALED, Found, Sealed
from derbes.crypto import envelope, index, stream
from derbes.law.permission import Permission

_FIND = """
SELECT {agg}(subject){text} FROM vault_found WHERE kind = %(kind)s AND digest = %(digest)s"""


def put(permission: Permission, values: Mapping[str, str], **detail: object) -> int:
    """Seal `values` (field → text) under the person's key; return the number of the journal entry.

    An empty text removes the field. Values never appear in the entry, the log or an exception.
    """
    if values.keys() != permission.request.fields:
        message = "a permission is for exactly the fields it names"
        raise ValueError(message)
    handle = _handle(permission)
    sealed, changed = _sealed(handle, {name: value for name, value in values.items() if value}), set()
    for name in values:
        place = name if "/" in name else handle.places[name]
        row = handle.sealed.setdefault(place, {})
        row.pop(name, None)
        if name in sealed:
            row[name] = sealed[name]
        changed.add(place)
    _keep(handle, changed)
    return record(permission, **detail)


def take(permission: Permission, **detail: object) -> dict[str, str]:
    """Return those of the permitted fields that are kept, in clear."""
    handle = _handle(permission)
    kept = _kept(handle)
    record(permission, **detail)
    return _opened(handle, {name: kept[name] for name in sorted(permission.request.fields) if name in kept})


def seal_stream(permission: Permission, name: UUID, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Seal a scan for storage under `name`, chunk by chunk. The caller records it with `record`."""
    handle = _handle(permission)
    return stream.seal(_stream_key(handle, name), chunks, context=name.bytes)


def open_stream(permission: Permission, name: UUID, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Open a scan from storage. Raises `envelope.Unopenable` when a byte was changed, moved or cut off."""
    handle = _handle(permission)
    return stream.open(_stream_key(handle, name), chunks, context=name.bytes)


def enter(permission: Permission, kinds: Mapping[str, str], *, ring: Ring) -> int:
    """Enter the kept values of fields (field → kind) into the index, so that the person is found by equality."""
    handle = _handle(permission)
    kept = _kept(handle)
    for name, kind in kinds.items():
        if name in kept:
            digest = _digest(kind, _open(handle, name, kept[name]), ring)
            FOUND.add(subject=handle.subject, kind=kind, digest=digest)
    return record(permission)


def leave(permission: Permission, kinds: Iterable[str]) -> None:
    """Remove the person's index entries of these kinds: by these values they are not found any more."""
    if kinds := list(kinds):
        Found.objects.filter(subject=_handle(permission).subject, kind__in=kinds).delete()


def filled(subject: UUID) -> frozenset[str]:
    """Return which fields of the person are kept. Nothing is opened for it."""
    bodies = Sealed.objects.filter(subject=subject).values_list("body", flat=True)
    return frozenset(name for body in bodies for name in json.loads(body))


def confirmed(subject: UUID) -> frozenset[str]:
    """Return the kinds of those of the person's index entries that were confirmed to be theirs."""
    found = Found.objects.filter(subject=subject, confirmed=True)
    return frozenset(found.values_list("kind", flat=True))


def find(kind: str, value: str, *, ring: Ring, sure: bool = False) -> list[UUID]:
    """Return the people who have this normalised value, the longest known first; `sure`: where it was confirmed."""
    sql = _FIND + " AND confirmed" if sure else _FIND
    found = rows.ask(sql, {"kind": kind, "digest": _digest(kind, value, ring)})
    return sorted(map(UUID, json.loads(found))) if found else []


def secret(permission: Permission) -> bytes:
    """Return the person's journal secret, with which their own entries are found and proved complete."""
    return _handle(permission).secret


def count(permission: Permission) -> int:
    """Return how many entries the person has, the permission's own included."""
    return _handle(permission).last_number


def record(permission: Permission, **detail: object) -> int:
    """Leave the entry of what was permitted and done; return its number among the person's own.

    `detail` holds codes and counts, never values.
    """
    handle = _handle(permission)
    number = handle.number()
    log.append(entry_of(permission, detail), secret=handle.secret, n=number)
    return number


def entry_of(permission: Permission, detail: Mapping[str, object]) -> log.Record:
    """Return what the journal keeps of a thing that was permitted and done, to one person or to each of many."""
    request = permission.request
    return log.Record(
        at=request.at,
        actor=request.actor.trace(),
        operation=request.operation.value,
        event=request.event,
        purpose=request.purpose,
        basis=permission.basis.value,
        clause=permission.clause,
        norm=permission.norm or None,
        fields=tuple(sorted(request.keys)),
        edition=permission.edition,
        recipient=request.recipient or None,
        request=request.reference or None,
        detail=detail,
    )


def _keep(handle: Handle, places: Iterable[str]) -> None:
    """Write the person's sealed rows of these places as the handle has them; an empty one is removed."""
    for place in sorted(places):
        if row := handle.sealed[place]:
            SEALED.add(subject=handle.subject, place=place, body=json.dumps(row))
        else:
            Sealed.objects.filter(subject=handle.subject, place=place).delete()


def _handle(permission: Permission) -> Handle:
    handle = permission.key
    if not isinstance(handle, Handle) or handle.subject != permission.request.subject:
        message = "a permission without the person's key, or with another person's"
        raise TypeError(message)
    return handle


def _kept(handle: Handle) -> dict[str, str]:
    return {name: sealed for row in handle.sealed.values() for name, sealed in row.items()}


def _digest(kind: str, value: str, ring: Ring) -> bytes:
    return index.digest(ring.index_key(kind), value.casefold())


def _sealed(handle: Handle, values: Mapping[str, str]) -> dict[str, str]:
    """What each of these values is when it is sealed."""
    pairs = [(value.encode(), _context(handle, name)) for name, value in values.items()]
    return {
        name: b64encode(one).decode()
        for name, one in zip(values, envelope.seal_all(handle.key, pairs), strict=True)
    }


def _open(handle: Handle, name: str, sealed: str) -> str:
    return envelope.open(handle.key, a2b_base64(sealed), context=_context(handle, name)).decode()


def _opened(handle: Handle, sealed: Mapping[str, str]) -> dict[str, str]:
    """What each of these fields holds."""
    head, tail = handle.subject.bytes + b"|", b"|%d" % handle.version
    return envelope.open_texts(handle.key, sealed, head=head, tail=tail)


def _context(handle: Handle, name: str) -> bytes:
    """A sealed value opens only for its own person, field and version of the key."""
    return b"%b|%b|%d" % (handle.subject.bytes, name.encode(), handle.version)


def _stream_key(handle: Handle, name: UUID) -> bytes:
    return envelope.derive(handle.key, b"derbes/stream/v1|" + name.bytes)
