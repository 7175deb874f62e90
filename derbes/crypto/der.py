"""ASN.1 in its one right form (DER, X.690): as much of it as time-stamps need.

What always holds: a length is written in its shortest form and reaches exactly to the end of what it covers, so
nothing can hide behind an element.
"""

from __future__ import annotations

from typing import NamedTuple

INTEGER, OCTETS, NULL, OID, TIME, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x18, 0x30, 0x31
BOOLEAN = 0x01
_LONG, _HIGH, _CONSTRUCTED, _SHORT = 0x80, 0x1F, 0x20, 0x7F


class Malformed(ValueError):
    """The bytes are not the DER that was expected."""


class Node(NamedTuple):
    """One element: its tag byte, what is within, and its bytes as a whole."""

    tag: int
    content: bytes
    whole: bytes

    def children(self) -> list[Node]:
        """The elements within a constructed one."""
        if not self.tag & _CONSTRUCTED:
            raise Malformed("an element that holds no others")
        found, rest = list[Node](), self.content
        while rest:
            node, rest = _first(rest)
            found.append(node)
        return found

    def child(self, number: int, tag: int) -> Node:
        """The element at a place within, which must be there and of this tag."""
        nodes = self.children()
        if number >= len(nodes) or nodes[number].tag != tag:
            raise Malformed("an element is missing or of another kind")
        return nodes[number]

    def integer(self) -> int:
        """The number that an INTEGER holds."""
        if self.tag != INTEGER or not self.content:
            raise Malformed("no number")
        return int.from_bytes(self.content, "big", signed=True)

    def oid(self) -> str:
        """The object identifier, in dotted numbers."""
        if self.tag != OID or not self.content or self.content[-1] & _LONG:
            raise Malformed("no object identifier")
        arcs, value = list[int](), 0
        for byte in self.content:
            value = value << 7 | byte & _SHORT
            if not byte & _LONG:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def read(data: bytes) -> Node:
    """Return the one element that `data` is; raise `Malformed` when it is not one, or more."""
    node, rest = _first(data)
    if rest:
        raise Malformed("something follows the element")
    return node


def _first(data: bytes) -> tuple[Node, bytes]:
    if len(data) < 2 or data[0] & _HIGH == _HIGH:  # noqa: PLR2004 - tag and length
        raise Malformed("an element is cut short, or its tag is a long one")
    start, length = 2, data[1]
    if length & _LONG:
        count = length & _SHORT
        start += count
        length = int.from_bytes(data[2:start], "big")
        if count == 0 or length < max(
            _LONG, 1 << 8 * (count - 1)
        ):  # which also refuses what is cut short here
            raise Malformed("a length is not in its shortest form")
    end = start + length
    if len(data) < end:
        raise Malformed("an element is cut short")
    return Node(data[0], data[start:end], data[:end]), data[end:]


def write(tag: int, *parts: bytes) -> bytes:
    """Return the element of this tag with these bytes within."""
    content = b"".join(parts)
    size = len(content)
    if size < _LONG:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, _LONG | len(length)]) + length + content


def integer(value: int) -> bytes:
    """Return a number, not negative, as an element."""
    return write(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))
