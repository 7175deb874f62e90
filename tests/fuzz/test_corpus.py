"""What was found once stays found: every input of the corpus, and every seed, is tried again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.fuzz.target import Target
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
