"""The tree against its definition in RFC 9162, and against the vectors the CT community uses."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derbes.crypto import tiles, tree

VECTOR = [
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

sizes = st.integers(1, 700)


def naive_root(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return tree.node_hash(naive_root(hashes[:k]), naive_root(hashes[k:]))


def naive_path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if index < k:
        return [*naive_path(index, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_path(index - k, hashes[k:]), naive_root(hashes[:k])]


def naive_subproof(m: int, hashes: Sequence[bytes], *, whole: bool) -> list[bytes]:
    n = len(hashes)
    if m == n:
        return [] if whole else [naive_root(hashes)]
    k = 1
    while k * 2 < n:
        k *= 2
    if m <= k:
        return [*naive_subproof(m, hashes[:k], whole=whole), naive_root(hashes[k:])]
    return [*naive_subproof(m - k, hashes[k:], whole=False), naive_root(hashes[:k])]


def leaf_hashes(size: int) -> list[bytes]:
    return [tree.leaf_hash(str(i).encode()) for i in range(size)]


def reader(hashes: Sequence[bytes]) -> tree.Read:
    def read(level: int, index: int) -> bytes:
        part = hashes[index << level : (index + 1) << level]
        assert len(part) == 1 << level, "only perfect subtrees within the tree may be read"
        return naive_root(part)

    return read


LEAVES = leaf_hashes(700)
READ = reader(LEAVES)


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_of_the_known_leaves_are_the_known_roots(size):
    hashes = [tree.leaf_hash(leaf) for leaf in VECTOR[:size]]
    compact = tree.Range()
    for each in hashes:
        compact.append(each)
    assert compact.root().hex() == ROOTS[size - 1] == tree.root(reader(hashes), size).hex()


def test_the_known_proofs_of_the_known_leaves():
    read = reader([tree.leaf_hash(leaf) for leaf in VECTOR])
    assert [node.hex() for node in tree.inclusion(read, 5, 8)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [node.hex() for node in tree.consistency(read, 6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_the_empty_tree_has_the_root_of_nothing():
    assert tree.Range().root() == tree.root(READ, 0) == tree.EMPTY == sha256(b"").digest()


@given(sizes)
def test_the_root_is_as_defined(size):
    compact = tree.Range()
    for each in LEAVES[:size]:
        compact.append(each)
    assert tree.root(READ, size) == compact.root() == naive_root(LEAVES[:size])


@given(sizes, st.data())
def test_inclusion_is_as_defined_and_verifies(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = tree.inclusion(READ, index, size)
    assert proof == naive_path(index, LEAVES[:size])
    assert tree.verify_inclusion(LEAVES[index], index, size, proof, naive_root(LEAVES[:size]))


@pytest.mark.parametrize("size", [1, 2, 7, 8, 33, 100])
def test_the_proofs_of_several_leaves_are_those_of_each(size):
    read = reader(leaf_hashes(size))
    several = [*range(size - 1, -1, -2), 0]
    assert list(tree.inclusions(read, several, size)) == [tree.inclusion(read, n, size) for n in several]
    with pytest.raises(IndexError):
        list(tree.inclusions(read, [0, size], size))


@given(sizes, st.data())
def test_consistency_is_as_defined_and_verifies(new, data):
    old = data.draw(st.integers(1, new))
    proof = tree.consistency(READ, old, new)
    assert proof == naive_subproof(old, LEAVES[:new], whole=True)
    assert tree.verify_consistency(old, new, proof, naive_root(LEAVES[:old]), naive_root(LEAVES[:new]))


@given(st.integers(1, 70), st.data())
def test_no_other_index_or_size_or_hash_verifies_an_inclusion(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof, root = tree.inclusion(READ, index, size), naive_root(LEAVES[:size])
    for other in range(size):
        assert tree.verify_inclusion(LEAVES[index], other, size, proof, root) == (other == index)
        assert tree.verify_inclusion(LEAVES[other], index, size, proof, root) == (other == index)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not tree.verify_inclusion(LEAVES[index], index, size, proof[:at] + proof[at + 1 :], root)
        swapped = [*proof[:at], tree.leaf_hash(b"other"), *proof[at + 1 :]]
        assert not tree.verify_inclusion(LEAVES[index], index, size, swapped, root)
    assert not tree.verify_inclusion(LEAVES[index], index, size, [*proof, tree.EMPTY], root)
    assert not tree.verify_inclusion(LEAVES[index], -1, size, proof, root)


@given(st.integers(2, 70), st.data())
def test_no_other_beginning_verifies_a_consistency(new, data):
    old = data.draw(st.integers(1, new - 1))
    proof = tree.consistency(READ, old, new)
    older, newer = naive_root(LEAVES[:old]), naive_root(LEAVES[:new])
    for other in set(range(new + 1)) - {old}:
        assert not tree.verify_consistency(other, new, proof, naive_root(LEAVES[:other]), newer)
    assert (
        not tree.verify_consistency(old, new, proof, naive_root([*LEAVES[1:old], LEAVES[0]]), newer)
        or old == 1
    )
    assert not tree.verify_consistency(old, new, [*proof, tree.EMPTY], older, newer)
    assert not tree.verify_consistency(old, new, proof[:-1], older, newer)
    assert not tree.verify_consistency(old, new, proof, older, older)
    assert not tree.verify_consistency(new, old, proof, newer, older)


def test_a_tree_is_consistent_with_nothing_and_with_itself():
    root = naive_root(LEAVES[:5])
    assert tree.consistency(READ, 0, 5) == tree.consistency(READ, 5, 5) == []
    assert tree.verify_consistency(0, 5, [], tree.EMPTY, root)
    assert tree.verify_consistency(5, 5, [], root, root)
    assert not tree.verify_consistency(0, 5, [], root, root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index, size):
    with pytest.raises(IndexError):
        tree.inclusion(READ, index, size)


@pytest.mark.parametrize(("old", "new"), [(6, 5), (-1, 5)])
def test_there_is_no_proof_of_a_tree_that_is_not_there(old, new):
    with pytest.raises(IndexError):
        tree.consistency(READ, old, new)


MANY = leaf_hashes(66_000)  # more than 256 × 256: three levels of tiles


def grown(parts: Sequence[int]) -> tuple[tiles.Edge, dict[tuple[int, int], bytes]]:
    edge, stored, at = tiles.Edge(), {}, 0
    for part in parts:
        stored |= edge.extend(b"".join(MANY[at : at + part]))
        at += part
        resumed = {
            level: stored.get((level, tiles.unfinished(at, level)[0]), b"")
            for level in range(tiles.tiers(at))
        }
        edge = tiles.Edge(at, resumed)
    return edge, stored


@given(st.lists(st.integers(0, 900), max_size=6))
def test_tiles_grow_to_the_same_root_however_the_leaves_arrive(parts):
    edge, stored = grown(parts)
    size = sum(parts)
    assert edge.size == size
    assert edge.root() == naive_root(MANY[:size])
    assert tree.root(tiles.reader(lambda level, index: stored[level, index]), size) == edge.root()


def test_proofs_come_from_three_levels_of_tiles():
    size = len(MANY)
    edge, stored = grown([65_000, 1_000])
    compact = tree.Range()
    for each in MANY:
        compact.append(each)
    assert edge.root() == compact.root()
    read = tiles.reader(lambda level, index: stored[level, index])
    for index in (0, 255, 256, 65_535, 65_536, size - 1):
        proof = tree.inclusion(read, index, size)
        assert tree.verify_inclusion(MANY[index], index, size, proof, edge.root())
    assert tree.verify_consistency(
        65_000, size, tree.consistency(read, 65_000, size), tree.root(read, 65_000), edge.root()
    )


@given(st.sampled_from([(1,), (255,), (256,), (300, 400), (65_000, 1_000)]), st.data())
@settings(deadline=None)  # the largest tree is grown once
def test_a_proof_needs_only_what_stands_beside_its_way_and_the_edge(parts, data):
    _, stored = GROWN(parts)
    size = sum(parts)
    index = data.draw(st.integers(0, size - 1))
    siblings, unfinished = [], []
    for level in range(tiles.tiers(size)):
        last, number = tiles.unfinished(size, level)[0], index >> tiles.HEIGHT * (level + 1)
        nodes, at = stored[level, number] if number < last else b"", index >> tiles.HEIGHT * level & 255
        starts = [tiles.row_of(height) + (at >> height ^ 1) * 32 for height in range(tiles.HEIGHT)]
        siblings.append(b"".join(nodes[start : start + 32] for start in starts))
        unfinished.append(stored.get((level, last), b""))
    read = tiles.beside(index, size, siblings, unfinished)
    whole = tiles.reader(lambda level, number: stored[level, number])
    assert tree.inclusion(read, index, size) == tree.inclusion(whole, index, size)
    if size == sum((65_000, 1_000)):
        with pytest.raises(IndexError, match="not beside the way"):
            read(0, index if index < 65_000 else 0)


GROWN = cache(grown)


def test_an_edge_that_does_not_fit_its_size_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        tiles.Edge(3, {0: bytes(64)})


def test_an_edge_without_the_tiles_of_its_size_is_refused():
    with pytest.raises(ValueError, match="level 0 does not fit a tree of 5"):
        tiles.Edge(5)
    assert tiles.Edge().root() == tree.EMPTY


def test_an_edge_goes_on_where_a_level_has_no_unfinished_tile():
    edge, stored = grown([256])
    resumed = tiles.Edge(256, {1: stored[1, 0]})
    assert resumed.root() == edge.root()
    resumed.extend(MANY[256] + MANY[257])
    assert (resumed.size, resumed.root()) == (258, naive_root(MANY[:258]))


def test_a_full_tile_is_followed_by_all_that_stands_over_it():
    edge = tiles.Edge()
    changed = edge.extend(b"".join(MANY[:257]))
    assert changed.keys() == {(0, 0), (0, 1), (1, 0)}
    whole = changed[0, 0]
    assert len(whole) == tiles.EXPANDED_SIZE
    assert whole[: tiles.TILE_SIZE] == b"".join(MANY[:256])
    assert whole[-32:] == changed[1, 0] == naive_root(MANY[:256])
    assert changed[0, 1] == MANY[256]


@pytest.mark.parametrize(
    ("size", "count"), [(0, 0), (1, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 3), (2**24, 4)]
)
def test_a_tree_has_as_many_levels_of_tiles_as_its_size_has_digits(size, count):
    assert tiles.tiers(size) == count


def test_a_proof_that_is_missing_or_of_other_pieces_is_none():
    older, newer = naive_root(LEAVES[:3]), naive_root(LEAVES[:5])
    proof = tree.consistency(READ, 3, 5)
    for wrong in ([], [b""], [*proof[:-1], proof[-1][:-1]], [*proof[:-1], proof[-1] + b"\x00"]):
        assert tree.verify_consistency(3, 5, wrong, older, newer) is False
    path, root = tree.inclusion(READ, 3, 5), naive_root(LEAVES[:5])
    for wrong in ([], [b""], [path[0][:-1], *path[1:]], [*path, b""]):
        assert tree.verify_inclusion(LEAVES[3], 3, 5, wrong, root) is False


def test_every_small_tree_goes_on_from_every_smaller_one():
    roots = [naive_root(LEAVES[:size]) for size in range(18)]
    for new in range(1, 18):
        for old in range(1, new):
            proof = tree.consistency(READ, old, new)
            assert tree.verify_consistency(old, new, proof, roots[old], roots[new]), (old, new)
