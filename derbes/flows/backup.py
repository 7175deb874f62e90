"""The whole installation but its keys goes into one sealed file, and comes back from it (docs/backup.md).

What always holds: all parts are of one moment and the manifest says their sums; keys are never among them; a
restore goes into an empty place only and serves nobody before what was destroyed and blocked since is replayed
(derbes/flows/replay.py).
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection

from derbes.core.duties.models import Duty
from derbes.core.journal import check, public
from derbes.core.publications import shelf
from derbes.crypto.checkpoint import Unsigned
from derbes.flows import sequence, serving
from derbes.flows.story import step
from derbes.law.moments import stamp
from derbes.outside import archive_file, databases, keys, storage, tombstones
from derbes.outside.archive_file import Part
from derbes.outside.archive_file import Refused as NotOpened  # raised here; imported from here
from derbes.outside.databases import NotCopied
from derbes.outside.keys import KeysRefused

__all__ = ["KeysRefused", "NotCopied", "NotOpened", "NotRestored", "Taken", "keygen", "make", "restore"]

_QUESTIONS = {
    "journal": "SELECT size, root, note FROM journal_checkpoint ORDER BY size DESC LIMIT 1",
    "epochs": "SELECT DISTINCT epoch FROM vault_personkey ORDER BY epoch",
}
#: Of these only the shape is kept: who was signed in, and how often somebody tried.
_WITHOUT = ("derbes_cache", "django_session")


class NotRestored(Exception):
    """Nothing was restored, or what was restored is not served; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup holds: rows by table, sealed files, the journal's size and root, epochs that its people need.

    `gone` are those of the epochs whose keys this ring does not have.
    """

    made: str
    counts: dict[str, int]
    files: int
    size: int
    root: str
    epochs: tuple[str, ...]
    gone: tuple[str, ...]


def make(to: Path, recipients: Sequence[str], *, at: datetime) -> Taken:
    """Make a backup in the new file `to`, sealed for age `recipients`.

    Raises `NotOpened`, `NotCopied`, and `serving.Restored` when this installation is itself being restored.
    """
    serving.check()
    _begin(at=at)
    ledger = tombstones.ledger().head  # before the copy: what is noted later is replayed, twice if need be
    with TemporaryDirectory(prefix=".backup-", dir=to.parent) as work:
        copy = Path(work) / "database"
        database = connection.settings_dict
        taken = databases.copy_out(database, copy, questions=_QUESTIONS, without=_WITHOUT)
        manifest: dict[str, Any] = {
            "v": 1,
            "made": stamp(at),
            "database": {"kind": databases.kind(database), "sha256": _sum(archive_file.file_chunks(copy))},
            "counts": dict(taken.counts),
            "journal": _head(taken.answers["journal"]),
            "epochs": [epoch for (epoch,) in taken.answers["epochs"]],
            "ledger": ledger._asdict(),
        }
        archive_file.write(to, recipients, _parts(copy, manifest))
    _end(at=at)
    return _told(manifest)


def restore(source: Path, identity: Path) -> Taken:
    """Bring a backup into this empty installation; it serves nobody until the replay.

    Raises `NotRestored`, `NotOpened`, `NotCopied`, and `KeysRefused` when the keys are not here.
    """
    _refuse_unless_empty()
    keys.ring()
    with (
        TemporaryDirectory(prefix=".restore-", dir=settings.STATE) as work,
        archive_file.opened(source, identity, Path(work)) as archive,
    ):
        manifest = _checked(archive)
        copy = Path(work) / "database"
        with copy.open("xb") as file:
            file.writelines(archive_file.chunks(archive, archive.getmember("database")))
        _bring_files(archive)
        connection.close()
        pending = json.dumps({"made": manifest["made"], "ledger": manifest["ledger"]})
        databases.bring_back(connection.settings_dict, copy, pending=pending)
    connection.close()
    shelf.forget()
    _compare(manifest)
    return _told(manifest)


def keygen(to: Path) -> str:
    """Make an age identity in the file `to`; return its recipient. Raises `NotOpened` when the file exists."""
    return archive_file.keygen(to)


@step
def _begin(*, at: datetime) -> None:
    """Place what waits, so that the checkpoint in the backup covers all its entries."""
    Duty.note("backup", failed="Unfinished", at=at)
    sequence.place(at=at)


@step
def _end(*, at: datetime) -> None:
    """So that it can be said how old the last backup is."""
    Duty.note("backup", at=at)


def _head(found: list[tuple[Any, ...]]) -> dict[str, Any]:
    if not found:
        return {"size": 0, "root": "", "note": ""}
    size, root, note = found[0]
    return {"size": size, "root": bytes(root).hex(), "note": note}


def _parts(copy: Path, manifest: dict[str, Any]) -> Iterator[Part]:
    """The database, every sealed file, and last the manifest, which has their sums."""
    yield Part("database", copy.stat().st_size, lambda: archive_file.file_chunks(copy))
    files, digest = 0, sha256()
    for name, data in _blobs():
        files += 1
        digest.update(_line(name, [data]))
        yield Part(f"files/{name}", len(data), lambda data=data: [data])  # type: ignore[misc]
    manifest["files"] = {"count": files, "sha256": digest.hexdigest()}
    written = json.dumps(manifest, sort_keys=True).encode()
    yield Part("manifest.json", len(written), lambda: [written])


def _blobs() -> Iterator[tuple[str, bytes]]:
    """The sealed files; what is removed meanwhile belongs to nobody any more."""
    store = storage.store()
    for name in store.names():
        try:
            yield name, b"".join(store.read(name))
        except storage.NotStored:
            continue


def _line(name: str, chunks: Iterable[bytes]) -> bytes:
    return f"{_sum(chunks)}  {name}\n".encode()


def _sum(chunks: Iterable[bytes]) -> str:
    digest = sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _refuse_unless_empty() -> None:
    if not databases.is_empty(connection.settings_dict):
        raise NotRestored("The database has tables. Restore into an empty one; nothing was changed.")
    if next(storage.store().names(), None):
        raise NotRestored("The folder of files is not empty. Restore into an empty one; nothing was changed.")


def _checked(archive: tarfile.TarFile) -> dict[str, Any]:
    """The manifest, once every part is as it says."""
    digest, files, database, manifest = sha256(), 0, "", dict[str, Any]()
    for member in archive:
        chunks = archive_file.chunks(archive, member)
        if member.name == "database":
            database = _sum(chunks)
        elif member.name == "manifest.json":
            manifest = json.loads(b"".join(chunks))
        else:
            files += 1
            digest.update(_line(member.name.removeprefix("files/"), chunks))
    if manifest.get("v") != 1:
        raise NotRestored("This is no backup of this program, or one of a later version of it.")
    sums = {"count": files, "sha256": digest.hexdigest()}
    if manifest["database"]["sha256"] != database or manifest["files"] != sums:
        raise NotRestored("A part of the backup is not what its manifest says. Take another backup.")
    kind = databases.kind(connection.settings_dict)
    if manifest["database"]["kind"] != kind:
        raise NotRestored(f"The backup is of {manifest['database']['kind']}, the database here is {kind}.")
    return manifest


def _bring_files(archive: tarfile.TarFile) -> None:
    for member in archive.getmembers():
        if member.name.startswith("files/"):
            name = member.name.removeprefix("files/")
            storage.store().write(name, archive_file.chunks(archive, member))


def _compare(manifest: dict[str, Any]) -> None:
    """Equal counts, and the journal's root made anew from its entries, or the mark stays for good."""
    counts = databases.count(connection.settings_dict, without=_WITHOUT)
    if counts != manifest["counts"]:
        raise NotRestored("Not all rows of the backup came back. Empty the place and restore again.")
    note = manifest["journal"]["note"]
    if not note:
        return
    newest = public.resource("checkpoint")
    try:
        key = keys.ring().signer().public_key
        finding = check.verify(public_key=key, origin=settings.JOURNAL_ORIGIN, earlier=note)
    except Unsigned:
        raise NotRestored(
            "The journal was signed by another key or under another address (DERBES_ORIGIN)."
        ) from None
    if newest is None or newest.body != note.encode() or not finding.sound:
        raise NotRestored("The journal that came back is not the one that was signed.")


def _told(manifest: dict[str, Any]) -> Taken:
    living = keys.ring().epochs()
    return Taken(
        made=manifest["made"],
        counts=manifest["counts"],
        files=manifest["files"]["count"],
        size=manifest["journal"]["size"],
        root=manifest["journal"]["root"],
        epochs=tuple(manifest["epochs"]),
        gone=tuple(epoch for epoch in manifest["epochs"] if epoch not in living),
    )
