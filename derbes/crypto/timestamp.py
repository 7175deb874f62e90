"""Time-stamps (RFC 3161): a third party's signed word that a hash existed at a time.

What always holds: a token is taken only when its imprint is the hash asked for, its signature is good, its signer
was certified for time-stamping alone (RFC 3161 §2.3), and the chain ends at a root that was pinned beforehand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from derbes.crypto import der
from derbes.crypto.der import Malformed, Node

_WITHIN = 0xA0  # [0], constructed
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE, _DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_CERTIFICATE, _CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
_HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_SHA256 = bytes.fromhex("0609608648016503040201")
#: Signature algorithms, and the hash that each names; "" is the one that the signer names beside it.
_SIGNATURES = {
    "1.2.840.113549.1.1.1": "",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
    "1.3.101.112": "",
}
_GIVEN = {0, 1}
_LONGEST_CHAIN = 8
_UNDERSTOOD = {ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE}
_BROKEN = (
    ValueError,
    LookupError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
)
_ALGORITHMS = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


class Untimely(Exception):
    """There is no time-stamp for this hash, or it is not one that can be trusted."""


class _Signed(NamedTuple):
    """A token taken apart: what was signed, who says they signed it, and how."""

    content: bytes
    certificates: list[x509.Certificate]
    who: Node
    digest: str
    attributes: Node
    method: str
    signature: bytes


def request(digest: bytes, nonce: int) -> bytes:
    """Return the question for a time-stamp over a SHA-256 `digest`; the certificate is to come with the answer."""
    algorithm = der.write(der.SEQUENCE, _SHA256, der.write(der.NULL))
    imprint = der.write(der.SEQUENCE, algorithm, der.write(der.OCTETS, digest))
    wanted = der.write(der.BOOLEAN, b"\xff")
    return der.write(der.SEQUENCE, der.integer(1), imprint, der.integer(nonce), wanted)


def token_in(response: bytes) -> bytes:
    """Return the token within an authority's answer; raise `Untimely` when it gives none."""
    try:
        status, *token = der.read(response).children()
        given = status.child(0, der.INTEGER).integer() in _GIVEN
    except ValueError:
        raise Untimely("the answer is none of a time-stamping authority") from None
    if not given or len(token) != 1:
        raise Untimely("the authority gave no time-stamp")
    return token[0].whole


def verify(
    token: bytes, digest: bytes, roots: Sequence[x509.Certificate], *, nonce: int | None = None
) -> datetime:
    """Return the time that the token says `digest` existed at. Raises `Untimely` with the reason.

    `nonce` is the number sent with the question, when the answer has just come. Nothing is fetched; whether a
    certificate was revoked since is not asked.
    """
    try:
        signed = _taken_apart(token)
        at = _said(der.read(signed.content), digest, nonce)
        signer = _signer(signed)
        _check_signature(signed, signer)
        _check_purpose(signer)
        _check_chain(signer, signed.certificates, roots, at)
    except _BROKEN as failure:
        raise Untimely("the time-stamp is malformed, or its signature is wrong") from failure
    return at


def _taken_apart(token: bytes) -> _Signed:
    outer = der.read(token)
    if outer.child(0, der.OID).oid() != _SIGNED_DATA:
        raise Malformed("not signed data")
    signed = outer.child(1, _WITHIN).child(0, der.SEQUENCE)
    content = signed.child(2, der.SEQUENCE)
    signers = signed.children()[-1]
    certificates = next((node for node in signed.children() if node.tag == _WITHIN), None)
    if content.child(0, der.OID).oid() != _TST_INFO or len(signers.children()) != 1 or certificates is None:
        raise Malformed("not a time-stamp with one signer and the certificate")
    signer = signers.child(0, der.SEQUENCE)
    return _Signed(
        content=content.child(1, _WITHIN).child(0, der.OCTETS).content,
        certificates=[x509.load_der_x509_certificate(node.whole) for node in certificates.children()],
        who=signer.children()[1],
        digest=_HASHES[signer.child(2, der.SEQUENCE).child(0, der.OID).oid()],
        attributes=signer.child(3, _WITHIN),
        method=signer.child(4, der.SEQUENCE).child(0, der.OID).oid(),
        signature=signer.child(5, der.OCTETS).content,
    )


