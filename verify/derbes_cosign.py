"""What the witness and the audit share: cosignatures (C2SP tlog-cosignature, v1) and proofs of consistency.

Stands beside derbes_verify.py and needs nothing else. What always holds: a witness's line counts only for exactly
the text of the checkpoint that it stands under, and only from a key that was given beforehand.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import NamedTuple

from derbes_verify import HASH, Head, Key, Refused, check_note, node_hash, unbase64

COSIGNATURE = b"\x04"
EMPTY = sha256(b"").digest()
_LATEST = 253402300799


class Witness(NamedTuple):
    """A witness's name, its public key with which lines are checked, and both as a verifier key."""

    key: Key

    @property
    def name(self) -> str:
        """The name under which it signs."""
        return self.key.name


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes by which a witness's lines are known."""
    return sha256(name.encode() + b"\n" + COSIGNATURE + public).digest()[:4]


def vkey_of(name: str, public: bytes) -> str:
    """Return the verifier key of a witness."""
    return f"{name}+{key_id(name, public).hex()}+{b64encode(COSIGNATURE + public).decode()}"


def parse_witness(vkey: str) -> Witness:
    """Return the witness that a verifier key names."""
    name, _, rest = vkey.partition("+")
    blob = unbase64(rest.partition("+")[2], HASH + 1, "The witness's key")
    if not name or name.split() != [name] or vkey != vkey_of(name, blob[1:]):
        raise Refused("The parts of the witness's key do not belong together.")
    return Witness(Key(name, blob[1:], vkey))


def message(text: str, seconds: int) -> bytes:
    """Return what a witness signs: its time, and the text of a checkpoint without signatures."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def parted(note: str) -> tuple[str, list[str]]:
    """Return the text of a signed note and its signature lines."""
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise Refused("This is not a signed checkpoint.")
    return f"{text}\n", [f"{line}\n" for line in lines[:-1].split("\n")]


def check_cosigned(note: str, key: Key) -> Head:
    """Return what a checkpoint says if the operator's `key` signed it, whoever else did too."""
    text, lines = parted(note)
    own = [line for line in lines if line.startswith(f"— {key.name} ")]
    for line in own:
        try:
            return check_note(f"{text}\n{line}", key)
        except Refused:
            if line == own[-1]:
                raise
    raise Refused("The checkpoint names another journal or another key.")


def cosigned_at(line: str, text: str, witness: Witness) -> int | None:
    """Return when the witness signed `text` by this line, in seconds since 1970; None when it did not."""
    match = re.fullmatch(r"— ([^\n ]+) ([^\n ]+)\n", line)
    if match is None or match[1] != witness.name:
        return None
    try:
        blob = unbase64(match[2], 76, "The line")
    except Refused:
        return None
    seconds = int.from_bytes(blob[4:12], "big")
    known = blob[:4] == key_id(witness.name, witness.key.public) and 0 < seconds <= _LATEST
    return seconds if known and witness.key.signed(blob[12:], message(text, seconds)) else None


def consistent(old: Head, new: Head, proof: list[bytes]) -> bool:
    """Say whether the proof shows the tree of `old` to be the beginning of that of `new` (RFC 9162 §2.1.4.2)."""
    if old.size in {0, new.size}:
        return not proof and old.root == (EMPTY if old.size == 0 else new.root)
    if not 0 < old.size < new.size:
        return False
    nodes = [old.root, *proof] if old.size & (old.size - 1) == 0 else list(proof)
    at, last = old.size - 1, new.size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not nodes:
        return False
    older = newer = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            older, newer = node_hash(node, older), node_hash(node, newer)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, node)
        at, last = at >> 1, last >> 1
    return last == 0 and (older, newer) == (old.root, new.root)
