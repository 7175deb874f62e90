"""Short secrets of the installation itself, such as the staff's second factors: sealed under a key of the ring.

They are nobody's personal data and have no person's key; in the database they lie sealed all the same.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from derbes.core.vault.approach import Ring
from derbes.crypto import envelope


def seal(text: str, label: str, *, ring: Ring) -> str:
    """Return `text` sealed for the use that `label` names, as letters that a text column can hold."""
    sealed = envelope.seal(ring.index_key(label), text.encode(), context=label.encode())
    return urlsafe_b64encode(sealed).decode()


def unseal(sealed: str, label: str, *, ring: Ring) -> str:
    """Return the text. Raises `envelope.Unopenable` when it was sealed elsewhere, for another use, or altered."""
    opened = envelope.open(ring.index_key(label), urlsafe_b64decode(sealed), context=label.encode())
    return opened.decode()
