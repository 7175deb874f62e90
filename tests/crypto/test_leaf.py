"""What is public of an entry, against its definitions: HMAC of RFC 2104, canonical JSON."""

import hashlib
import hmac
from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st

from derbes.crypto import canonical, leaf

SALTS = st.binary(min_size=leaf.SALT_SIZE, max_size=leaf.SALT_SIZE)


@given(SALTS, st.binary(max_size=300))
def test_a_commitment_is_the_hmac_of_the_body_under_the_salt(salt, body):
    assert leaf.commitment(salt, body) == hmac.new(salt, body, hashlib.sha256).digest()


@given(SALTS, st.binary(min_size=32, max_size=32))
def test_a_persons_leaf_is_canonical_json_of_tag_and_commitment(tag, commitment):
    said = {"v": 1, "tag": b64encode(tag).decode(), "commitment": b64encode(commitment).decode()}
    assert leaf.of_person(tag, commitment) == canonical.dumps(said)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 5))
def test_the_first_tags_of_a_person_are_each_the_tag_of_its_number(secret, count):
    honest = [
        hmac.digest(secret, b"derbes/tag/v1" + bytes(7) + bytes([n]), "sha256")[:16]
        for n in range(1, count + 1)
    ]
    assert leaf.tags(secret, count) == honest == [leaf.tag(secret, n) for n in range(1, count + 1)]
