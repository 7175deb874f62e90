"""What was found once stays found: every input of the corpus, and every seed, is tried again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.fuzz.target import Target, beside, last, remembered
from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
SLOWEST = 3.0  # seconds of the processor for one input


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_no_promise_is_broken_by_what_was_found_before(target: Target) -> None:
    for data in (*target.seeds(), *(path.read_bytes() for path in sorted((CORPUS / target.name).glob("*")))):
        begun = time.process_time()
        target.run(data)
        assert time.process_time() - begun < SLOWEST


def test_every_folder_of_the_corpus_has_its_target() -> None:
    assert {path.name for path in CORPUS.iterdir()} <= {target.name for target in TARGETS}


def test_what_a_process_tried_last_is_known_when_it_is_no_more(tmp_path: Path) -> None:
    tried: list[bytes] = []
    place = beside(tmp_path / "scans")
    run = remembered(Target("scans", tried.append, lambda: (), 8), place)
    for data in (b"12345678", b"", b"\x00ab"):
        run(data)
        assert last(place) == tried[-1] == data
