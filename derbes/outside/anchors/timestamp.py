"""A time-stamping authority is asked over HTTP (RFC 3161 §3.4). What it answers is verified by who asked."""

from __future__ import annotations

from derbes.outside.anchors.post import Unreachable, post

SECONDS = 20.0
_OK = 200


def timestamp(address: str, question: bytes, *, seconds: float = SECONDS) -> bytes:
    """Return the authority's answer to a time-stamp request (both DER); raise `Unreachable`."""
    status, answer = post(address, question, "application/timestamp-query", seconds=seconds)
    if status != _OK:
        raise Unreachable("the authority refuses")
    return answer
