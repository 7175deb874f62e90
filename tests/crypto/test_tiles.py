"""Paths and bundles as C2SP tlog-tiles writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.crypto import tiles
from derbes.crypto.tiles import Asked


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("tile/0/000", Asked(0, 0, 256)),
        ("tile/0/x001/x234/067", Asked(0, 1234067, 256)),
        ("tile/1/x001/005.p/17", Asked(1, 1005, 17)),
        ("tile/entries/x273/063", Asked(None, 273063, 256)),
        ("tile/63/999.p/255", Asked(63, 999, 255)),
    ],
)
def test_a_path_says_level_number_and_width(path, asked):
    assert tiles.parse_path(path) == asked
    made = (
        tiles.entries_path(asked.index, asked.width)
        if asked.level is None
        else tiles.tile_path(asked.level, asked.index, asked.width)
    )
    assert made == path


@pytest.mark.parametrize(
    "path",
    [
        "", "checkpoint", "tile/0/0", "tile/00/000", "tile/64/000", "tile/0/x000/000", "tile/0/001/000",
        "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/007", "tile/0/000.p/300", "tile/0/000/",
        "tile/-1/000", "tile/0/٠٠٠", "tile/entries/x00/000", "/tile/0/000", "tile/0/000\n",
    ],
)  # fmt: skip
def test_no_second_form_of_a_path_is_answered(path):
    assert tiles.parse_path(path) is None


@given(st.integers(0, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_every_path_made_is_understood(level, index, width):
    assert tiles.parse_path(tiles.tile_path(level, index, width)) == Asked(level, index, width)
    assert tiles.parse_path(tiles.entries_path(index, width)) == Asked(None, index, width)


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_back_its_leaves(leaves):
    assert tiles.decode_bundle(tiles.encode_bundle(leaves)) == leaves


@given(st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=5), st.integers(1, 20))
def test_a_bundle_cut_short_is_refused_or_loses_whole_leaves(leaves, cut):
    whole = tiles.encode_bundle(leaves)
    rest = whole[: max(0, len(whole) - cut)]
    try:
        found = tiles.decode_bundle(rest)
    except ValueError:
        return
    assert found == leaves[: len(found)]
    assert tiles.encode_bundle(found) == rest
