"""Who signs: Ed25519 (RFC 8032), by a key that may lie in this process or in a device."""

from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PUBLIC_KEY_SIZE = 32


class Signer(Protocol):
    """What signing needs; a hardware module satisfies it as well as a file."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the public key."""

    def sign(self, message: bytes, /) -> bytes:
        """Return the 64 bytes of the signature over `message`."""


def verify(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether `signature` over `message` is that of `public_key`."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
