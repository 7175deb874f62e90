"""Check a time-stamp (RFC 3161) without the network: token, signature, certificates up to a pinned root, time.

Needs `cryptography` and derbes_verify.py beside it. What always holds: a token counts only for the hash that it names,
from a signer certified for time-stamping alone, under a root that the auditor brought along.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID
from derbes_verify import Refused

SEQUENCE, SET, OID, OCTETS, TIME, WITHIN = 0x30, 0x31, 0x06, 0x04, 0x18, 0xA0
INTEGER, KEY_ID = 0x02, 0x80
LONG, CONSTRUCTED = 0x80, 0x20
SIGNED_DATA, TST_INFO = "2a864886f70d010702", "2a864886f70d0109100104"
CONTENT_TYPE, DIGEST = "2a864886f70d010903", "2a864886f70d010904"
SIGNER_V1, SIGNER_V2 = "2a864886f70d010910020c", "2a864886f70d010910022f"
HASHES = {
    f"60864801650304020{number}": name for number, name in ((1, "sha256"), (2, "sha384"), (3, "sha512"))
}
ALGORITHMS = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
#: Signature algorithms that are known, and the hash that each names; "" is the one named beside it.
METHODS = {
    "2a864886f70d010101": "",
    "2a864886f70d01010b": "sha256",
    "2a864886f70d01010c": "sha384",
    "2a864886f70d01010d": "sha512",
    "2a8648ce3d040302": "sha256",
    "2a8648ce3d040303": "sha384",
    "2a8648ce3d040304": "sha512",
    "2b6570": "",
}
UNDERSTOOD = {ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE}
LONGEST_CHAIN = 8
BROKEN = (
    ValueError,
    LookupError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
)
Certificates = list[x509.Certificate]


class Element(NamedTuple):
    """One element of DER: tag, content, and all its bytes."""

    tag: int
    content: bytes
    whole: bytes

    def parts(self) -> list[Element]:
        """The elements within."""
        found, rest = list[Element](), self.content
        while rest and self.tag & CONSTRUCTED:
            element, rest = first(rest)
            found.append(element)
        return found

    def part(self, number: int, tag: int) -> Element:
        """The element at a place within, of this tag."""
        found = self.parts()[number]
        if found.tag != tag:
            raise ValueError("another kind of element")
        return found

    def name(self) -> str:
        """What the object identifier at the beginning says, in hex."""
        return self.part(0, OID).content.hex()


def first(data: bytes) -> tuple[Element, bytes]:
    """Return the first element, and what follows it."""
    start, length = 2, data[1]
    if length & LONG:
        start += length & ~LONG
        length = int.from_bytes(data[2:start], "big")
    end = start + length
    if len(data) < end:
        raise ValueError("cut short")
    return Element(data[0], data[start:end], data[:end]), data[end:]


def read(data: bytes) -> Element:
    """Return the only element of `data`."""
    element, rest = first(data)
    if rest:
        raise ValueError("something follows")
    return element


def check_token(token: bytes, digest: bytes, roots: Certificates) -> datetime:
    """Return the time that `token` gives the SHA-256 `digest`; raise `Refused` when it cannot be trusted."""
    try:
        signed = read(token).part(1, WITHIN).part(0, SEQUENCE)
        content = signed.part(2, SEQUENCE)
        signers = signed.parts()[-1].parts()
        if (read(token).name(), content.name(), len(signers)) != (SIGNED_DATA, TST_INFO, 1):
            raise Refused("This is not a time-stamp with one signer.")
        said = content.part(1, WITHIN).part(0, OCTETS).content
        at = time_said(read(said), digest)
        given = [part for part in signed.parts()[3:] if part.tag == WITHIN][0]  # noqa: RUF015 - an IndexError
        certificates = [x509.load_der_x509_certificate(part.whole) for part in given.parts()]
        signer = signer_of(signers[0], said, certificates)
        check_signature(signers[0], signer)
        check_chain(signer, [*roots, *certificates], roots, at)
    except BROKEN:
        raise Refused("The time-stamp is malformed, or its signature is wrong.") from None
    return at


def time_said(info: Element, digest: bytes) -> datetime:
    """Return the time within, when it is about this hash."""
    imprint = info.part(2, SEQUENCE)
    if HASHES.get(imprint.part(0, SEQUENCE).name()) != "sha256" or imprint.part(1, OCTETS).content != digest:
        raise Refused("The time-stamp is about another checkpoint.")
    said = info.part(4, TIME).content.decode("ascii")
    form = "%Y%m%d%H%M%S.%fZ" if "." in said else "%Y%m%d%H%M%SZ"
    return datetime.strptime(said, form).replace(tzinfo=UTC)


def signer_of(info: Element, said: bytes, certificates: Certificates) -> x509.Certificate:
    """Return the certificate that the signed attributes name by its hash (RFC 5816), and the signer by what is its own."""
    values = {part.name(): part.part(1, SET).parts()[0] for part in info.part(3, WITHIN).parts()}
    hashed = hashlib.new(HASHES[info.part(2, SEQUENCE).name()], said).digest()
    if values[CONTENT_TYPE].content.hex() != TST_INFO or values[DIGEST].content != hashed:
        raise Refused("What was signed is not what the time-stamp says.")
    second = values.get(SIGNER_V2)
    named = (second or values[SIGNER_V1]).part(0, SEQUENCE).part(0, SEQUENCE).parts()
    algorithm = "sha1" if second is None else "sha256"
    if named[0].tag == SEQUENCE:
        algorithm = HASHES[named.pop(0).name()]
    for certificate in certificates:
        whole = certificate.public_bytes(Encoding.DER)
        if hashlib.new(algorithm, whole).digest() == named[0].content:
            if not is_named(certificate, info.parts()[1]):
                raise Refused("The time-stamp names another signer than the certificate that signed it.")
            return certificate
    raise Refused("The certificate of the signer does not come with the time-stamp.")


def is_named(certificate: x509.Certificate, who: Element) -> bool:
    """Say whether this is the signer: by issuer and number, or by the key's identifier (RFC 5652 §5.3)."""
    if who.tag == KEY_ID:
        own = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        return who.content == own.value.digest
    number = int.from_bytes(who.part(1, INTEGER).content, "big", signed=True)
    issuer = who.part(0, SEQUENCE).whole
    return who.tag == SEQUENCE and (issuer, number) == (
        certificate.issuer.public_bytes(),
        certificate.serial_number,
    )


