"""Time-stamps: what openssl made is taken; a changed byte, another hash, another root, another time are not."""

import hashlib
from datetime import UTC, datetime, timedelta

import derbes_time
import pytest
from cryptography import x509
from derbes_verify import Refused
from hypothesis import given
from hypothesis import strategies as st

from derbes.crypto import der, timestamp
from derbes.crypto.timestamp import Untimely
from tests.verify.house import Authority

DIGEST = hashlib.sha256(b"checkpoint").digest()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def roots(authority):
    return x509.load_pem_x509_certificates(authority.root.read_bytes())


@pytest.fixture(scope="module")
def token(authority):
    return timestamp.token_in(authority.answer(timestamp.request(DIGEST, 2**63 - 1)))


def test_a_token_gives_its_time_to_both_checkers(token, roots):
    at = timestamp.verify(token, DIGEST, roots, nonce=2**63 - 1)
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=5)
    assert derbes_time.check_token(token, DIGEST, roots) == at


def test_another_hash_nonce_or_root_is_refused(token, roots, tmp_path):
    stranger = x509.load_pem_x509_certificates(Authority(tmp_path / "two").root.read_bytes())
    other = hashlib.sha256(b"else").digest()
    for digest, nonce, trusted in (
        (other, None, roots),
        (DIGEST, 7, roots),
        (DIGEST, None, stranger),
        (DIGEST, None, []),
    ):
        with pytest.raises(Untimely):
            timestamp.verify(token, digest, trusted, nonce=nonce)
        if nonce is None:
            with pytest.raises(Refused):
                derbes_time.check_token(token, digest, trusted)


def test_no_changed_byte_gives_another_time(token, roots):
    """Some bytes are neither signed nor read (the kinds of versions); none of them changes what is said."""
    at = timestamp.verify(token, DIGEST, roots)
    for place in range(len(token)):
        changed = token[:place] + bytes([token[place] ^ 1 << place % 8]) + token[place + 1 :]
        for check, no in ((timestamp.verify, Untimely), (derbes_time.check_token, Refused)):
            try:
                assert check(changed, DIGEST, roots) == at, place
            except no:
                continue


def test_a_refusal_is_no_token():
    refused = der.write(der.SEQUENCE, der.write(der.SEQUENCE, der.integer(2)))
    for answer in (refused, b"", b"<html>", der.write(der.SEQUENCE)):
        with pytest.raises(Untimely):
            timestamp.token_in(answer)


@given(st.binary(max_size=40))
def test_any_bytes_are_refused_as_a_token(data):
    with pytest.raises(Untimely):
        timestamp.verify(data, DIGEST, [])
    with pytest.raises(Refused):
        derbes_time.check_token(data, DIGEST, [])


@given(st.integers(0, 2**70), st.binary(max_size=300))
def test_what_is_written_is_read(number, data):
    node = der.read(der.write(der.SEQUENCE, der.integer(number), der.write(der.OCTETS, data)))
    assert node.child(0, der.INTEGER).integer() == number
    assert node.child(1, der.OCTETS).content == data


@pytest.mark.parametrize(
    "wrong", [b"0\x80\x00\x00", b"0\x81\x05hello", b"0\x05hell", b"0\x00x", b"\x1f\x01\x00", b"0"]
)
def test_other_forms_than_the_one_right_one_are_refused(wrong):
    with pytest.raises(der.Malformed):
        der.read(wrong)
