"""The last things done with a person's key: what would be looked for afterwards, and sealing anew for the archive.

What always holds: traces live in memory alone and only until the search; the archive has a key of its own, and
nothing that the old key sealed or proved opens with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from derbes.core.vault.approach import Handle, Ring, create
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.core.vault.vault import _handle, _keep, _kept, _open, _seal, record
from derbes.law.permission import Permission


@dataclass(frozen=True, slots=True)
class Traces:
    """What may be left nowhere: values by field, ciphertext, the wrapped key, digests of the index, names of files."""

    subject: UUID
    values: dict[str, str] = field(repr=False)
    sealed: tuple[bytes, ...] = field(repr=False)
    digests: tuple[bytes, ...] = field(repr=False)
    rows: int = 0


def traces(permission: Permission) -> Traces:
    """Return what of the permitted fields can be looked for when it is gone. Nothing is recorded by this itself."""
    handle = _handle(permission)
    kept = {name: text for name, text in _kept(handle).items() if name in permission.request.fields}
    wrapped = PersonKey.objects.filter(subject=handle.subject).values_list("wrapped", flat=True)
    digests = Found.objects.filter(subject=handle.subject).values_list("digest", flat=True)
    return Traces(
        subject=handle.subject,
        values={name: _open(handle, name, text) for name, text in kept.items()},
        sealed=(*(text.encode() for text in kept.values()), *(bytes(key) for key in wrapped)),
        digests=tuple(bytes(digest) for digest in digests),
        rows=Sealed.objects.filter(subject=handle.subject).count(),
    )


def remaining(digests: Iterable[bytes]) -> frozenset[bytes]:
    """Return those digests that stand in the index still: another person has the same value."""
    found = Found.objects.filter(digest__in=list(digests)).values_list("digest", flat=True)
    return frozenset(bytes(digest) for digest in found)


def archive(permission: Permission, fields: Iterable[str], *, ring: Ring) -> int:
    """Seal `fields` anew under an archive key, break the person's key, remove all else; return the entry's number.

    The entry is the last of the person's own. From here on they are found by no index, and their journal has a
    new secret: what was proved to them before stays proved, and does not lead here.
    """
    handle = _handle(permission)
    kept = _kept(handle)
    values = {name: _open(handle, name, kept[name]) for name in fields if name in kept}
    number = record(permission)
    subject, places = handle.subject, handle.places
    for table in (PersonKey, Sealed, Found):
        table.objects.filter(subject=subject).delete()
    _seal_anew(create(subject, ring=ring, numbers=0), values, places)
    return number


def _seal_anew(handle: Handle, values: Mapping[str, str], places: Mapping[str, str]) -> None:
    for name, value in values.items():
        place = name if "/" in name else places[name]
        handle.sealed.setdefault(place, {})[name] = _seal(handle, name, value)
    _keep(handle, handle.sealed)
