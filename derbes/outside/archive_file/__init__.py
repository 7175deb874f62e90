"""One file that holds many: a tar, sealed by age (https://age-encryption.org/v1) for whoever holds the identity.

What always holds: the sealed file appears whole or not at all and replaces nothing; nothing is taken from a
file of which a byte was changed or the end cut off. The tar is made and sealed as a stream.
"""

from __future__ import annotations

import os
import secrets
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pyrage

CHUNK = 1024 * 1024
_BLOCK = 512


class Refused(Exception):
    """The archive is not made or not opened; the sentence says why and what to do."""


class Part(NamedTuple):
    """One file of the archive: its name, its size in bytes, and what yields exactly so many."""

    name: str
    size: int
    chunks: Callable[[], Iterable[bytes]]


def write(to: Path, recipients: Sequence[str], parts: Iterable[Part]) -> None:
    """Seal the parts into the file `to` for the age `recipients`. Raises `Refused`."""
    keys = [_recipient(one) for one in recipients]
    if not keys:
        raise Refused("Name a recipient: the public key of an age identity, age1….")
    if to.exists():
        raise Refused(f"{to} exists already and is not overwritten.")
    unfinished = to.with_name(f".{to.name}-{secrets.token_hex(8)}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            pyrage.encrypt_io(_Stream(_tar(parts)), file, keys)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, to)
    finally:
        unfinished.unlink()


@contextmanager
def opened(source: Path, identity: Path, work: Path) -> Iterator[tarfile.TarFile]:
    """Open the archive `source` with the age identity in the file `identity`, by way of the folder `work`.

    Raises `Refused` when the identity is not one of its recipients', or a byte was changed.
    """
    plain = work / "archive.tar"
    try:
        with source.open("rb") as sealed, plain.open("xb") as tar:
            pyrage.decrypt_io(sealed, tar, _identities(identity))
        with tarfile.open(plain) as archive:
            yield archive
    except (pyrage.DecryptError, tarfile.TarError, OSError) as failure:
        raise Refused(
            f"{source} does not open ({type(failure).__name__}): it is damaged, or made for another identity."
        ) from None
    finally:
        plain.unlink(missing_ok=True)


def chunks(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    """Yield what a file of the archive holds."""
    file = archive.extractfile(member)
    while file and (chunk := file.read(CHUNK)):
        yield chunk


def file_chunks(path: Path) -> Iterator[bytes]:
    """Yield what a file on disk holds."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def keygen(to: Path) -> str:
    """Make an age identity in the file `to`, 0600; return its recipient. Raises `Refused` when the file exists."""
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{to} exists already. Identities are never overwritten.") from None
    with os.fdopen(handle, "w") as file:
        file.write(f"# public key: {recipient}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return recipient


class _Stream:
    """What yields chunks, read as a file is."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes; none at the end."""
        if not self._left:
            self._left = next(filter(None, self._chunks), b"")
        size = len(self._left) if size < 0 else size
        taken, self._left = self._left[:size], self._left[size:]
        return taken


def _tar(parts: Iterable[Part]) -> Iterator[bytes]:
    """The parts as a tar (POSIX.1-2001), a chunk at a time."""
    for part in parts:
        head = tarfile.TarInfo(part.name)
        head.size, head.mode = part.size, 0o600
        yield head.tobuf(tarfile.PAX_FORMAT)
        written = 0
        for chunk in part.chunks():
            written += len(chunk)
            yield chunk
        if written != part.size:
            raise Refused("Something changed while it was being backed up. Try again.")
        yield bytes(-written % _BLOCK)
    yield bytes(2 * _BLOCK)


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise Refused(f"{text!r} is no age recipient: it begins with age1….") from None


def _identities(path: Path) -> list[pyrage.x25519.Identity]:
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, ValueError, pyrage.IdentityError):
        found = []
    if not found:
        raise Refused(f"{path} holds no age identity: a line that begins with AGE-SECRET-KEY-1….")
    return found
