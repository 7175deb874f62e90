"""An authority of the tests that signs whatever it is told to: time-stamps as they should be, and bent ones."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from derbes.crypto import der

DIGEST = hashlib.sha256(b"checkpoint").digest()
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
HASHES = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
TST_INFO, SIGNED_DATA = "1.2.840.113549.1.9.16.1.4", "1.2.840.113549.1.7.2"
RSA, ED25519 = "1.2.840.113549.1.1.1", "1.3.101.112"
ECDSA = {"sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3", "sha512": "1.2.840.10045.4.3.4"}
RSA_WITH = {
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
_KEYS: dict[str, Any] = {}
_MADE: dict[Paper, x509.Certificate] = {}


def key(kind: str) -> Any:
    """A key of this kind, made once; what follows a dash makes it another."""
    made = {
        "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "ed448": ed448.Ed448PrivateKey.generate,
    }
    if kind not in _KEYS:
        _KEYS[kind] = made[kind.partition("-")[0]]()
    return _KEYS[kind]


def oid(dotted: str) -> bytes:
    """An object identifier as an element."""
    first, second, *rest = map(int, dotted.split("."))
    out = b""
    for arc in (40 * first + second, *rest):
        part = bytes([arc & 0x7F])
        while arc := arc >> 7:
            part = bytes([arc & 0x7F | 0x80]) + part
        out += part
    return der.write(der.OID, out)


def sequence(*parts: bytes) -> bytes:
    return der.write(der.SEQUENCE, *parts)


@dataclass(frozen=True)
class Paper:
    """A certificate to be made; `issuer` None is one that signs itself."""

    name: str = "tsa"
    kind: str = "ec-tsa"
    issuer: Paper | None = None
    ca: bool | None = None
    reach: int | None = None
    signs: bool | None = None
    purposes: tuple[Any, ...] | None = None
    critical: bool = True
    since: datetime = AT - timedelta(days=10)
    until: datetime = AT + timedelta(days=10)
    more: tuple[tuple[x509.ExtensionType, bool], ...] = ()
    named_issuer: str = ""

    def made(self) -> x509.Certificate:
        """The certificate, made once: its signature is another each time."""
        if self not in _MADE:
            _MADE[self] = self._made()
        return _MADE[self]

    def _made(self) -> x509.Certificate:
        issuer = self.issuer or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(self.name))
            .issuer_name(_name(self.named_issuer or issuer.name))
            .public_key(key(self.kind).public_key())
            .serial_number(int.from_bytes(hashlib.sha256(repr(self).encode()).digest()[:8], "big"))
            .not_valid_before(self.since)
            .not_valid_after(self.until)
        )
        for extension, critical in self._extensions():
            builder = builder.add_extension(extension, critical)
        signing = key(issuer.kind)
        return builder.sign(signing, None if issuer.kind.startswith("ed") else hashes.SHA256())

    def _extensions(self) -> list[tuple[x509.ExtensionType, bool]]:
        found = list(self.more)
        if self.ca is not None:
            found.append((x509.BasicConstraints(self.ca, self.reach), True))
        if self.signs is not None:
            uses = dict.fromkeys(
                ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign",
                 "encipher_only", "decipher_only"), False)  # fmt: skip
            usage = x509.KeyUsage(digital_signature=not self.signs, key_cert_sign=self.signs, **uses)
            found.append((usage, True))
        if self.purposes is not None:
            found.append((x509.ExtendedKeyUsage(self.purposes), self.critical))
        return found


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


ROOT = Paper("root", "ec-root", ca=True, signs=True)
SIGNER = Paper(issuer=ROOT, purposes=(STAMPING,))


@dataclass(frozen=True)
class Stamp:
    """A time-stamp to be made: each member can be bent alone. `known` None leaves the certificates out."""

    signer: Paper = SIGNER
    known: tuple[Paper, ...] | None = (SIGNER,)
    digest: bytes = DIGEST
    time: str = "20261122093000Z"
    nonce: int | None = None
    hashed: str = "sha256"
    algorithm: str = ""
    imprint: str = HASHES["sha256"]
    method: str = ECDSA["sha256"]
    signed_with: str = "sha256"
    naming: str = "second"
    named: Paper | None = None
    who: Paper | None = None
    by_key: bool = False
    outer: str = SIGNED_DATA
    holds: str = TST_INFO
    says_it_holds: str = TST_INFO
    content_digest: bytes | None = None
    spoiled: bool = False
    signers: int = 1
    extra: bytes = field(default=b"")

    def bent(self, **changes: Any) -> Stamp:
        return replace(self, **changes)

    def info(self) -> bytes:
        imprint = sequence(sequence(oid(self.imprint)), der.write(der.OCTETS, self.digest))
        nonce = b"" if self.nonce is None else der.integer(self.nonce)
        time = der.write(der.TIME, self.time.encode())
        return sequence(der.integer(1), oid("1.2.3.4"), imprint, der.integer(77), time, self.extra, nonce)

    def made(self) -> bytes:
        info = self.info()
        held = sequence(oid(self.holds), der.write(0xA0, der.write(der.OCTETS, info)))
        papers = (
            () if self.known is None else [paper.made().public_bytes(Encoding.DER) for paper in self.known]
        )
        certificates = b"" if self.known is None else der.write(0xA0, *papers)
        signers = der.write(der.SET, *[self._signer(info)] * self.signers)
        data = sequence(der.integer(3), der.write(der.SET), held, certificates, signers)
        return sequence(oid(self.outer), der.write(0xA0, data))

    def _signer(self, info: bytes) -> bytes:
        attributes = self._attributes(info)
        signature = self._signature(der.write(der.SET, attributes))
        if self.spoiled:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        algorithm = self.algorithm or HASHES[self.hashed]
        parts = (der.integer(1), self._who(), sequence(oid(algorithm)), der.write(0xA0, attributes))
        return sequence(*parts, sequence(oid(self.method)), der.write(der.OCTETS, signature))

    def _signature(self, message: bytes) -> bytes:
        own, algorithm = key(self.signer.kind), getattr(hashes, self.signed_with.upper())()
        if self.signer.kind.startswith("ec"):
            return own.sign(message, ec.ECDSA(algorithm))
        if self.signer.kind.startswith("rsa"):
            return own.sign(message, padding.PKCS1v15(), algorithm)
        return own.sign(message)

    def _who(self) -> bytes:
        paper = (self.who or self.signer).made()
        if self.by_key:
            return der.write(0x80, x509.SubjectKeyIdentifier.from_public_key(paper.public_key()).digest)
        return sequence(paper.issuer.public_bytes(), der.integer(paper.serial_number))

    def _attributes(self, info: bytes) -> bytes:
        digest = (
            hashlib.new(self.hashed, info).digest() if self.content_digest is None else self.content_digest
        )
        return (
            _attribute("1.2.840.113549.1.9.3", oid(self.says_it_holds))
            + _attribute("1.2.840.113549.1.9.4", der.write(der.OCTETS, digest))
            + self._naming()
        )

    def _naming(self) -> bytes:
        whole = (self.named or self.signer).made().public_bytes(Encoding.DER)
        name, algorithm, said = {
            "first": ("1.2.840.113549.1.9.16.2.12", "sha1", b""),
            "second": ("1.2.840.113549.1.9.16.2.47", "sha256", b""),
            "second said": ("1.2.840.113549.1.9.16.2.47", "sha384", sequence(oid(HASHES["sha384"]))),
            "weakly": ("1.2.840.113549.1.9.16.2.47", "sha1", sequence(oid(HASHES["sha1"]))),
        }[self.naming]
        hashed = der.write(der.OCTETS, hashlib.new(algorithm, whole).digest())
        return _attribute(name, sequence(sequence(sequence(said, hashed))))


def _attribute(name: str, value: bytes) -> bytes:
    return sequence(oid(name), der.write(der.SET, value))
