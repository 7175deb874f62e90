"""A signing key in memory, for tests."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class Pen:
    """Signs with the key that grows from `seed`; the same seed, the same key."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> bytes:
        return self._private.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        return self._private.sign(data)
