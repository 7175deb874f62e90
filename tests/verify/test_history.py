"""A history: all of a person's entries, each once, and no further one in the whole journal."""

import shutil

import pytest

from derbes.core.journal import prove
from derbes.crypto import checkpoint, tiles
from derbes.crypto.checkpoint import Head
from tests.core.ledger import ALIYA, ERLAN, ORIGIN, PEN, place, write
from tests.verify.papers import KEY, answer, changed, exported, publish

pytestmark = pytest.mark.django_db


def test_a_history_is_complete_also_when_the_journal_went_on(history, capsys):
    file, journal = history
    assert answer("history", file, "--journal", journal, "--key", KEY) == 0
    said = capsys.readouterr().out
    assert (
        "5. 2026-11-22T09:35:00.123Z reading.read (done) by staff s-17 for verification: iin, name." in said
    )
    assert "complete: 5 entries, each once, and no further one in a journal of 605" in said
    write(3, first=6)
    write(200, None, first=900)
    place()
    shutil.rmtree(journal)
    assert answer("history", file, "--journal", publish(journal), "--key", KEY) == 0


def test_a_history_that_leaves_out_the_last_entry_is_refused(history, tmp_path, capsys):
    _, journal = history
    shorter = prove.history(ALIYA, 5)["entries"][:4]
    file = exported(tmp_path / "short.json", count=4, entries=shorter)
    assert answer("history", file, "--journal", journal, "--key", KEY) == 1
    assert "leaves out" in capsys.readouterr().out


def test_a_history_that_leaves_out_one_in_between_is_refused(history, tmp_path):
    _, journal = history
    entries = prove.history(ALIYA, 5)["entries"]
    without = [*entries[:2], *entries[3:]]
    file = exported(tmp_path / "gap.json", count=4, entries=without)
    assert answer("history", file, "--journal", journal, "--key", KEY) == 1
    renumbered = [entry | {"n": n} for n, entry in enumerate(without, start=1)]
    file = exported(tmp_path / "gap.json", count=4, entries=renumbered)
    assert answer("history", file, "--journal", journal, "--key", KEY) == 1


def test_a_history_with_an_entry_of_another_person_is_refused(history, tmp_path):
    _, journal = history
    entries = prove.history(ALIYA, 5)["entries"]
    entries[4] = prove.history(ERLAN, 5)["entries"][4]
    file = exported(tmp_path / "other.json", entries=entries)
    assert answer("history", file, "--journal", journal, "--key", KEY) == 1


def test_a_history_against_a_journal_that_was_cut_is_refused(history, tmp_path, capsys):
    file, journal = history
    note = checkpoint.sign(Head(ORIGIN, 305, bytes(32)), PEN)
    (journal / "checkpoint").write_text(note)
    assert answer("history", file, "--journal", journal, "--key", KEY) == 1
    assert "was cut" in capsys.readouterr().out


def test_a_history_against_other_leaves_is_refused(history):
    file, journal = history
    bundle = journal / "tile/entries/000"
    leaves = tiles.decode_bundle(bundle.read_bytes())
    bundle.write_bytes(tiles.encode_bundle([*leaves[1:], leaves[0]]))
    assert answer("history", file, "--journal", journal, "--key", KEY) == 1


def test_every_changed_byte_of_a_history_is_refused(history):
    file, journal = history
    whole = file.read_bytes()
    for at in range(0, len(whole), 7):  # every seventh: each costs a walk over the journal
        file.write_bytes(changed(whole, at, 0x01))
        assert answer("history", file, "--journal", journal, "--key", KEY) == 1, at
