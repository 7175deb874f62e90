"""A time-stamp bent in one place: each that the standard allows is taken, each that it does not is refused.

Both checkers are asked: that of the system, and that which an auditor runs alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import derbes_time
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from derbes_verify import Refused

from derbes.crypto import der, timestamp
from derbes.crypto.timestamp import Untimely
from tests.crypto import stamping
from tests.crypto.stamping import AT, DIGEST, ECDSA, ED25519, HASHES, ROOT, RSA, RSA_WITH, SIGNER, Stamp, key

GOOD = Stamp()
TICK = timedelta(seconds=1)


def by(kind: str, **changes: object) -> Stamp:
    """A stamp of a signer with another kind of key."""
    signer = replace(SIGNER, kind=kind)
    return GOOD.bent(signer=signer, known=(signer,), **changes)


def of(*above: stamping.Paper, **changes: object) -> Stamp:
    """A stamp of a signer with another certificate, and those over it."""
    signer = replace(SIGNER, **changes)
    return GOOD.bent(signer=signer, known=(signer, *above))


MIDDLE = replace(ROOT, name="middle", kind="ec-middle", issuer=ROOT)
LOWER = replace(ROOT, name="lower", kind="ec-lower", issuer=MIDDLE)
HELD = replace(ROOT, name="held", kind="ec-held", reach=0, issuer=ROOT)
FAR = replace(ROOT, name="far", kind="ec-far", reach=1, issuer=ROOT)
KEY_ID = x509.SubjectKeyIdentifier.from_public_key(key(SIGNER.kind).public_key())
KEYED = replace(SIGNER, more=((KEY_ID, False),))

TAKEN = {
    "as it is": GOOD,
    "a fraction of a second": GOOD.bent(time="20261122093000.25Z"),
    "another's certificate beside it": GOOD.bent(known=(replace(SIGNER, name="else", kind="ec-else"), SIGNER)),
    "a number that was asked": GOOD.bent(nonce=7),
    "an accuracy and an order": GOOD.bent(extra=der.write(der.SEQUENCE, der.integer(1)) + b"\x01\x01\xff"),
    "signed over sha384": GOOD.bent(method=ECDSA["sha384"], signed_with="sha384"),
    "signed over sha512": GOOD.bent(method=ECDSA["sha512"], signed_with="sha512"),
    "hashed by sha512": GOOD.bent(hashed="sha512"),
    "rsa": by("rsa", method=RSA),
    "rsa whose hash stands beside": by("rsa", method=RSA, hashed="sha384", signed_with="sha384"),
    "rsa whose hash is in its name": by("rsa", method=RSA_WITH["sha512"], signed_with="sha512"),
    "ed25519": by("ed25519", method=ED25519),
    "the certificate named by sha1 (RFC 3161)": GOOD.bent(naming="first"),
    "the certificate named by sha384": GOOD.bent(naming="second said"),
    "the signer named by its key": GOOD.bent(signer=KEYED, known=(KEYED,), by_key=True),
    "a certificate between": of(MIDDLE, issuer=MIDDLE),
    "two certificates between, in any order": of(MIDDLE, LOWER, issuer=LOWER),
    "a certificate between that may reach no further": of(HELD, issuer=HELD),
    "a certificate between that may reach one further": of(FAR, replace(LOWER, issuer=FAR), issuer=replace(LOWER, issuer=FAR)),
    "valid from this moment": of(since=AT),
    "valid to this moment": of(until=AT),
    "an extension that need not be understood": of(more=((x509.OCSPNoCheck(), False),)),
    "another use of its key": of(signs=False),
    "a signer that is certified as no authority": of(ca=False),
}  # fmt: skip


@pytest.fixture(scope="module")
def roots() -> list[x509.Certificate]:
    return [ROOT.made()]


@pytest.mark.parametrize("stamp", TAKEN.values(), ids=TAKEN)
def test_what_the_standard_allows_is_taken(stamp: Stamp, roots: list[x509.Certificate]) -> None:
    token = stamp.made()
    at = AT.replace(microsecond=250_000) if "." in stamp.time else AT
    found = timestamp.verify(token, DIGEST, roots, nonce=stamp.nonce)
    assert (found, found.tzinfo) == (at, UTC)
    assert derbes_time.check_token(token, DIGEST, roots) == at


def alone(*purposes: ObjectIdentifier, critical: bool = True) -> Stamp:
    return of(purposes=purposes or None, critical=critical)


CHAIN = [replace(ROOT, name=f"link {n}", kind=f"ec-{n}") for n in range(9)]
for _n in range(9):
    CHAIN[_n] = replace(CHAIN[_n], issuer=CHAIN[_n - 1] if _n else ROOT)
LAW = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
FALSE_LOWER = replace(LOWER, issuer=HELD)

REFUSED = {
    "another hash": GOOD.bent(digest=bytes(32)),
    "a hash of another kind": GOOD.bent(imprint=HASHES["sha384"]),
    "a hash that is not known": GOOD.bent(imprint=HASHES["sha1"]),
    "no signed data": GOOD.bent(outer=stamping.TST_INFO),
    "other content": GOOD.bent(holds=stamping.SIGNED_DATA),
    "signed as other content": GOOD.bent(says_it_holds=stamping.SIGNED_DATA),
    "no signer": GOOD.bent(signers=0),
    "two signers": GOOD.bent(signers=2),
    "no certificates": GOOD.bent(known=None),
    "none of its certificates": GOOD.bent(known=()),
    "a spoiled signature": GOOD.bent(spoiled=True),
    "a spoiled signature of rsa": by("rsa", method=RSA, spoiled=True),
    "a spoiled signature of ed25519": by("ed25519", method=ED25519, spoiled=True),
    "a key of a kind that is not known": by("ed448", method=ED25519),
    "signed over another hash than it says": GOOD.bent(method=ECDSA["sha384"]),
    "rsa over another hash than it says": by("rsa", method=RSA_WITH["sha256"], hashed="sha512", signed_with="sha512"),
    "a signature of an unknown method": GOOD.bent(method="1.2.3"),
    "what was signed is something else": GOOD.bent(content_digest=bytes(32)),
    "what was signed is nothing": GOOD.bent(content_digest=b"", algorithm=HASHES["sha1"]),
    "hashed by sha1": GOOD.bent(hashed="sha1"),
    "the certificate named weakly": GOOD.bent(naming="weakly"),
    "another certificate named by its hash": GOOD.bent(named=ROOT),
    "no purpose": alone(),
    "another purpose": alone(ExtendedKeyUsageOID.CODE_SIGNING),
    "a purpose more": alone(stamping.STAMPING, ExtendedKeyUsageOID.CODE_SIGNING),
    "a purpose that may be passed over": alone(stamping.STAMPING, critical=False),
    "not yet valid": of(since=AT + TICK),
    "no longer valid": of(until=AT - TICK),
    "an authority no longer valid": of(replace(MIDDLE, until=AT - TICK), issuer=replace(MIDDLE, until=AT - TICK)),
    "an extension that must be understood": of(more=((LAW, True),)),
    "a certificate between is missing": of(issuer=MIDDLE),
    "a certificate that says it is of the root": of(issuer=replace(ROOT, kind="ec-else")),
    "an authority that is none": of(replace(MIDDLE, ca=False), issuer=replace(MIDDLE, ca=False)),
    "an authority that does not say so": of(replace(MIDDLE, ca=None), issuer=replace(MIDDLE, ca=None)),
    "a key that may not sign certificates": of(replace(MIDDLE, signs=False), issuer=replace(MIDDLE, signs=False)),
    "a key that does not say what it may": of(replace(MIDDLE, signs=None), issuer=replace(MIDDLE, signs=None)),
    "further than an authority reaches": of(HELD, FALSE_LOWER, issuer=FALSE_LOWER),
    "nine certificates to the root": of(*CHAIN[:8], issuer=CHAIN[7]),
    "no time": GOOD.bent(time="soon"),
    "a time of other letters": GOOD.bent(time="２0261122093000Z"),
    "a time without its zone": GOOD.bent(time="20261122093000"),
}  # fmt: skip


@pytest.mark.parametrize("stamp", REFUSED.values(), ids=REFUSED)
def test_what_it_does_not_is_refused(stamp: Stamp, roots: list[x509.Certificate]) -> None:
    token = stamp.made()
    with pytest.raises(Untimely):
        timestamp.verify(token, DIGEST, roots)
    with pytest.raises(Refused):
        derbes_time.check_token(token, DIGEST, roots)


MISNAMED = {
    "another certificate named by its number": GOOD.bent(who=replace(SIGNER, until=AT + 2 * TICK)),
    "another issuer": GOOD.bent(who=replace(SIGNER, named_issuer="else")),
    "another key named": GOOD.bent(signer=KEYED, known=(KEYED,), by_key=True, who=ROOT),
    "a key named that the certificate does not": GOOD.bent(by_key=True),
}  # fmt: skip


@pytest.mark.parametrize("stamp", MISNAMED.values(), ids=MISNAMED)
def test_a_signer_is_who_the_stamp_names_without_signing_it_too(
    stamp: Stamp, roots: list[x509.Certificate]
) -> None:
    with pytest.raises(Untimely):
        timestamp.verify(stamp.made(), DIGEST, roots)
    with pytest.raises(Refused, match=r"another signer|malformed"):
        derbes_time.check_token(stamp.made(), DIGEST, roots)


def test_the_number_that_was_asked_is_answered(roots: list[x509.Certificate]) -> None:
    for stamp in (GOOD, GOOD.bent(nonce=8), GOOD.bent(extra=der.write(der.OCTETS, b"\x07"))):
        with pytest.raises(Untimely, match="another question"):
            timestamp.verify(stamp.made(), DIGEST, roots, nonce=7)
    assert timestamp.verify(GOOD.bent(nonce=8).made(), DIGEST, roots) == AT
    mixed = GOOD.bent(nonce=7, extra=der.write(der.OCTETS, b""))
    assert timestamp.verify(mixed.made(), DIGEST, roots, nonce=7) == AT
    with pytest.raises(Untimely):
        timestamp.verify(GOOD.made(), DIGEST, roots, nonce=77)  # the serial number is no answer


def test_as_many_certificates_as_are_allowed_lead_to_the_root(roots: list[x509.Certificate]) -> None:
    assert timestamp.verify(of(*CHAIN[:6], issuer=CHAIN[5]).made(), DIGEST, roots) == AT
    with pytest.raises(Untimely):
        timestamp.verify(of(*CHAIN[:7], issuer=CHAIN[6]).made(), DIGEST, roots)


def test_a_signer_that_is_pinned_itself_needs_nobody_over_it() -> None:
    assert timestamp.verify(GOOD.made(), DIGEST, [SIGNER.made()]) == AT


@pytest.mark.parametrize("status", [0, 1])
def test_an_answer_that_gives_a_token_has_one(status: int) -> None:
    token = GOOD.made()
    head = stamping.sequence(der.integer(status))
    assert timestamp.token_in(stamping.sequence(head, token)) == token
    for wrong in (
        stamping.sequence(head),
        stamping.sequence(head, token, token),
        stamping.sequence(stamping.sequence(der.integer(2)), token),
        stamping.sequence(stamping.sequence(der.write(der.INTEGER, b"\xff")), token),
        stamping.sequence(stamping.sequence(der.write(der.OCTETS, b"\x00")), token),
    ):
        with pytest.raises(Untimely):
            timestamp.token_in(wrong)


def test_a_question_is_that_of_the_standard() -> None:
    asked = der.read(timestamp.request(DIGEST, 7))
    version, imprint, nonce, certificate = asked.children()
    assert (version.integer(), nonce.integer(), certificate.whole) == (1, 7, b"\x01\x01\xff")
    assert imprint.child(0, der.SEQUENCE).child(0, der.OID).oid() == HASHES["sha256"]
    assert imprint.child(0, der.SEQUENCE).child(1, der.NULL).content == b""
    assert imprint.child(1, der.OCTETS).content == DIGEST
