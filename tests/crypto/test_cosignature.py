"""A witness's line: taken from the witness it names, over this checkpoint, at a time that there is; else refused."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from derbes.crypto import armour, checkpoint, cosignature
from derbes.crypto.checkpoint import Head, Unsigned
from derbes.crypto.cosignature import Witness
from tests.crypto.pen import Pen

PEN = Pen(bytes(range(32)))
WITNESS = Witness("witness.example.kz/one", PEN.public_key)
NOTE = checkpoint.sign(Head("derbes.example/journal", 5, bytes(32)), Pen(bytes(32)))
SECONDS = 1_795_417_200
LAST = 253_402_300_799  # 9999-12-31T23:59:59Z


def blob(seconds: int = SECONDS, pen: Pen = PEN, witness: Witness = WITNESS, note: str = NOTE) -> bytes:
    signature = pen.sign(cosignature.message(note, seconds))
    return witness.key_id + seconds.to_bytes(8, "big") + signature


def line(data: bytes, name: str = WITNESS.name) -> str:
    return f"— {name} {armour.encode(data)}\n"


@pytest.mark.parametrize("seconds", [1, SECONDS, LAST])
def test_a_line_of_the_witness_tells_when_it_signed(seconds: int) -> None:
    at = cosignature.verify(line(blob(seconds)), NOTE, WITNESS)
    assert (at.timestamp(), at.tzinfo) == (seconds, UTC)
    assert cosignature.verify(line(blob(seconds))[:-1], NOTE, WITNESS) == at


def test_the_last_second_is_the_last_that_there_is() -> None:
    told = cosignature.verify(line(blob(LAST)), NOTE, WITNESS)
    assert told == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_what_is_signed_is_the_time_and_the_text_without_its_signature() -> None:
    head, _, _ = NOTE.partition("\n\n")
    assert cosignature.message(NOTE, 7) == f"cosignature/v1\ntime 7\n{head}\n".encode()


OTHER = NOTE.replace("\n5\n", "\n6\n")
REFUSED = {
    "a time that is none": line(blob(0)),
    "a time after all times": line(blob(LAST + 1)),
    "another key": line(blob(pen=Pen(bytes(32)))),
    "another key's number": line(blob(witness=Witness("witness.example.kz/two", PEN.public_key))),
    "another checkpoint": line(blob(note=OTHER)),
    "another name": line(blob(), name="witness.example.kz/two"),
    "no name": f"{armour.encode(blob())}\n",
    "no signature": line(blob()[:12]),
    "a signature too short": line(blob()[:-1]),
    "a signature too long": line(blob() + b"\x00"),
    "no base64": line(blob()).replace("=", "!"),
    "nothing": "",
    "the name alone": f"— {WITNESS.name} \n",
}


@pytest.mark.parametrize("shown", REFUSED.values(), ids=REFUSED)
def test_any_other_line_is_refused(shown: str) -> None:
    with pytest.raises(Unsigned):
        cosignature.verify(shown, NOTE, WITNESS)


def test_a_witness_key_says_name_number_and_key() -> None:
    read = cosignature.parse_witness(str(WITNESS))
    assert read == WITNESS
    assert read.key_id == sha256(b"witness.example.kz/one\n\x04" + PEN.public_key).digest()[:4]
    key = armour.encode(b"\x04" + PEN.public_key)
    assert str(read) == f"{WITNESS.name}+{WITNESS.key_id.hex()}+{key}"


@pytest.mark.parametrize(
    "wrong",
    [
        str(Witness("", PEN.public_key)),
        str(Witness("two words", PEN.public_key)),
        str(Witness("ends with a line\n", PEN.public_key)),
        str(Witness("short", PEN.public_key[:-1])),
        str(Witness("long", PEN.public_key + b"\x00")),
        str(WITNESS).replace("witness", "Witness"),
        "one+two",
    ],
)
def test_no_other_witness_key_is_understood(wrong: str) -> None:
    with pytest.raises(ValueError, match="verifier key"):
        cosignature.parse_witness(wrong)
