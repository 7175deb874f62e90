"""The witness that an NGO runs: what it signs, what it refuses, and that it never signs less than it did."""

import shutil
import stat
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import derbes_cosign
import derbes_mirror
import derbes_verify
import derbes_witness
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from derbes_verify import Head, Refused
from hypothesis import given
from hypothesis import strategies as st

from derbes.crypto import armour, checkpoint, cosignature, tree
from tests.core.ledger import ORIGIN, PEN
from tests.verify.house import BAR, honest, worked
from tests.verify.papers import FOREIGN, KEY

FOLDER = Path(derbes_verify.__file__).parent
HASHES = [tree.leaf_hash(bytes([number])) for number in range(70)]


def nodes(level, index):
    grown = tree.Range()
    for each in HASHES[index << level : (index + 1) << level]:
        grown.append(each)
    return grown.root()


def note(size, hashes=HASHES):
    grown = tree.Range()
    for each in hashes[:size]:
        grown.append(each)
    return checkpoint.sign(checkpoint.Head(ORIGIN, size, grown.root()), PEN)


def proof(old, new):
    return [armour.encode(node) for node in tree.consistency(nodes, old, new)]


def body(old, lines, signed):
    return "\n".join([f"old {old}", *lines, "", signed]).encode()


@pytest.fixture
def witness(tmp_path):
    state = derbes_witness.State(tmp_path / "state")
    yield derbes_witness.Witness("bar.example.kz/w", PEN_OF_BAR, [derbes_verify.parse_key(KEY)], state)
    state.close()


PEN_OF_BAR = Ed25519PrivateKey.from_private_bytes(b"b" * 32)


def signed_by(witness, answer, text):
    return cosignature.verify(answer.body, text, cosignature.parse_witness(witness.vkey))


def test_it_signs_what_goes_on_and_says_how_far_it_is(witness):
    answer = witness.add_checkpoint(body(0, [], note(5)))
    assert answer.status == 200
    assert signed_by(witness, answer, note(5))
    assert witness.add_checkpoint(body(0, [], note(9))) == (409, "5\n", "text/x.tlog.size")
    answer = witness.add_checkpoint(body(5, proof(5, 9), note(9)))
    assert signed_by(witness, answer, note(9))
    assert witness.add_checkpoint(body(9, [], note(9))).status == 200  # the same again, at another time
    assert witness.add_checkpoint(body(9, proof(9, 64), note(64))).status == 200


def test_it_never_signs_less_or_something_else(witness):
    witness.add_checkpoint(body(0, [], note(20)))
    other = [*HASHES[:3], tree.leaf_hash(b"else"), *HASHES[4:]]
    assert witness.add_checkpoint(body(20, [], note(20, other))).status == 409
    assert witness.add_checkpoint(body(20, proof(20, 30), note(30, other))).status == 422
    assert witness.add_checkpoint(body(20, [], note(30))).status == 422
    assert witness.add_checkpoint(body(20, proof(19, 30), note(30))).status == 422
    assert witness.add_checkpoint(body(20, [], note(10))).status == 400
    assert witness.add_checkpoint(body(10, [], note(10))).status == 409
    assert witness.state.read(ORIGIN)[0].size == 20


def test_it_signs_for_known_journals_and_keys_only(witness):
    text = note(5)
    assert witness.add_checkpoint(body(0, [], text.replace(ORIGIN, "other.example/journal"))).status == 404
    stranger = checkpoint.sign(checkpoint.Head(ORIGIN, 5, bytes(32)), BAR.pen)
    assert witness.add_checkpoint(body(0, [], stranger)).status == 403
    assert witness.add_checkpoint(body(0, [], text.replace("5\n", "6\n", 1))).status == 403
    assert witness.add_checkpoint(body(0, [], text + "— somebody.else AAAA\n")).status == 200
    assert FOREIGN != KEY


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"old 5",
        b"old 05\n\n",
        b"old -1\n\n",
        b"new 5\n\n",
        b"\xff\n\n",
        body(0, ["zzz"], note(5)),
        body(0, [armour.encode(bytes(32))] * 64, note(5)),
        body(0, [], "no note"),
    ],
)
def test_what_is_no_submission_is_refused(witness, sent):
    assert witness.add_checkpoint(sent).status == 400


