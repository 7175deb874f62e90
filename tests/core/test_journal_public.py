"""What is published of the journal: checkpoints with what outsiders said of them, tiles, bundles, and all paths."""

from __future__ import annotations

import pytest

from derbes.core.journal import anchors, public
from derbes.core.journal.models import Checkpoint
from tests.core.ledger import AT, place, write

pytestmark = pytest.mark.django_db
BAR, PAPER, TOKEN = b"\xe2\x80\x94 bar AAAA\n", b"\xe2\x80\x94 paper BBBB\n", b"\x30\x03token"
TEXT = "text/plain; charset=utf-8"


@pytest.fixture
def journal() -> None:
    """Five entries, then 260: of the first checkpoint a witness spoke, of the second two and an authority."""
    write(5)
    place()
    write(255, first=6)
    place()
    anchors.add(5, "bar", BAR, at=AT)
    anchors.add(260, "paper", PAPER, at=AT)
    anchors.add(260, "bar", BAR, at=AT)
    anchors.add(260, anchors.TIMESTAMP, TOKEN, at=AT)


def note(size: int) -> str:
    return Checkpoint.objects.get(size=size).note


def test_a_journal_of_nothing_publishes_nothing() -> None:
    assert list(public.paths()) == []
    assert public.resource("checkpoint") is None
    assert public.resource("anchors") == public.Resource(b"", TEXT, immutable=False)
    assert public.resource("anchor/0") is None


def test_the_sizes_that_somebody_spoke_of_are_listed_one_a_line(journal: None) -> None:
    assert public.resource("anchors") == public.Resource(b"5\n260\n", TEXT, immutable=False)


def test_an_anchor_is_the_checkpoint_and_the_lines_of_its_witnesses(journal: None) -> None:
    assert public.resource("anchor/5") == public.Resource(note(5).encode() + BAR, TEXT, immutable=False)
    assert public.resource("anchor/260") == public.Resource(
        note(260).encode() + BAR + PAPER, TEXT, immutable=False
    )


def test_a_time_stamp_is_served_as_one_and_never_changes(journal: None) -> None:
    stamped = public.Resource(TOKEN, "application/timestamp-token", immutable=True)
    assert public.resource("anchor/260.tst") == stamped


@pytest.mark.parametrize(
    "path",
    ["anchor/6", "anchor/05", "anchor/5.tst", "anchor/", "anchors/", "anchor/5.tst/x", "anchor/x", "anchor",
     "anchor/5.tstx", "tile/0/001.p/5", "tile/0/000/x", "checkpoint/"],
)  # fmt: skip
def test_nothing_else_is_there(journal: None, path: str) -> None:
    assert public.resource(path) is None


def test_tiles_are_bytes_that_never_change_and_the_checkpoint_is_a_text_that_does(journal: None) -> None:
    for path in ("tile/0/000", "tile/entries/001.p/4", "tile/1/000.p/1"):
        found = public.resource(path)
        assert found is not None
        assert (found.content_type, found.immutable) == ("application/octet-stream", True)
    assert public.resource("checkpoint") == public.Resource(note(260).encode(), TEXT, immutable=False)


def test_of_a_tile_there_are_as_many_hashes_as_are_asked_for_or_none(journal: None) -> None:
    assert public.tile(0, 9) is None
    four = public.tile(0, 1, 4)
    assert four is not None
    assert (len(four), public.tile(0, 1, 3)) == (128, four[:96])
    assert public.tile(0, 1, 5) is None


def test_every_path_is_told_once_its_size_is_known_the_checkpoint_last(journal: None) -> None:
    assert list(public.paths()) == [
        "tile/0/000",
        "tile/entries/000",
        "tile/0/001.p/4",
        "tile/entries/001.p/4",
        "tile/1/000.p/1",
        "anchor/5",
        "anchor/260",
        "anchor/260.tst",
        "anchors",
        "checkpoint",
    ]
    assert all(public.resource(path) for path in public.paths())


def test_the_list_of_anchors_is_given_out_page_by_page_the_last_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(public, "PAGE", 2)
    for number in range(1, 6):
        write(1, first=number)
        place()
        anchors.add(number, "foo", b"line\n", at=AT)
        anchors.add(number, "bar", b"line\n", at=AT)
    pages = {
        "anchors": b"4\n5\nanchors.4\n",
        "anchors.4": b"2\n3\nanchors.2\n",
        "anchors.2": b"1\n",
        "anchors.1": b"",
    }
    for path, body in pages.items():
        assert public.resource(path) == public.Resource(body, TEXT, immutable=False)
    assert [path for path in public.paths() if "anchors" in path] == ["anchors.4", "anchors.2", "anchors"]
    assert public.resource("anchors.04") is public.resource("anchors.x") is None


def test_of_full_tiles_no_part_is_listed() -> None:
    write(256)
    place()
    assert list(public.paths()) == ["tile/0/000", "tile/entries/000", "tile/1/000.p/1", "checkpoint"]


def test_a_list_of_anchors_that_fills_its_page_leads_to_no_other(monkeypatch):
    monkeypatch.setattr(public, "PAGE", 2)
    for size in (5, 260):
        anchors.add(size, "bar", BAR, at=AT)
    assert public.resource("anchors").body == b"5\n260\n"
    anchors.add(700, "bar", BAR, at=AT)
    assert public.resource("anchors").body == b"260\n700\nanchors.260\n"
