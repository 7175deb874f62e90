"""The Merkle tree of RFC 9162 §2.1: over a list of leaves one root, and short proofs about it.

A node is named by its level (0 = leaf hashes) and its index in the level; `read(level, index)` gives the hash
of a perfect subtree that lies wholly within the tree. Proofs are computed from such nodes only, so they can
be had from stored tiles without the leaves.
What always holds: a proof made for a tree verifies against its root, and no other leaf, index, size or
root does (short of a SHA-256 collision).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from hashlib import sha256

HASH_SIZE = 32
EMPTY = sha256(b"").digest()

Read = Callable[[int, int], bytes]


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash that stands for a leaf (RFC 9162 §2.1.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """Return the root over perfect subtrees standing side by side, the largest first."""
    if not peaks:
        return EMPTY
    result = peaks[-1]
    for peak in reversed(peaks[:-1]):
        result = node_hash(peak, result)
    return result


def root(read: Read, size: int) -> bytes:
    """Return the root of the first `size` leaves."""
    return _range(read, 0, size)


def inclusion(read: Read, index: int, size: int) -> list[bytes]:
    """Return the proof that leaf `index` is in the tree of `size` leaves (RFC 9162 §2.1.3.1).

    Raises `IndexError` when there is no such leaf.
    """
    return _path(partial(_range, read), index, size)


def inclusions(read: Read, indexes: Iterable[int], size: int) -> Iterator[list[bytes]]:
    """Yield the proofs of several leaves, each as `inclusion` returns it: what they share is reckoned once."""
    known: dict[tuple[int, int], bytes] = {}

    def once(low: int, high: int) -> bytes:
        if (low, high) not in known:
            known[low, high] = _range(read, low, high)
        return known[low, high]

    for index in indexes:
        yield _path(once, index, size)


def _path(over: Callable[[int, int], bytes], index: int, size: int) -> list[bytes]:
    if not 0 <= index < size:
        raise IndexError(f"no leaf {index} in a tree of {size}")
    path = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(over(middle, high))
            high = middle
        else:
            path.append(over(low, middle))
            low = middle
    return path[::-1]


def consistency(read: Read, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of `old` leaves is the beginning of that of `new` (RFC 9162 §2.1.4.1).

    Raises `IndexError` unless 0 ≤ old ≤ new. From nothing to anything the proof is empty.
    """
    if not 0 <= old <= new:
        raise IndexError(f"no tree of {old} in a tree of {new}")
    if old == 0:
        return []
    path = []
    low, high, whole = 0, new, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_range(read, middle, high))
            high = middle
        else:
            path.append(_range(read, low, middle))
            low, whole = middle, False
    if not whole:
        path.append(_range(read, low, high))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether `proof` shows the leaf hash `leaf` at `index` under `root` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, result = index, size - 1, leaf
    for node in proof:
        if last == 0 or len(node) != HASH_SIZE:
            return False
        if at & 1 or at == last:
            result = node_hash(node, result)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            result = node_hash(result, node)
        at, last = at >> 1, last >> 1
    return last == 0 and result == root


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Say whether `proof` shows the tree of `old_root` to be the beginning of that of `new_root` (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old in {0, new}:
        return not proof and old_root == (EMPTY if old == 0 else new_root)
    nodes = list(proof)
    if old & (old - 1) == 0:  # a perfect tree is its own first node
        nodes.insert(0, old_root)
    if not nodes or any(len(node) != HASH_SIZE for node in nodes):
        return False
    return _climb(old, new, nodes) == (old_root, new_root)


def _climb(old: int, new: int, nodes: list[bytes]) -> tuple[bytes, bytes] | None:
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            older, newer = node_hash(node, older), node_hash(node, newer)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, node)
        at, last = at >> 1, last >> 1
    return (older, newer) if last == 0 else None


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1  # the largest power of two smaller than the size


def _range(read: Read, low: int, high: int) -> bytes:
    """Return the root over leaves low … high - 1, where `low` is a multiple of the largest subtree within."""
    peaks = []
    while low < high:
        level = (high - low).bit_length() - 1
        peaks.append(read(level, low >> level))
        low += 1 << level
    return fold(peaks)


class Range:
    """A compact range: the peaks of a growing tree, enough to know its root. Grows leaf by leaf."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add the leaf hash `leaf` at the end."""
        size = self.size
        while size & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            size >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of what was appended so far."""
        return fold(self._peaks)
