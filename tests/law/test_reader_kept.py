"""A change of the reader shows itself: each of our documents is read as it was when somebody last looked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.law.reader_kept import KEPT, everything, told


@pytest.mark.parametrize("path", everything(), ids=lambda path: path.name)
def test_a_document_is_read_as_before_to_the_last_letter(path: Path) -> None:
    kept = (KEPT / f"{path.name}.txt").read_text(encoding="utf-8")
    assert told(path) == kept, "look at what changed: python -m tests.law.reader_kept, git diff"
