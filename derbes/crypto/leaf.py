"""What is public of an entry: a leaf that says nothing to anybody, and everything to who holds the opening.

A person's leaf carries a tag, `HMAC(person's journal secret, n)`: nobody can link two tags without the
secret, and the person, who has it, finds exactly the tags 1 … N. The commitment is salted, so the entry
cannot be guessed from it; entry and salt together open it.
"""

from binascii import b2a_base64

from derbes.crypto import armour, canonical, mac
from derbes.crypto.envelope import derive

SALT_SIZE = 16
TAG_SIZE = 16
SECRET_SIZE = 32
_TAG_LABEL = b"derbes/tag/v1"
_SECRET_LABEL = b"derbes/journal/v1"


def secret_of(person_key: bytes) -> bytes:
    """Return the person's journal secret; it is derived from the person's key and dies with it."""
    return derive(person_key, _SECRET_LABEL)


def tag(secret: bytes, n: int) -> bytes:
    """Return the tag of a person's n-th entry; n counts from 1 without a gap."""
    return mac.digest(secret, _TAG_LABEL + n.to_bytes(8, "big"))[:TAG_SIZE]


def tags(secret: bytes, count: int) -> list[bytes]:
    """Return the tags of a person's first `count` entries."""
    messages = [_TAG_LABEL + n.to_bytes(8, "big") for n in range(1, count + 1)]
    return [one[:TAG_SIZE] for one in mac.digests(secret, messages)]


def commitment(salt: bytes, body: bytes) -> bytes:
    """Return the commitment to an entry's body: HMAC-SHA-256 (RFC 2104) under its salt."""
    return mac.digest(salt, body)


def of_person(tag: bytes, commitment: bytes) -> bytes:
    """Return the leaf of a person's entry. Written out for speed: the canonical JSON of its three members."""
    return b'{"commitment":"%b","tag":"%b","v":1}' % (
        b2a_base64(commitment, newline=False),
        b2a_base64(tag, newline=False),
    )


def of_operator(commitment: bytes, *, edition: str | None = None, sha256: str | None = None) -> bytes:
    """Return the leaf of an entry about no person; the publication of an edition names it openly."""
    leaf: dict[str, str | int] = {"v": 1, "commitment": armour.encode(commitment)}
    if edition is not None and sha256 is not None:
        leaf |= {"edition": edition, "sha256": sha256}
    return canonical.dumps(leaf)
