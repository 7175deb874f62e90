"""Whether a proof holds is answered by yes or no, at the edges too."""

from __future__ import annotations

from derbes.crypto import tree


def test_a_leaf_that_the_tree_does_not_have_is_answered_by_no():
    leaf = tree.leaf_hash(b"one")
    assert tree.verify_inclusion(leaf, 0, 1, [], leaf) is True
    for index, size in ((1, 1), (-1, 1), (0, 0)):
        assert tree.verify_inclusion(leaf, index, size, [], leaf) is False
    assert tree.verify_inclusion(leaf, 0, 1, [leaf], leaf) is False
    assert tree.verify_inclusion(leaf, 0, 2, [leaf[:-1]], leaf) is False
    assert tree.verify_consistency(2, 1, [], leaf, leaf) is False
