"""One form for each document: canonical JSON (RFC 8785), without fractions.

Fractions are refused, because a second implementation must not need the number printing of ECMAScript.
"""

import json
from typing import Any

import rfc8785


class NotCanonical(ValueError):  # noqa: N818 - the word for what it is
    """The bytes are not the one canonical form of a JSON document of ours."""


def dumps(document: Any) -> bytes:
    """Return the canonical bytes; raise `ValueError` for fractions and what JSON cannot say."""
    _refuse_fractions(document)
    return rfc8785.dumps(document)


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


def _refuse_fractions(document: Any) -> None:
    if isinstance(document, float):
        raise NotCanonical("a fraction has no place in a document")
    if isinstance(document, dict):
        for value in document.values():
            _refuse_fractions(value)
    elif isinstance(document, list | tuple):
        for value in document:
            _refuse_fractions(value)
