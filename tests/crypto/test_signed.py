"""Notes, documents and leaves: what is signed verifies, and nothing that was changed does."""

import hashlib
import hmac
import json
from base64 import b64encode

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from derbes.crypto import armour, canonical, checkpoint, leaf, signed
from derbes.crypto.checkpoint import Head, Unsigned, Vkey
from tests.crypto.pen import Pen

ORIGIN = "derbes.example/journal"
SIGNER = Pen(bytes(range(32)))
KEY = checkpoint.vkey(ORIGIN, SIGNER.public_key)
HEAD = Head(ORIGIN, 12345, bytes(range(32)))
NOTE = checkpoint.sign(HEAD, SIGNER)


def test_a_known_verifier_key_is_understood():
    # the example key of the signed-note specification of Go's sumdb/note
    known = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    parsed = checkpoint.parse_vkey(known)
    assert (parsed.name, parsed.key_id.hex(), str(parsed)) == ("PeterNeumann", "c74f20a3", known)


def test_a_checkpoint_has_the_form_of_c2sp():
    first, second, third, blank, signature, end = NOTE.split("\n")
    assert (first, second, third) == (ORIGIN, "12345", b64encode(bytes(range(32))).decode())
    assert (blank, end) == ("", "")
    assert signature.startswith(f"— {ORIGIN} ")
    assert checkpoint.verify(NOTE, KEY) == HEAD


def test_every_changed_byte_of_a_checkpoint_is_refused():
    whole = NOTE.encode()
    for at in range(len(whole)):
        for flip in (1, 2, 32, 128):
            changed = bytearray(whole)
            changed[at] ^= flip
            with pytest.raises(Unsigned):
                checkpoint.verify(changed.decode("utf-8", "surrogateescape"), KEY)


def test_a_checkpoint_of_another_key_or_origin_is_refused():
    other = Pen(bytes(32))
    with pytest.raises(Unsigned):
        checkpoint.verify(checkpoint.sign(HEAD, other), KEY)
    foreign = checkpoint.sign(HEAD._replace(origin="other.example/journal"), SIGNER)
    with pytest.raises(Unsigned):
        checkpoint.verify(foreign, KEY)


@given(st.text(max_size=200))
def test_any_text_is_a_checkpoint_or_refused(text):
    with pytest.raises(Unsigned):
        checkpoint.verify(text, KEY)


@pytest.mark.parametrize(
    "text", ["", "a+b", "a b+00000000+AAAA", str(KEY)[:-1], str(KEY).replace("derbes", "Derbes"), f" {KEY}"]
)
def test_a_verifier_key_that_does_not_hold_together_is_refused(text):
    with pytest.raises(ValueError):
        checkpoint.parse_vkey(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", " before", "after\n", "no\u2003gap"])
def test_a_key_has_a_name_of_one_word_without_a_plus(name):
    with pytest.raises(ValueError, match="the name of a key"):
        checkpoint.vkey(name, SIGNER.public_key)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_has_thirty_two_bytes(size):
    with pytest.raises(ValueError, match="32 bytes"):
        checkpoint.vkey(ORIGIN, bytes(size))


@pytest.mark.parametrize(
    "wrong",
    [
        NOTE.removeprefix(ORIGIN),
        NOTE.replace("\n\n", "\nmore\n\n"),
        NOTE.replace("\n\n", "\n"),
        checkpoint.sign(HEAD._replace(root=bytes(31)), SIGNER),
        checkpoint.sign(HEAD._replace(root=bytes(33)), SIGNER),
        checkpoint.sign(HEAD._replace(size=-1), SIGNER),
        NOTE.replace("12345", "012345"),
        NOTE.replace("12345", "1" * 20),
    ],
)
def test_a_checkpoint_says_one_origin_one_size_and_one_hash(wrong):
    with pytest.raises(Unsigned, match="no checkpoint"):
        checkpoint.parse(wrong)


@pytest.mark.parametrize("more", [b"", b"\x00"])
def test_a_signature_of_another_length_is_none(more):
    text, _, line = NOTE.rpartition(" ")
    blob = armour.decode(line.strip())
    with pytest.raises(Unsigned):
        checkpoint.verify(f"{text} {armour.encode(blob + more if more else blob[:-1])}\n", KEY)


RECEIPT = {
    "type": "receipt",
    "v": 1,
    "text": "Келісемін",
    "consents": [{"purpose": "verification", "given": True}],
}


def test_a_document_verifies_with_the_key_that_signed_it():
    file = json.loads(canonical.dumps(signed.sign(RECEIPT, SIGNER, name=ORIGIN)))
    assert signed.verify(file, KEY) == RECEIPT
    with pytest.raises(signed.Forged):
        signed.verify(file, checkpoint.vkey(ORIGIN, Pen(bytes(32)).public_key))
    with pytest.raises(signed.Forged):
        signed.verify(file, checkpoint.vkey("other.example/journal", SIGNER.public_key))


def test_the_signature_is_over_the_label_and_the_canonical_document():
    file = signed.sign(RECEIPT, SIGNER, name=ORIGIN)
    assert armour.decode(file["signature"]["sig"]) == SIGNER.sign(
        b"derbes/receipt/v1\n" + canonical.dumps(RECEIPT)
    )
    assert file["signature"]["key"] == str(KEY)


def test_every_changed_byte_of_a_signed_document_is_refused():
    whole = canonical.dumps(signed.sign(RECEIPT, SIGNER, name=ORIGIN))
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1
        with pytest.raises((signed.Forged, canonical.NotCanonical)):
            signed.verify(canonical.loads(bytes(changed)), KEY)


@pytest.mark.parametrize("member", ["document", "signature"])
def test_a_document_without_its_parts_is_refused(member):
    file = signed.sign(RECEIPT, SIGNER, name=ORIGIN)
    del file[member]
    with pytest.raises(signed.Forged):
        signed.verify(file, KEY)


@pytest.mark.parametrize("document", [{"type": "other"}, {}, {"type": "receipt", "share": 0.5}])
def test_what_is_not_ours_to_sign_is_not_signed(document):
    with pytest.raises(ValueError):
        signed.sign(document, SIGNER, name=ORIGIN)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}\n",
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b"[1.0]",
        b"NaN",
        b'"\xff"',
        b'"\\ud800"',
    ],
)
def test_json_in_any_other_form_is_refused(data):
    with pytest.raises(canonical.NotCanonical):
        canonical.loads(data)


names = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@given(documents)
def test_the_canonical_form_gives_back_the_document(document):
    assert canonical.loads(canonical.dumps(document)) == document


@given(documents)
def test_the_canonical_form_is_that_of_rfc_8785(document):
    assert canonical.dumps(document) == rfc8785.dumps(document)


@pytest.mark.parametrize(
    "document",
    [1.0, float("nan"), 2**53, b"", {1: 2}, {"\U0001f600": 1}, [{"a": [0.5]}], "\ud800", {"\ud800": 1}],
)
def test_what_has_no_canonical_form_is_refused(document):
    with pytest.raises(canonical.NotCanonical):
        canonical.dumps(document)


@pytest.mark.parametrize("text", ["A", "AA", "AAA", "AB==", "AAB=", " AA==", "AA==\n", "A-_A", "ÄA=="])
def test_base64_in_any_other_form_is_refused(text):
    with pytest.raises(ValueError):
        armour.decode(text)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16), st.binary(max_size=99))
def test_a_leaf_is_canonical_and_opens_with_its_salt(tag, salt, body):
    commitment = hmac.new(salt, body, hashlib.sha256).digest()
    assert leaf.commitment(salt, body) == commitment
    expected = {"v": 1, "tag": b64encode(tag).decode(), "commitment": b64encode(commitment).decode()}
    assert leaf.of_person(tag, commitment) == canonical.dumps(expected)
    del expected["tag"]
    assert leaf.of_operator(commitment) == canonical.dumps(expected)
    assert leaf.of_operator(commitment, edition="2026-11-22") == canonical.dumps(expected)
    assert leaf.of_operator(commitment, sha256="00" * 32) == canonical.dumps(expected)
    expected |= {"edition": "2026-11-22", "sha256": "00" * 32}
    assert leaf.of_operator(commitment, edition="2026-11-22", sha256="00" * 32) == canonical.dumps(expected)


def test_a_tag_is_the_keyed_hash_of_its_number():
    secret = leaf.secret_of(bytes(32))
    made = hmac.new(secret, b"derbes/tag/v1" + (3).to_bytes(8, "big"), hashlib.sha256).digest()[:16]
    assert leaf.tag(secret, 3) == made
    assert len({leaf.tag(secret, n) for n in range(1, 1000)}) == 999


def test_a_verifier_key_is_a_value():
    assert checkpoint.parse_vkey(str(KEY)) == KEY == Vkey(ORIGIN, SIGNER.public_key)
