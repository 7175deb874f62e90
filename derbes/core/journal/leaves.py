"""From an entry to its public leaf. The one place that says what of an entry is public."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from derbes.crypto import leaf, tree

Row = tuple[bytes | memoryview | None, bytes | memoryview, str]


def leaf_of(tag: bytes | memoryview | None, salt: bytes | memoryview, body: str) -> bytes:
    """Return the leaf of an entry; that of an operator's entry about an edition names the edition openly.

    Such an entry says which edition, and in its detail the `sha256` of the edition's files.
    """
    commitment = leaf.commitment(bytes(salt), body.encode())
    if tag is not None:
        return leaf.of_person(bytes(tag), commitment)
    edition, sha256 = _published(body)
    return leaf.of_operator(commitment, edition=edition, sha256=sha256)


def hashes_of(rows: Iterable[Row]) -> bytes:
    """Return the leaf hashes of entries (tag, salt, body), joined."""
    return b"".join([tree.leaf_hash(leaf_of(tag, salt, body)) for tag, salt, body in rows])


def hashes_alike(tags: Sequence[bytes], salts: Sequence[bytes], body: str) -> bytes:
    """Return what `hashes_of` does for people's entries that all say the same."""
    said = body.encode()
    return b"".join(
        [
            tree.leaf_hash(leaf.of_person(tag, leaf.commitment(salt, said)))
            for tag, salt in zip(tags, salts, strict=True)
        ]
    )


def _published(body: str) -> tuple[str | None, str | None]:
    try:
        said = json.loads(body)
        edition, sha256 = said["edition"], said["detail"]["sha256"]
    except (ValueError, LookupError, TypeError, RecursionError):  # an altered entry must not stop the check
        return None, None
    return (edition, sha256) if isinstance(edition, str) and isinstance(sha256, str) else (None, None)
