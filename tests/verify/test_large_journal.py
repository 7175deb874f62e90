"""A published journal so large that several processes share the work: nothing gets lost between them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.crypto import checkpoint, tiles, tree
from derbes.crypto.checkpoint import Head
from tests.core.ledger import ORIGIN, PEN
from tests.verify.papers import KEY, answer, changed
from verify import derbes_verify

SIZE = 2 * derbes_verify.PART + 700
EARLIER = derbes_verify.PART + 300


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A journal of two whole parts and a bit, and the checkpoints that it had on its way."""
    folder, edge = tmp_path_factory.mktemp("large"), tiles.Edge()
    leaves = [b'{"commitment":"%d","v":1}' % n for n in range(SIZE)]
    notes = {0: note(edge)}
    for start, stop in ((0, derbes_verify.PART), (derbes_verify.PART, EARLIER), (EARLIER, SIZE)):
        for (level, number), nodes in edge.extend(b"".join(map(tree.leaf_hash, leaves[start:stop]))).items():
            hashes = nodes[: tiles.TILE_SIZE]
            put(folder / tiles.tile_path(level, number, len(hashes) // 32), hashes)
        notes[stop] = note(edge)
    for number in range(0, SIZE, tiles.WIDTH):
        part = leaves[number : number + tiles.WIDTH]
        put(folder / tiles.entries_path(number // tiles.WIDTH, len(part)), tiles.encode_bundle(part))
    put(folder / "checkpoint", notes[SIZE].encode())
    return folder, notes


def note(edge: tiles.Edge) -> str:
    return checkpoint.sign(Head(ORIGIN, edge.size, edge.root()), PEN)


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@given(st.lists(st.binary(max_size=3), max_size=5) | st.lists(st.sampled_from([b"a" * 300, b"b" * 300])))
def test_a_bundle_is_hashed_as_its_leaves_are(leaves):
    data = tiles.encode_bundle(leaves)
    assert derbes_verify.Bundle(0, len(leaves), data).leaves() == leaves
    assert derbes_verify.Bundle(0, len(leaves), data).hashes() == b"".join(map(tree.leaf_hash, leaves))
    for width, shown in ((len(leaves) + 1, data), (len(leaves), data + b"\0")):
        for way in (derbes_verify.Bundle.leaves, derbes_verify.Bundle.hashes):
            with pytest.raises(derbes_verify.Refused):
                way(derbes_verify.Bundle(0, width, shown))


@pytest.fixture(params=[1, 2], ids=["one core", "two cores"])
def cores(request, monkeypatch):
    monkeypatch.setattr(derbes_verify.os, "cpu_count", lambda: request.param)


@pytest.mark.parametrize("earlier", [0, derbes_verify.PART, EARLIER, SIZE])
def test_a_large_journal_holds_and_goes_on_from_what_it_was(large, cores, earlier, tmp_path, capsys):
    folder, notes = large
    (tmp_path / "earlier").write_text(notes[earlier])
    assert answer("journal", folder, "--key", KEY, "--earlier", tmp_path / "earlier") == 0
    assert f"goes on from the earlier checkpoint of {earlier}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("path", "at", "sentence"),
    [
        ("tile/0/400", 40, f"Entry {400 * 256 + 1} is not"),
        ("tile/entries/400", 8, f"Entry {400 * 256} is not"),
        ("tile/0/514.p/188", 187 * 32, f"Entry {SIZE - 1} is not"),
        ("tile/1/001", 3 * 32, "Tile 1 of level 1 is not"),
        ("tile/1/002.p/2", 0, "Tile 2 of level 1 is not"),
        ("tile/2/000.p/2", 63, "Tile 0 of level 2 is not"),
        ("tile/0/300", None, "does not give out tile/0/300"),
        ("tile/entries/300", None, "does not give out tile/entries/300"),
    ],
)
def test_what_is_wrong_in_anybodys_part_is_named(large, cores, path, at, sentence, capsys):
    target = large[0] / path
    whole = target.read_bytes()
    target.unlink()
    try:
        if at is not None:
            target.write_bytes(changed(whole, at, 1))
        assert answer("journal", large[0], "--key", KEY) == 1
        assert sentence in capsys.readouterr().out
    finally:
        target.write_bytes(whole)


@pytest.mark.parametrize("earlier", [derbes_verify.PART, EARLIER])
def test_a_beginning_that_was_rewritten_is_seen_in_any_part(large, cores, earlier, tmp_path, capsys):
    (tmp_path / "earlier").write_text(checkpoint.sign(Head(ORIGIN, earlier, bytes(32)), PEN))
    assert answer("journal", large[0], "--key", KEY, "--earlier", tmp_path / "earlier") == 1
    assert "it was rewritten" in capsys.readouterr().out