def check_signature(info: Element, signer: x509.Certificate) -> None:
    """Refuse a signature that is not the signer's, or a signer who may sign other things too."""
    usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise Refused("The signer is not certified for time-stamping alone.")
    message = bytes([SET]) + info.part(3, WITHIN).whole[1:]
    method = METHODS[info.part(4, SEQUENCE).name()] or HASHES[info.part(2, SEQUENCE).name()]
    key, signature = signer.public_key(), info.part(5, OCTETS).content
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, padding.PKCS1v15(), ALGORITHMS[method])
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, message, ec.ECDSA(ALGORITHMS[method]))
    elif isinstance(key, Ed25519PublicKey):
        key.verify(signature, message)
    else:
        raise Refused("The signer's key is of an unknown kind.")


def check_chain(certificate: x509.Certificate, pool: Certificates, roots: Certificates, at: datetime) -> None:
    """Refuse a signer whose certificates did not lead to a pinned root at that time."""
    for below in range(LONGEST_CHAIN):
        strange = {each.oid for each in certificate.extensions if each.critical} - UNDERSTOOD
        if strange or not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise Refused("A certificate was not valid at that time.")
        if certificate in roots:
            return
        found = [each for each in pool if issued(certificate, each, below)]
        if not found:
            break
        certificate = found[0]
    raise Refused("The certificates do not lead to the root that you trust.")


def issued(certificate: x509.Certificate, issuer: x509.Certificate, below: int) -> bool:
    """Say whether `issuer` issued the certificate, and might."""
    try:
        certificate.verify_directly_issued_by(issuer)
        limits = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return limits.ca and usage.key_cert_sign and (limits.path_length is None or below <= limits.path_length)
