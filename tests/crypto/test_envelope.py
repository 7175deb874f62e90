"""Sealed bytes open with their key in their place, and in no other way."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from derbes.crypto import envelope, index, stream
from derbes.crypto.envelope import Unopenable
from derbes.crypto.ids import uuid7

KEY = bytes(range(32))


@given(st.binary(max_size=500), st.binary(max_size=60))
def test_what_is_sealed_opens_in_its_place(plain, context):
    sealed = envelope.seal(KEY, plain, context=context)
    assert envelope.open(KEY, sealed, context=context) == plain
    assert len(sealed) == len(plain) + envelope.NONCE_SIZE + envelope.TAG_SIZE


@given(st.binary(max_size=60), st.data())
def test_one_changed_byte_makes_it_unopenable(plain, data):
    sealed = bytearray(envelope.seal(KEY, plain, context=b"aliya/iin"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unopenable) as refusal:
        envelope.open(KEY, bytes(sealed), context=b"aliya/iin")
    assert not refusal.value.args, "why is not told"


@pytest.mark.parametrize("length", [0, 5, 12, 27])
def test_what_is_too_short_is_unopenable(length):
    with pytest.raises(Unopenable):
        envelope.open(KEY, bytes(length), context=b"")


def test_another_key_or_another_place_does_not_open():
    sealed = envelope.seal(KEY, b"900101300007", context=b"aliya/iin")
    for key, context in ((envelope.new_key(), b"aliya/iin"), (KEY, b"bauyrzhan/iin")):
        with pytest.raises(Unopenable):
            envelope.open(key, sealed, context=context)


def test_sealing_the_same_twice_looks_different():
    assert len({envelope.seal(KEY, b"same", context=b"") for _ in range(100)}) == 100


def test_a_derived_key_is_that_of_rfc_5869():
    # RFC 5869 A.3: no salt, no info, 22 bytes of 0x0b; the first 32 bytes of the output
    assert envelope.derive(bytes([0x0B] * 22), b"").hex() == (
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    )
    assert envelope.derive(KEY, b"one") != envelope.derive(KEY, b"two")


def test_a_digest_is_that_of_rfc_4231_cut_to_sixteen_bytes():
    assert index.digest(b"Jefe", "what do ya want for nothing?").hex() == "5bdcc146bf60754e6a042426089575c7"
    assert index.digest(KEY, "900101300007") != index.digest(envelope.new_key(), "900101300007")
    many = ["900101300007", "Әлия", ""]
    assert index.digests(KEY, many) == [index.digest(KEY, value) for value in many]


def test_new_keys_are_as_long_as_one_and_all_different():
    made = envelope.new_keys(50)
    assert [len(key) for key in made] == [envelope.KEY_SIZE] * 50
    assert len(set(made)) == 50


CHUNK = stream.CHUNK_SIZE


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[i : i + size] for i in range(0, len(data), size)]


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
@pytest.mark.parametrize("cut", [1000, CHUNK, CHUNK + 16, 10 * CHUNK])
def test_a_stream_opens_to_what_was_sealed_however_it_is_cut(length, cut):
    plain = bytes(i * 31 % 251 for i in range(length))
    sealed = b"".join(stream.seal(KEY, pieces(plain, 777), context=b"scan"))
    assert b"".join(stream.open(KEY, pieces(sealed, cut), context=b"scan")) == plain


def opened(sealed: bytes, key: bytes = KEY, context: bytes = b"scan") -> bytes:
    return b"".join(stream.open(key, [sealed], context=context))


SEALED = b"".join(stream.seal(KEY, [bytes(3 * CHUNK)], context=b"scan"))
SIZE = CHUNK + 16
PREFIX, FIRST, SECOND, THIRD = (
    SEALED[:16], SEALED[16 : 16 + SIZE], SEALED[16 + SIZE : 16 + 2 * SIZE], SEALED[16 + 2 * SIZE :],
)  # fmt: skip
OTHER = b"".join(stream.seal(KEY, [bytes(3 * CHUNK)], context=b"scan"))


@pytest.mark.parametrize(
    "sealed",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(PREFIX, id="no chunk"),
        pytest.param(PREFIX + FIRST + SECOND, id="cut at a chunk"),
        pytest.param(SEALED[:-1], id="cut within a chunk"),
        pytest.param(PREFIX + SECOND + FIRST + THIRD, id="reordered"),
        pytest.param(PREFIX + FIRST + FIRST + THIRD, id="repeated"),
        pytest.param(PREFIX + FIRST + THIRD, id="dropped"),
        pytest.param(SEALED + b"x", id="longer"),
        pytest.param(SEALED + THIRD, id="a second end"),
        pytest.param(PREFIX + OTHER[16 : 16 + SIZE] + SECOND + THIRD, id="a chunk of another stream"),
    ],
)
def test_a_stream_that_is_not_as_sealed_is_unopenable(sealed):
    with pytest.raises(Unopenable):
        opened(sealed)


@given(st.integers(0, 79), st.integers(1, 255))
def test_one_changed_byte_makes_a_stream_unopenable(at, flip):
    sealed = bytearray(b"".join(stream.seal(KEY, [bytes(48)], context=b"scan")))
    assert len(sealed) == 80
    sealed[at] ^= flip
    with pytest.raises(Unopenable):
        opened(bytes(sealed))


def test_a_stream_opens_only_with_its_key_in_its_place():
    with pytest.raises(Unopenable):
        opened(SEALED, context=b"another scan")
    with pytest.raises(Unopenable):
        opened(SEALED, key=envelope.new_key())


def test_a_stream_is_sealed_in_flat_memory():
    sealed = stream.seal(KEY, (bytes(1000) for _ in range(10_000)), context=b"")
    assert max(len(chunk) for chunk in sealed) == CHUNK + 16


AT = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_identifier_is_a_uuid_of_version_7_that_tells_its_millisecond(at):
    made = uuid7(at)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def test_identifiers_follow_time_to_the_microsecond_and_never_repeat():
    made = [uuid7(AT + timedelta(microseconds=i)) for i in range(2000)]
    assert made == sorted(made)
    assert len({uuid7(AT) for _ in range(2000)}) == 2000


@pytest.mark.parametrize("at", [datetime(2026, 1, 1), datetime(1969, 1, 1, tzinfo=UTC)])  # noqa: DTZ001
def test_a_time_without_zone_or_before_1970_makes_no_identifier(at):
    with pytest.raises(ValueError, match="time"):
        uuid7(at)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_a_key_for_one_use_is_what_hkdf_gives(key, label):
    theirs = HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(key)
    assert envelope.derive(key, label) == theirs


def test_many_are_opened_together_or_none():
    pairs = [(envelope.seal(KEY, bytes([n]), context=b"c%d" % n), b"c%d" % n) for n in range(4)]
    assert envelope.open_all(KEY, pairs) == [bytes([n]) for n in range(4)]
    with pytest.raises(Unopenable):
        envelope.open_all(KEY, [*pairs[:3], (pairs[3][0], b"c0")])
    with pytest.raises(Unopenable):
        envelope.open_all(KEY, [(b"short", b"")])