def test_of_many_at_once_the_last_kept_is_the_largest_signed(witness):
    witness.add_checkpoint(body(0, [], note(8)))
    answers = {}

    def ask(size):
        answers[size] = witness.add_checkpoint(body(8, proof(8, size), note(size))).status

    asking = [threading.Thread(target=ask, args=[size]) for size in range(9, 25)]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    signed = [size for size, status in answers.items() if status == 200]
    assert len(signed) == 1
    assert witness.state.read(ORIGIN)[0].size == signed[0]


def test_nothing_is_signed_that_is_not_kept(witness, monkeypatch):
    def full(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(derbes_witness.os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        witness.add_checkpoint(body(0, [], note(5)))
    monkeypatch.undo()
    assert witness.state.read(ORIGIN)[0].size == 0


def test_two_witnesses_do_not_share_a_state_and_a_key_is_its_owners(witness, tmp_path):
    call = ["--name", "x", "--log", KEY, "--state", str(tmp_path / "state")]
    program = [sys.executable, derbes_witness.__file__, *call]
    ran = subprocess.run(program, capture_output=True, text=True, check=False, timeout=30)
    assert ran.returncode == 2
    assert "Another witness is at work" in ran.stderr
    pen = derbes_witness.pen_in(tmp_path / "own" / "key")
    assert stat.S_IMODE((tmp_path / "own" / "key").stat().st_mode) == 0o600
    again = derbes_witness.pen_in(tmp_path / "own" / "key")
    assert again.public_key().public_bytes_raw() == pen.public_key().public_bytes_raw()


def test_what_it_signed_last_is_for_everybody(witness):
    assert witness.shown("/key").body == f"{witness.vkey}\n"
    address = f"/checkpoint/{derbes_verify.sha256(ORIGIN.encode()).hexdigest()}"
    assert witness.shown(address).status == 404
    witness.add_checkpoint(body(0, [], note(5)))
    shown = witness.shown(address).body
    assert derbes_cosign.check_cosigned(shown, derbes_verify.parse_key(KEY)).size == 5
    assert witness.shown("/elsewhere").status == 404


@given(st.integers(0, 70), st.integers(0, 70), st.integers(0, 9))
def test_consistency_is_what_the_tree_says(old, new, spoiled):
    old, new = min(old, new), max(old, new)
    heads = [
        Head(size, derbes_cosign.check_cosigned(note(size), derbes_verify.parse_key(KEY)).root)
        for size in (old, new)
    ]
    path = tree.consistency(nodes, old, new)
    assert derbes_cosign.consistent(*heads, path)
    if spoiled < len(path):
        path[spoiled] = bytes(32)
        assert not derbes_cosign.consistent(*heads, path)
    elif old:
        assert not derbes_cosign.consistent(*heads, [*path, bytes(32)])


def test_a_witness_key_has_one_form():
    assert str(derbes_cosign.parse_witness(str(BAR.witness)).key.text) == str(BAR.witness)
    for wrong in (KEY, str(BAR.witness)[:-1], "x", f"a b{BAR.witness}"):
        with pytest.raises(Refused):
            derbes_cosign.parse_witness(wrong)
        with pytest.raises(ValueError):
            cosignature.parse_witness(wrong)


# A copy of the journal


@pytest.fixture
def served(tmp_path):
    """Serve a folder; return it, with what to tell the mirror to copy it."""
    folder = tmp_path / "served"
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, [f"http://127.0.0.1:{server.server_address[1]}", str(tmp_path / "copy"), "--key", KEY]
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_mirror_goes_on_and_keeps_what_it_was_when_the_journal_does_not(served, tmp_path, capsys):
    house, (folder, call) = honest(), served
    whole(house, folder)
    assert derbes_mirror.main(call) == 0
    house.entries += [worked(400 + i) for i in range(300)]
    whole(house, folder)
    assert derbes_mirror.main(call) == 0
    assert sorted(path.name for path in (tmp_path / "copy/kept").iterdir()) == ["300", "600"]
    assert derbes_verify.main(["journal", str(tmp_path / "copy"), "--key", KEY]) == 0
    house.entries[20] = worked(20)
    shutil.rmtree(folder)
    whole(house, folder)
    house.entries.append(worked(999))
    whole(house, folder)
    capsys.readouterr()
    assert derbes_mirror.main(call) == 1
    assert "does not go on from this copy" in capsys.readouterr().out
    assert derbes_verify.main(["journal", str(tmp_path / "copy"), "--key", KEY]) == 0


@pytest.mark.parametrize(
    "name", ["tile/0/000", "tile/entries/000", "tile/1/000.p/2", "tile/entries/002.p/88"]
)
@pytest.mark.parametrize("harm", ["a bit", "the end"])
def test_a_mirror_fetches_again_what_is_damaged_in_the_copy_and_says_so(served, tmp_path, capsys, name, harm):
    house, (folder, call) = honest(), served
    house.entries += [worked(400 + i) for i in range(300)]
    whole(house, folder)
    assert derbes_mirror.main(call) == 0
    copied = tmp_path / "copy" / name
    good = copied.read_bytes()
    copied.write_bytes(good[:-40] if harm == "the end" else good[:9] + bytes([good[9] ^ 1]) + good[10:])
    capsys.readouterr()
    assert derbes_mirror.main(call) == 0
    assert f"{name} was damaged in the copy and was fetched again." in capsys.readouterr().out
    assert copied.read_bytes() == good
    assert derbes_verify.main(["journal", str(tmp_path / "copy"), "--key", KEY]) == 0
    assert not [*tmp_path.rglob(f"*{derbes_mirror.ASIDE}")]


def test_what_the_journal_itself_gives_out_damaged_is_refused_until_it_is_whole(served, tmp_path, capsys):
    house, (folder, call) = honest(), served
    whole(house, folder)
    tile = folder / "tile/entries/000"
    good = tile.read_bytes()
    tile.write_bytes(good[:40] + b"?" + good[41:])
    for _ in range(2):
        assert derbes_mirror.main(call) == 1
        assert "REFUSED. Entry 0 " in capsys.readouterr().out
    assert not (tmp_path / "copy/checkpoint").exists()
    tile.write_bytes(good)
    assert derbes_mirror.main(call) == 0


def test_a_mirror_that_was_begun_anew_from_another_journal_keeps_what_it_had_aside(served, tmp_path):
    house, (folder, call) = honest(), served
    whole(house, folder)
    assert derbes_mirror.main(call) == 0
    mine = (tmp_path / "copy/tile/entries/000").read_bytes()
    (tmp_path / "copy/tile/0/000").write_bytes(b"damaged")
    house.entries[20] = worked(20)
    shutil.rmtree(folder)
    whole(house, folder)
    assert derbes_mirror.main(call) == 1
    assert (tmp_path / f"copy/tile/entries/000{derbes_mirror.ASIDE}").read_bytes() == mine


def test_a_list_of_anchors_is_followed_page_by_page_and_not_round_in_a_circle(tmp_path):
    source = derbes_verify.Source(str(tmp_path))
    (tmp_path / "anchors").write_text("30\n31\nanchors.30\n")
    (tmp_path / "anchors.30").write_text("20\n21\nanchors.20\n")
    (tmp_path / "anchors.20").write_text("1\n")
    assert source.anchored() == [1, 20, 21, 30, 31]
    assert source.anchored(20) == [20, 21, 30, 31]
    for wrong in (
        "30\nanchors.30\n",
        "31\n32\n",
        "2\n1\n",
        "1\nanchors.../x\n",
        "x\n",
        "anchors.1\n",
        "9" * 20,
    ):
        (tmp_path / "anchors.30").write_text(wrong)
        with pytest.raises(Refused):
            source.anchored()


def whole(house, folder):
    """Publish a journal with its tiles."""
    house.publish(folder)
    edge = derbes_verify.Tree(lambda level, number, tile: put(folder, level, number, tile))
    edge.extend(b"".join(tree.leaf_hash(each.leaf) for each in house.entries))
    for level, row in enumerate(edge.open):
        if row:
            put(folder, level, edge.size >> 8 * (level + 1), row)


def put(folder, level, number, tile):
    target = folder / derbes_verify.path_of(str(level), number, len(tile) // 32)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(tile)


def test_every_program_runs_from_a_copy_of_the_folder(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "verify", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("verify", "audit", "witness", "mirror"):
        program = [sys.executable, str(tmp_path / "verify" / f"derbes_{name}.py"), "--help"]
        ran = subprocess.run(program, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60)
        assert (ran.returncode, ran.stderr) == (0, "")
