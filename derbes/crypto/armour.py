"""Bytes as text: base64 (RFC 4648 §4), padded, in its one right form."""

from base64 import b64decode, b64encode


def encode(data: bytes) -> str:
    """Return the text for `data`."""
    return b64encode(data).decode()


def decode(text: str) -> bytes:
    """Return the bytes; raise `ValueError` for anything that `encode` would not have written.

    Stray bits at the end are refused too: else one byte of a signature could change unnoticed.
    """
    data = b64decode(text)
    if encode(data) != text:
        raise ValueError("not the one right form of base64")
    return data
