"""Documents that anybody can check with the operator's public key: editions, receipts, histories, exports.

{"document": …, "signature": {"alg": "Ed25519", "key": vkey, "sig": …}}; the signature is over the type's own
label and the canonical JSON of the document, so a receipt can never pass for an edition or a checkpoint.
"""

from collections.abc import Mapping
from typing import Any

from derbes.crypto import armour, canonical
from derbes.crypto import signer as signing
from derbes.crypto.checkpoint import Vkey, vkey
from derbes.crypto.signer import Signer

TYPES = frozenset({"edition", "receipt", "history", "export"})
_MEMBERS = {"alg", "key", "sig"}


class Forged(Exception):
    """The document is not what the trusted key signed."""


def sign(document: Mapping[str, Any], signer: Signer, *, name: str) -> dict[str, Any]:
    """Return the signed document; `name` is the journal's origin, the name of the key.

    Raises `ValueError` when its "type" is none of ours, or it holds fractions.
    """
    signature = signer.sign(_message(document))
    key = str(vkey(name, signer.public_key))
    return {
        "document": dict(document),
        "signature": {"alg": "Ed25519", "key": key, "sig": armour.encode(signature)},
    }


def verify(file: Mapping[str, Any], key: Vkey) -> dict[str, Any]:
    """Return the document within `file` if `key` signed it; else raise `Forged`."""
    document, signature = file.get("document"), file.get("signature")
    if not isinstance(document, dict) or not isinstance(signature, dict) or signature.keys() != _MEMBERS:
        raise Forged("not a signed document")
    if signature["alg"] != "Ed25519" or signature["key"] != str(key):
        raise Forged("signed by another key")
    try:
        message, blob = _message(document), armour.decode(signature["sig"])
    except (ValueError, TypeError):
        raise Forged("not a signed document") from None
    if not signing.verify(key.public_key, blob, message):
        raise Forged("the document is not what was signed")
    return document


def _message(document: Mapping[str, Any]) -> bytes:
    kind = document.get("type")
    if kind not in TYPES:
        raise ValueError("a signed document is an edition, a receipt, a history or an export")
    return f"derbes/{kind}/v1\n".encode() + canonical.dumps(dict(document))
