"""Stored files: named sealed blobs in a folder.

Always holds: a name is a UUID and nothing else; a blob is whole or absent; a blob is written once and never
changed. What is given here is sealed already: this module knows no key and no person.
"""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings as django_settings

CHUNK = 64 * 1024


class NotStored(Exception):
    """There is no blob of this name."""


class AlreadyStored(Exception):
    """A blob of this name exists; blobs are never overwritten."""


class BadName(ValueError):
    """The name is not a UUID in its canonical form."""


@dataclass(frozen=True)
class Settings:
    """Where the blobs are."""

    path: Path
    driver: str = "file"


class FileStore:
    """Blobs in a folder, sharded by the last two hex digits (the first digits of a UUIDv7 are the time)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = folder / "unfinished"

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Store the chunks as one blob, durable on return; raises AlreadyStored or BadName.

        When `chunks` fails half-way, nothing is stored.
        """
        target = self._path(name)
        if target.exists():
            raise AlreadyStored("A blob of this name exists and is not overwritten.")
        for folder in (self._unfinished, target.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self._unfinished / secrets.token_hex(16)
        try:
            _write_durably(unfinished, chunks)
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
        _sync_folder(target.parent)
        _sync_folder(self._folder)

    def write_all(self, blobs: Mapping[str, Iterable[bytes]]) -> None:
        """Store several blobs, all of them or none; raises as `write`. A crash may leave some: they have no row."""
        if any(map(self.exists, blobs)):
            raise AlreadyStored("A blob of this name exists and is not overwritten.")
        begun = list[str]()
        try:
            for name, chunks in blobs.items():
                begun.append(name)
                self.write(name, chunks)
        except BaseException:
            for name in begun:
                self.remove(name)
            raise

    def read(self, name: str) -> Iterator[bytes]:
        """Return the blob in chunks of at most 64 KiB; raises NotStored at once, or BadName."""
        path = self._path(name)
        if not path.exists():
            raise NotStored("There is no blob of this name.")
        return _read_chunks(path)

    def remove(self, name: str) -> None:
        """Remove the blob, durable on return; removing what is absent is no error. Raises BadName."""
        path = self._path(name)
        path.unlink(missing_ok=True)
        if path.parent.exists():
            _sync_folder(path.parent)

    def exists(self, name: str) -> bool:
        """Say whether there is a blob of this name; raises BadName."""
        return self._path(name).exists()

    def names(self, *, ending: str = "", before: datetime | None = None) -> Iterator[str]:
        """Yield the names of all blobs, in no promised order, a shard at a time in memory.

        Only of those whose name ends so (a hex digit, or two), and that were stored before a moment.
        """
        for shard in sorted(self._folder.glob("[0-9a-f]" * (2 - len(ending)) + ending)):
            for path in shard.iterdir():
                if _is_name(path.name) and (before is None or _older(path, before)):
                    yield path.name

    def sweep(self, *, before: datetime) -> int:
        """Remove what a crash left unfinished before a moment and return how many."""
        left = [path for path in self._unfinished.glob("*") if _older(path, before)]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _path(self, name: str) -> Path:
        if not _is_name(name):
            raise BadName("The name of a blob is a UUID in lower case with dashes.")
        return self._folder / name[-2:] / name


def open_store(settings: Mapping[str, Any]) -> FileStore:
    """Return the store that the settings name (fields of Settings); ValueError for an unknown driver."""
    chosen = Settings(**settings)
    if chosen.driver != "file":
        raise ValueError(f"There is no storage driver {chosen.driver!r}; use 'file'.")
    return FileStore(chosen.path)


def store() -> FileStore:
    """Return the store of this installation, as `settings.STORAGE` says."""
    return open_store(django_settings.STORAGE)


def _is_name(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _older(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


def _write_durably(path: Path, chunks: Iterable[bytes]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _read_chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except FileNotFoundError:
        raise NotStored("The blob was removed before it was read.") from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