def _said(info: Node, digest: bytes, nonce: int | None) -> datetime:
    """Return the time that the signed content says, if it is about this hash and answers this question."""
    imprint = info.child(2, der.SEQUENCE)
    algorithm = imprint.child(0, der.SEQUENCE).child(0, der.OID).oid()
    if _HASHES.get(algorithm) != "sha256" or imprint.child(1, der.OCTETS).content != digest:
        raise Untimely("the time-stamp is about something else")
    if nonce is not None and nonce not in [
        node.integer() for node in info.children()[5:] if node.tag == der.INTEGER
    ]:
        raise Untimely("the time-stamp answers another question")
    said = info.child(4, der.TIME).content.decode("ascii")
    form = "%Y%m%d%H%M%S.%fZ" if "." in said else "%Y%m%d%H%M%SZ"
    return datetime.strptime(said, form).replace(tzinfo=UTC)


def _signer(signed: _Signed) -> x509.Certificate:
    """Return the certificate of the signer, which the signed attributes must name by its hash (RFC 5816)."""
    values = {}
    for attribute in signed.attributes.children():
        values[attribute.child(0, der.OID).oid()] = attribute.child(1, der.SET).children()[0]
    hashed = hashlib.new(signed.digest, signed.content).digest()
    if values[_CONTENT_TYPE].oid() != _TST_INFO or values[_DIGEST].content != hashed:
        raise Untimely("what was signed is not what the time-stamp says")
    second = values.get(_CERTIFICATE_V2)
    named = (second or values[_CERTIFICATE]).child(0, der.SEQUENCE).child(0, der.SEQUENCE).children()
    algorithm = "sha1" if second is None else "sha256"
    if named[0].tag == der.SEQUENCE:
        algorithm = _HASHES[named.pop(0).child(0, der.OID).oid()]
    for certificate in signed.certificates:
        whole = certificate.public_bytes(Encoding.DER)
        if hashlib.new(algorithm, whole).digest() == named[0].content and _is(certificate, signed.who):
            return certificate
    raise Untimely("the signer's certificate does not come with the time-stamp")


def _is(certificate: x509.Certificate, who: Node) -> bool:
    if who.tag == der.SEQUENCE:
        issuer, serial = who.children()
        return (issuer.whole, serial.integer()) == (
            certificate.issuer.public_bytes(),
            certificate.serial_number,
        )
    found = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return who.content == found.value.digest


def _check_signature(signed: _Signed, signer: x509.Certificate) -> None:
    message = bytes([der.SET]) + signed.attributes.whole[1:]  # signed as a SET (RFC 5652 §5.4)
    algorithm = _ALGORITHMS[_SIGNATURES[signed.method] or signed.digest]
    key = signer.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signed.signature, message, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signed.signature, message, ec.ECDSA(algorithm))
    elif isinstance(key, Ed25519PublicKey):
        key.verify(signed.signature, message)
    else:
        raise Untimely("the signer's key is of an unknown kind")


def _check_purpose(signer: x509.Certificate) -> None:
    usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise Untimely("the signer is not certified for time-stamping alone")


def _check_chain(
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> None:
    """Go from the signer up to a pinned root; every certificate must have been valid at the time it says."""
    pool = [*roots, *others]
    for below in range(_LONGEST_CHAIN):
        unknown = {each.oid for each in certificate.extensions if each.critical} - _UNDERSTOOD
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc or unknown:
            raise Untimely("a certificate was not valid at that time")
        if certificate in roots:
            return
        found = [issuer for issuer in pool if _issued(certificate, issuer, below)]
        if not found:
            break
        certificate = found[0]
    raise Untimely("the certificates do not lead to the pinned root")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, below: int) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        limits = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    short_enough = limits.path_length is None or below <= limits.path_length
    return limits.ca and usage.key_cert_sign and short_enough
