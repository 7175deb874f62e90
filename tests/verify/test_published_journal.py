"""A published journal, checked by somebody who has only its files and the operator's key."""

import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from derbes.crypto import checkpoint, tiles
from derbes.crypto.checkpoint import Head
from tests.core.ledger import ORIGIN, PEN, place, write
from tests.verify.papers import FOREIGN, KEY, answer, changed, publish

pytestmark = pytest.mark.django_db


def test_a_whole_journal_holds_in_a_folder_and_at_an_address(history, capsys):
    _, journal = history
    assert answer("journal", journal, "--key", KEY) == 0
    assert "605 entries" in capsys.readouterr().out
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(journal)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}"
        assert answer("journal", f"{address}/", "--key", KEY) == 0
        assert answer("journal", f"{address}/elsewhere", "--key", KEY) == 1
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def leaves_of(journal: Path) -> list[bytes]:
    parts = [journal / "tile/entries/000", journal / "tile/entries/001", journal / "tile/entries/002.p/93"]
    return [leaf for part in parts for leaf in tiles.decode_bundle(part.read_bytes())]


def rewrite(journal: Path, leaves: list[bytes]) -> None:
    for number, name in enumerate(("000", "001", "002.p/93")):
        part = leaves[number * 256 : (number + 1) * 256]
        (journal / "tile/entries" / name).write_bytes(tiles.encode_bundle(part))


@pytest.mark.parametrize(
    ("cheat", "sentence"),
    [
        (
            lambda leaves: [*leaves[:300], leaves[300].replace(b'"v":1', b'"v":2'), *leaves[301:]],
            "Entry 300 is not",
        ),
        (lambda leaves: [*leaves[:300], *leaves[301:], leaves[300]], "Entry 300 is not"),
        (lambda leaves: [*leaves[:7], leaves[8], leaves[7], *leaves[9:]], "Entry 7 is not"),
        (lambda leaves: [*leaves[:40], leaves[40], *leaves[40:-1]], "Entry 41 is not"),
        (lambda leaves: leaves[:-1], "Bundle 2 has 92 entries instead of 93"),
    ],
    ids=["altered", "removed", "swapped", "added", "cut"],
)
def test_each_cheat_in_a_journal_is_named(history, capsys, cheat, sentence):
    _, journal = history
    rewrite(journal, cheat(leaves_of(journal)))
    assert answer("journal", journal, "--key", KEY) == 1
    assert sentence in capsys.readouterr().out


@pytest.mark.parametrize(
    "path", ["tile/0/001", "tile/0/002.p/93", "tile/1/000.p/2", "tile/entries/001", "checkpoint"]
)
def test_every_file_of_a_journal_must_be_there_and_unchanged(history, path):
    _, journal = history
    whole = (journal / path).read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        (journal / path).write_bytes(changed(whole, at, 0x01))
        assert answer("journal", journal, "--key", KEY) == 1, at
    (journal / path).unlink()
    assert answer("journal", journal, "--key", KEY) == 1


def test_a_journal_goes_on_from_an_earlier_checkpoint(history, tmp_path, capsys):
    _, journal = history
    earlier = tmp_path / "earlier"
    shutil.copy(journal / "checkpoint", earlier)
    assert answer("journal", journal, "--key", KEY, "--earlier", earlier) == 0
    write(300, None, first=900)
    place()
    shutil.rmtree(journal)
    publish(journal)
    assert answer("journal", journal, "--key", KEY, "--earlier", earlier) == 0
    assert "goes on from the earlier checkpoint of 605" in capsys.readouterr().out
    earlier.write_text(checkpoint.sign(Head(ORIGIN, 605, bytes(32)), PEN))
    assert answer("journal", journal, "--key", KEY, "--earlier", earlier) == 1
    assert "it was rewritten" in capsys.readouterr().out
    earlier.write_text(checkpoint.sign(Head(ORIGIN, 906, bytes(32)), PEN))
    assert answer("journal", journal, "--key", KEY, "--earlier", earlier) == 1
    assert "was cut" in capsys.readouterr().out


def test_an_empty_journal_has_no_checkpoint_and_is_refused(tmp_path):
    assert answer("journal", tmp_path, "--key", KEY) == 1


def test_a_checkpoint_holds_and_any_change_does_not(history, capsys):
    note = history[1] / "checkpoint"
    assert answer("note", note, "--key", KEY) == 0
    assert "605 entries" in capsys.readouterr().out
    whole = note.read_bytes()
    for at in range(len(whole)):
        note.write_bytes(changed(whole, at, 0x01))
        assert answer("note", note, "--key", KEY) == 1


def test_a_journal_that_another_key_signed_is_refused(history):
    file, journal = history
    assert answer("history", file, "--journal", journal, "--key", FOREIGN) == 1
    assert answer("journal", journal, "--key", FOREIGN) == 1
    assert answer("note", journal / "checkpoint", "--key", FOREIGN) == 1
