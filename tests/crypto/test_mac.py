"""The HMAC written out is that of the standard library, and of RFC 4231."""

import hmac

from hypothesis import given
from hypothesis import strategies as st

from derbes.crypto import mac


@given(st.binary(max_size=150), st.lists(st.binary(max_size=200), max_size=3))
def test_it_is_the_hmac_of_the_library_for_every_key_and_message(key, messages):
    honest = [hmac.digest(key, message, "sha256") for message in messages]
    assert [mac.digest(key, message) for message in messages] == honest
    assert mac.digests(key, messages) == honest


def test_the_second_case_of_rfc_4231():
    assert mac.digest(b"Jefe", b"what do ya want for nothing?").hex() == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


def test_a_key_as_long_as_a_block_is_taken_as_it_is_and_a_longer_one_by_its_hash():
    for length in (63, 64, 65):
        key = bytes(range(length))
        assert mac.digest(key, b"m") == hmac.digest(key, b"m", "sha256")
