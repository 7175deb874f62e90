"""Intake: parsers of other people's files run apart, with little to spend and nothing to steal."""

import subprocess
import sys
import threading

from derbes.outside import intake
from derbes.outside.intake import Limits, reception
from tests.outside.sheets import pdf_of, picture, refusal, saved


def test_the_washing_process_sees_none_of_our_secrets(monkeypatch):
    monkeypatch.setenv("DERBES_SECRET_KEY", "s3cret")
    seen = []

    def run(command, **given):
        seen.append(
            run_really([sys.executable, "-c", "import os; print(sorted(os.environ))"], **given).stdout
        )
        return run_really(command, **given)

    run_really = reception.subprocess.run
    monkeypatch.setattr(reception.subprocess, "run", run)
    intake.take_in(pdf_of(), "statement.pdf")
    assert b"PYTHONPATH" in seen[0]
    assert b"DERBES" not in seen[0]


def test_the_washing_process_can_write_no_file(tmp_path):
    attempt = (
        "from derbes.outside.intake import Limits, washing; washing._confine(Limits());"
        f"open({str(tmp_path / 'kept')!r}, 'wb', 0).write(b'kept')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", attempt],
        env={"PYTHONPATH": str(reception.ROOT)},
        capture_output=True,
        check=False,
    )
    assert b"File too large" in ended.stderr
    assert (tmp_path / "kept").read_bytes() == b""


def test_a_file_that_needs_too_much_memory_is_refused():
    code = refusal(saved(picture((6000, 6000)), "PNG"), "photo.png", limits=Limits(memory=180 * 1024 * 1024))
    assert code in {"too_many_pixels", "damaged"}


def test_a_file_that_takes_too_long_is_refused():
    slow = pdf_of(20, size=(2000, 2000))
    assert refusal(slow, "statement.pdf", limits=Limits(seconds=1, page_pixels=40_000_000)) == "damaged"


def test_two_files_are_washed_at_once_and_no_more(monkeypatch):
    inside, most, lock = [], [], threading.Lock()
    wash = reception._wash

    def counted(*given):
        with lock:
            inside.append(1)
            most.append(len(inside))
        try:
            return wash(*given)
        finally:
            with lock:
                inside.pop()

    monkeypatch.setattr(reception, "_wash", counted)
    threads = [threading.Thread(target=intake.take_in, args=(pdf_of(), "statement.pdf")) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 2


def test_an_answer_that_is_not_a_harmless_copy_is_not_believed(monkeypatch):
    for lie in (b'{"data": 4, "pages": 1}\nMZ..', b'{"data": 5, "pages": 1}\n%PDF-MZ..'):
        monkeypatch.setattr(reception, "_wash", lambda *_, lie=lie: lie)
        assert refusal(pdf_of(), "statement.pdf") == "damaged"


def test_an_answer_without_its_head_is_damaged(monkeypatch):
    for noise in (b"", b"Traceback", b'{"pages": 1}\n', b"[]\n", b'{"refused": "unheard of"}\n'):
        monkeypatch.setattr(reception, "_wash", lambda *_, noise=noise: noise)
        assert refusal(pdf_of(), "statement.pdf") == "damaged"
