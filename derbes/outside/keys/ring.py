"""The verbs of a key ring, its settings and its refusals: the seam between the house and any driver."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class KeysRefused(Exception):
    """The ring does not give what was asked; the sentence says why and what to do."""


class KeysMissing(KeysRefused):
    """There is no ring, or one of its keys is absent."""


class KeysExist(KeysRefused):
    """A ring is already there and is not overwritten."""


class KeysExposed(KeysRefused):
    """Others than the owner can read the keys."""


class KeysDamaged(KeysRefused):
    """A key is not what it should be: wrong length, or not sealed under this master key."""


class EpochGone(KeysRefused):
    """The epoch key was destroyed, or never existed: what was wrapped under it stays closed for ever."""


def began(epoch: str) -> datetime:
    """Return the moment at which an epoch began: its id says it."""
    return datetime.strptime(epoch, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)


@dataclass(frozen=True)
class Settings:
    """Where the keys are."""

    path: Path
    driver: str = "file"


class Signer(Protocol):
    """Signs as the operator, Ed25519 (RFC 8032); the private key never comes out."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the public key."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature over `message`."""


class KeyRing(Protocol):
    """What the vault, the index and the journal need from a driver."""

    def current_epoch(self) -> tuple[str, bytes]:
        """Return the id and the 32-byte key of the newest epoch; raises KeysMissing when there is none."""

    def epochs(self) -> tuple[str, ...]:
        """Return the ids of the living epochs, oldest first."""

    def epoch(self, epoch: str) -> bytes:
        """Return the 32-byte key of an epoch; raises EpochGone."""

    def new_epoch(self, at: datetime) -> str:
        """Begin an epoch at `at` and return its id; it is current from now on in every process."""

    def destroy_epoch(self, epoch: str) -> None:
        """Destroy an epoch key for ever; raises EpochGone, and KeysRefused for the current epoch."""

    def index_key(self, kind: str) -> bytes:
        """Return the 32-byte key of one kind of index (e.g. "iin", "phone")."""

    def signer(self) -> Signer:
        """Return the operator's signer."""
