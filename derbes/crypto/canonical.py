"""One form for each document: canonical JSON (RFC 8785), for the documents that we write.

They hold objects, arrays, texts, whole numbers, true, false and null. Fractions are refused, because a second
implementation must not need the number printing of ECMAScript; so are names outside of Unicode's basic plane,
whose order RFC 8785 counts in UTF-16. Within these bounds Python's own encoder writes the canonical form.
"""

import json
from typing import Any

_LARGEST = 2**53 - 1
_LAST_OF_THE_BASIC_PLANE = "\uffff"
_PLAIN = frozenset({str, bool, type(None)})  # what needs no look inside
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class NotCanonical(ValueError):
    """Not a document of ours, or not in its one canonical form."""


def dumps(document: Any) -> bytes:
    """Return the canonical bytes; raise `NotCanonical` for anything that has none."""
    try:
        _check(document)
        return _encode(document).encode()
    except UnicodeEncodeError:
        raise NotCanonical("half a character has no place in a document") from None
    except RecursionError:
        raise NotCanonical("no document of ours nests so deep") from None


def loads(data: bytes) -> Any:
    """Return the document that `data` is the canonical form of, or raise `NotCanonical`."""
    try:
        document = json.loads(data)
        same = dumps(document) == data
    except (ValueError, RecursionError):
        raise NotCanonical("no canonical JSON") from None
    if not same:
        raise NotCanonical("JSON, but not in its canonical form")
    return document


def _check(document: Any) -> None:
    if isinstance(document, dict):
        if not all(
            isinstance(name, str) and (name.isascii() or max(name) <= _LAST_OF_THE_BASIC_PLANE)
            for name in document
        ):
            raise NotCanonical("a name in a document is a text of ordinary letters")
        document = list(document.values())
    if isinstance(document, list | tuple):
        for value in document:
            if value.__class__ not in _PLAIN:
                _check(value)
    elif isinstance(document, int):
        if abs(document) > _LARGEST:
            raise NotCanonical("a whole number in a document is at most 2^53 - 1")
    elif not isinstance(document, str | None):
        raise NotCanonical("a document holds texts, whole numbers, true, false and null")
