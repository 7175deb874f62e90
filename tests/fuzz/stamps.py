"""What others sign: a witness's line under a checkpoint, an authority's time-stamp. Neither is ours to trust."""

from __future__ import annotations

import contextlib
import hashlib
from functools import cache

from derbes.crypto import armour, cosignature, der, timestamp
from derbes.crypto.checkpoint import Unsigned
from tests.crypto.pen import Pen
from tests.fuzz.papers import both, published
from tests.fuzz.target import Target, must, patched

PEN = Pen(bytes(range(1, 33)))
WITNESS = cosignature.Witness("witness.example/one", PEN.public_key)
_SECONDS = 1_795_417_200


@cache
def line() -> bytes:
    """What the witness says of the checkpoint."""
    note = published()["checkpoint"].decode()
    signature = PEN.sign(cosignature.message(note, _SECONDS))
    blob = WITNESS.key_id + _SECONDS.to_bytes(8, "big") + signature
    return f"— {WITNESS.name} {armour.encode(blob)}\n".encode()


def _cosigned(data: bytes) -> None:
    shown = data[1:] if data[:1] == b"\x01" else patched(line(), data[1:])
    with contextlib.suppress(Unsigned):
        at = cosignature.verify(shown.decode(errors="replace"), published()["checkpoint"].decode(), WITNESS)
        must(shown.rstrip(b"\n") == line().rstrip(b"\n"), "nothing that was changed is accepted")
        must(at.timestamp() == _SECONDS, "the time is the one that was signed")
    key = patched(str(WITNESS).encode(), data[1:]).decode("latin-1")
    with contextlib.suppress(ValueError):
        must(str(cosignature.parse_witness(key)) == key, "a key has one form")


def _element(data: bytes) -> None:
    """DER: each element has one form, and holds what it says it holds."""
    with contextlib.suppress(der.Malformed):
        node = der.read(data)
        must(der.write(node.tag, node.content) == data == node.whole, "an element has one form")
        todo = [node]
        while todo:
            node = todo.pop()
            with contextlib.suppress(der.Malformed):
                node.integer()
            with contextlib.suppress(ValueError):  # also of an identifier too long to be written in digits
                node.oid()
            with contextlib.suppress(der.Malformed):
                todo += node.children()


def _token(data: bytes) -> None:
    digest = hashlib.sha256(b"checkpoint").digest()
    with contextlib.suppress(timestamp.Untimely):
        timestamp.token_in(data)
    try:
        timestamp.verify(data, digest, [])
    except timestamp.Untimely:
        return
    must(holds=False, promise="without a root nothing is trusted")


def _elements() -> list[bytes]:
    question = timestamp.request(bytes(32), 7)
    signed = der.write(
        der.SEQUENCE,
        bytes.fromhex("06092a864886f70d010702"),
        der.write(0xA0, der.write(der.SEQUENCE, question)),
    )
    return [
        question,
        signed,
        der.write(der.SEQUENCE, der.write(der.SEQUENCE, der.integer(0)), signed),
        b"\x30\x80\x00\x00",
    ]


TARGETS = (
    Target("cosignatures", _cosigned, both(line)),
    Target("elements", _element, _elements),
    Target("time_stamps", _token, _elements),
)
