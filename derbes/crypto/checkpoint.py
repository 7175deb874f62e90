"""The head of the journal, signed: C2SP tlog-checkpoint in a C2SP signed note.

Three lines (origin, size, root in base64), an empty line, one line of signature. The key is known by its
verifier key, the `vkey`: name, key id, public key. Exactly one signature is ours to write and to accept.
(https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note)
"""

import re
from hashlib import sha256
from typing import NamedTuple

from derbes.crypto import armour
from derbes.crypto import signer as signing
from derbes.crypto.signer import PUBLIC_KEY_SIZE, Signer
from derbes.crypto.tree import HASH_SIZE

_ED25519 = b"\x01"
_KEY_ID_SIZE = 4
_VKEY_PARTS = 3
_TEXT_LINES = 3
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class Unsigned(Exception):
    """The note is not what the trusted key signed: foreign, altered, or malformed."""


class Vkey(NamedTuple):
    """A verifier key: the name of the signer and their Ed25519 public key."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of the hash of name and key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public_key).digest()[:_KEY_ID_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{armour.encode(_ED25519 + self.public_key)}"


class Head(NamedTuple):
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes


def vkey(name: str, public_key: bytes) -> Vkey:
    """Return the verifier key; raise `ValueError` for a name or key that cannot be one."""
    if "+" in name or name.split() != [name]:
        raise ValueError("the name of a key has no spaces and no plus")
    if len(public_key) != PUBLIC_KEY_SIZE:
        raise ValueError("an Ed25519 public key has 32 bytes")
    return Vkey(name, public_key)


def parse_vkey(text: str) -> Vkey:
    """Return the verifier key that `text` is the one right form of, or raise `ValueError`."""
    parts = text.split("+", _VKEY_PARTS - 1)
    if len(parts) != _VKEY_PARTS:
        raise ValueError("a verifier key has three parts with a plus between")
    result = vkey(parts[0], armour.decode(parts[2])[1:])
    if str(result) != text:
        raise ValueError("the parts of the verifier key do not belong together")
    return result


def sign(head: Head, signer: Signer) -> str:
    """Return the signed note for `head`, under the name of its origin."""
    text = f"{head.origin}\n{head.size}\n{armour.encode(head.root)}\n"
    key = vkey(head.origin, signer.public_key)
    signature = armour.encode(key.key_id + signer.sign(text.encode()))
    return f"{text}\n— {key.name} {signature}\n"


def verify(note: str, key: Vkey) -> Head:
    """Return what the checkpoint says if `key` signed it for its own origin; else raise `Unsigned`."""
    head = parse(note)
    text, _, line = note.rpartition("\n\n")
    signed = _signature(line, key)
    if head.origin != key.name or not signing.verify(key.public_key, signed, f"{text}\n".encode()):
        raise Unsigned("the checkpoint is not signed by the trusted key")
    return head


def parse(note: str) -> Head:
    """Return what a checkpoint says, unchecked; raise `Unsigned` when it is malformed."""
    lines = note.rpartition("\n\n")[0].split("\n")
    if len(lines) != _TEXT_LINES or not lines[0]:
        raise Unsigned("no checkpoint: it has not three lines and a signature")
    try:
        root = armour.decode(lines[2])
    except ValueError:
        raise Unsigned("no checkpoint: its root is not base64") from None
    if not _SIZE.fullmatch(lines[1]):
        raise Unsigned("no checkpoint: its size is not a number")
    if len(root) != HASH_SIZE:
        raise Unsigned("no checkpoint: its root is not a hash")
    return Head(lines[0], int(lines[1]), root)


def _signature(line: str, key: Vkey) -> bytes:
    prefix = f"— {key.name} "
    if not line.startswith(prefix) or not line.endswith("\n"):
        raise Unsigned("the checkpoint names another signer")
    try:
        blob = armour.decode(line[len(prefix) : -1])
    except ValueError:
        raise Unsigned("the signature is not base64") from None
    if blob[:_KEY_ID_SIZE] != key.key_id:
        raise Unsigned("the checkpoint is signed by another key")
    return blob[_KEY_ID_SIZE:]
