"""What outsiders said of the journal is kept beside its checkpoints, and told as they said it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from derbes.core.journal import anchors
from derbes.core.journal.models import Anchor, Checkpoint
from tests.core.ledger import AT, place, write

pytestmark = pytest.mark.django_db
WITNESS, OTHER = "bar.example.kz/witness", "ngo.example.kz/witness"
LATER = AT + timedelta(hours=1)


def grown(*sizes: int) -> None:
    """Let the journal grow to these sizes, with a checkpoint at each."""
    before = 0
    for size in sizes:
        write(size - before, None)
        place()
        before = size


def test_the_first_word_of_a_source_stays() -> None:
    anchors.add(3, WITNESS, b"first", at=AT)
    anchors.add(3, WITNESS, b"second", at=LATER)
    (said,) = Anchor.objects.all()
    assert (said.size, said.source, bytes(said.proof), said.at) == (3, WITNESS, b"first", AT)


def test_of_each_source_that_is_asked_for_the_last_word_is_told() -> None:
    assert anchors.last([WITNESS]) == {}
    anchors.add(9, WITNESS, b"line", at=LATER)
    anchors.add(3, WITNESS, b"line", at=AT)
    anchors.add(3, OTHER, b"line", at=AT)
    assert anchors.last([WITNESS, OTHER, "nobody"]) == {WITNESS: (9, LATER), OTHER: (3, AT)}
    assert anchors.last([OTHER]) == {OTHER: (3, AT)}


def test_the_newest_checkpoint_is_there_when_the_journal_is_not_empty() -> None:
    assert anchors.newest() is None
    grown(2, 5)
    assert anchors.newest() == (5, Checkpoint.objects.get(size=5).note)


def test_sizes_are_those_that_anybody_spoke_of_each_once() -> None:
    assert anchors.sizes() == []
    for size, source in ((20, WITNESS), (3, OTHER), (3, WITNESS), (100, anchors.TIMESTAMP)):
        anchors.add(size, source, b"", at=AT)
    assert anchors.sizes() == [3, 20, 100]


def test_a_page_of_sizes_is_the_greatest_below_a_size_each_once_and_ascending() -> None:
    assert anchors.page(below=None, most=2) == []
    for size, source in ((20, WITNESS), (3, OTHER), (3, WITNESS), (100, anchors.TIMESTAMP), (100, WITNESS)):
        anchors.add(size, source, b"", at=AT)
    assert anchors.page(below=None, most=2) == [20, 100]
    assert anchors.page(below=100, most=2) == [3, 20]
    assert anchors.page(below=20, most=2) == [3]
    assert anchors.page(below=3, most=2) == []


def test_a_cosigned_checkpoint_is_the_operators_with_the_witnesses_lines_and_no_time_stamp() -> None:
    grown(2, 5)
    for source, line in (
        (OTHER, b"line of the other\n"),
        (anchors.TIMESTAMP, b"\x30\x00"),
        (WITNESS, b"line\n"),
    ):
        anchors.add(5, source, line, at=AT)
    assert anchors.cosigned(5) == Checkpoint.objects.get(size=5).note + "line\n" + "line of the other\n"


def test_what_nobody_spoke_of_or_is_no_checkpoint_is_not_cosigned() -> None:
    grown(2, 5)
    anchors.add(4, WITNESS, b"line\n", at=AT)
    assert anchors.cosigned(5) is None, "a checkpoint of which nobody spoke"
    assert anchors.cosigned(4) is None, "a word about a checkpoint that is not there"
    assert anchors.cosigned(3) is None


def test_a_time_stamp_is_given_out_as_it_came() -> None:
    anchors.add(5, anchors.TIMESTAMP, b"\x30\x01\xff", at=AT)
    anchors.add(4, WITNESS, b"line\n", at=AT)
    assert anchors.token(5) == b"\x30\x01\xff"
    assert (anchors.token(4), anchors.token(6)) == (None, None)


def test_the_greatest_of_the_sizes_are_a_page_of_them_each_once() -> None:
    assert anchors.page(below=None, most=3) == []
    for size, source in ((3, WITNESS), (20, WITNESS), (20, OTHER), (100, WITNESS), (7, OTHER)):
        anchors.add(size, source, b"", at=AT)
    assert anchors.page(below=None, most=3) == [7, 20, 100]
    assert anchors.page(below=None, most=9) == [3, 7, 20, 100]
    assert anchors.page(below=20, most=9) == [3, 7]
    assert anchors.page(below=21, most=1) == [20]
