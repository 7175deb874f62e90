"""A search of everything that an installation keeps, for everything that a person typed: nothing in clear (§4.2)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(
    os.environ.get("DERBES_DATABASE", "").startswith("postgres"), reason="searches the files of SQLite"
)

#: What the demo's people typed or said, in the forms in which it could lie about.
TYPED = (
    "Сәрсенова",
    "Қайратқызы",
    "Төлегенова",
    "900101300007",
    "900101300811",
    "aliya@example.kz",
    "saule@example.kz",
    "+77010000001",
    "7010000001",
    "701 000 00 01",
    "192.0.2.10",
    "Деректерім дұрыс па",
    "Mozilla/5.0",
    "SPECIMEN",
    "Ерғалиева",
    "600101310001",
    "person0@example.kz",
    "7010000000",
)


def run(*arguments: str, state: Path) -> str:
    environment = {**os.environ, "DERBES_STATE": str(state), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def spellings(value: str) -> list[bytes]:
    """The value as text, in other encodings, and escaped as JSON would."""
    escaped = value.encode("unicode_escape")
    return [value.encode(), value.encode("utf-16-le"), value.encode("utf-16-be"), escaped]


@pytest.mark.clause("4.2")
def test_no_file_of_an_installation_holds_what_a_person_typed(tmp_path, tmp_path_factory):
    run("migrate", "--verbosity", "0", state=tmp_path)
    said = run("demo", state=tmp_path)
    portfolio = tmp_path_factory.mktemp("clerk") / "portfolio.csv"
    wrong = "consent,,,,Ерғалиева,,,,600101310001,,,,,\n"
    portfolio.write_text(
        run("import", "--example", "9", state=tmp_path).replace("Сәрсенова", "Ерғалиева") + wrong
    )
    imported = run("import", str(portfolio), "--by", "d-01", state=tmp_path)
    assert "taken: 9\n" in imported
    said = imported + said
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "demo.txt"]
    assert any(path.suffix == ".sqlite3" for path in files)
    assert len(list((tmp_path / "files").rglob("*"))) > 2, "the scans are kept"
    told = said.partition("Staff (")[0].encode()  # the accounts that the demo prints on purpose come after
    for kept in [told, *(path.read_bytes() for path in files)]:
        for value in TYPED:
            assert not any(spelling in kept for spelling in spellings(value)), value


@pytest.mark.clause("4.2")
def test_the_search_finds_what_is_there(tmp_path):
    (tmp_path / "leak").write_text('{"surname": "Сәрсенова"}')
    assert any(spelling in (tmp_path / "leak").read_bytes() for spelling in spellings("Сәрсенова"))
