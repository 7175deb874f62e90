"""No regular expression of the code takes long, whatever it is shown."""

from __future__ import annotations

from tests.fuzz import pumps


def test_no_pattern_grows_much_faster_than_its_text() -> None:
    written = pumps.written()
    found = [slow for one in written if (slow := pumps.slow(one))]
    assert len(written) > 300
    assert not found, "\n".join(
        f"{one.written.where}: {one.seconds:.2f} s on {one.text[:30]!r}…" for one in found
    )


def test_a_pattern_that_takes_long_is_found() -> None:
    cubic = pumps.Written("here", r"## +(.*?) *\{#x\}", 0, anchored=True)
    harmless = pumps.Written("here", r"## (.*)\{#x\}", 0, anchored=True)
    assert pumps.slow(cubic)
    assert pumps.slow(harmless) is None
