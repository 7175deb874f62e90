"""What an independent witness says of a checkpoint: C2SP tlog-cosignature, the form cosignature/v1 (Ed25519).

A witness signs only a tree that goes on from the last one that it signed, and says when. What always holds: a line
is taken only from the key that the operator was given beforehand, over exactly the text of the checkpoint.
(https://c2sp.org/tlog-cosignature)
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from derbes.crypto import armour
from derbes.crypto import signer as signing
from derbes.crypto.checkpoint import Unsigned
from derbes.crypto.signer import PUBLIC_KEY_SIZE

_KIND = b"\x04"
_KEY_ID_SIZE = 4
_TIME_SIZE = 8
_LATEST = 253402300799  # the last second that a datetime can say
_PARTS = 3


class Witness(NamedTuple):
    """The verifier key of a witness: its name and Ed25519 public key."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which its lines are known."""
        return sha256(self.name.encode() + b"\n" + _KIND + self.public_key).digest()[:_KEY_ID_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{armour.encode(_KIND + self.public_key)}"


def parse_witness(text: str) -> Witness:
    """Return the witness that a verifier key (signed-note, type 4) names; raise `ValueError` for any other text."""
    parts = text.split("+", _PARTS - 1)
    if len(parts) != _PARTS or parts[0].split() != [parts[0]]:
        raise ValueError("a verifier key has three parts with a plus between")
    found = Witness(parts[0], armour.decode(parts[2])[1:])
    if len(found.public_key) != PUBLIC_KEY_SIZE or str(found) != text:
        raise ValueError("the parts of the witness's verifier key do not belong together")
    return found


def message(note: str, seconds: int) -> bytes:
    """Return what a witness signs: its time, and the text of the checkpoint without any signature."""
    text = note.rpartition("\n\n")[0]
    return f"cosignature/v1\ntime {seconds}\n{text}\n".encode()


def verify(line: str, note: str, witness: Witness) -> datetime:
    """Return when `witness` signed the checkpoint `note` by `line`; raise `Unsigned` when it did not."""
    prefix = f"— {witness.name} "
    try:
        blob = armour.decode(line.removeprefix(prefix).removesuffix("\n"))
    except ValueError:
        raise Unsigned("no cosignature of this witness") from None
    named = line.startswith(prefix) and blob[:_KEY_ID_SIZE] == witness.key_id
    seconds = int.from_bytes(blob[_KEY_ID_SIZE:][:_TIME_SIZE], "big")
    signed, signature = message(note, seconds), blob[_KEY_ID_SIZE + _TIME_SIZE :]
    good = named and 0 < seconds <= _LATEST
    if not good or not signing.verify(witness.public_key, signature, signed):
        raise Unsigned("the cosignature is not that of this witness")
    return datetime.fromtimestamp(seconds, UTC)
