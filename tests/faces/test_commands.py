"""Whoever runs a command of manage.py wrongly, or too early, is told in a sentence what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from derbes.flows import journal, rotation
from tests.conftest import ROOT


@pytest.mark.django_db
@pytest.mark.parametrize("words", [("import", "--template"), ("retention",), ("rotate",)])
def test_before_the_first_edition_the_way_to_it_is_said(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match=r"Publish one first: manage.py publish FOLDER --yes"):
        call_command(*words)


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (OperationalError("no such table: journal_entry\nDETAIL: 900101300007"), "manage.py migrate"),
        (rotation.KeysRefused("There are no keys in the folder."), "There are no keys"),
        (FileNotFoundError(2, "No such file or directory", "kept.txt"), "^kept.txt: No such file"),
    ],
)
def test_what_is_missing_around_a_command_is_no_trace(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, sentence: str
) -> None:
    def fails() -> None:
        raise failure

    monkeypatch.setattr(journal, "key", fails)
    with pytest.raises(CommandError, match=sentence) as said:
        call_command("journal", "key")
    assert "900101300007" not in str(said.value)


@pytest.mark.parametrize(
    "words",
    [
        ("import", "--example", "-3"),
        ("import", "--example", "many"),
        ("simulate", "--people", "0"),
        ("simulate", "--years", "-1"),
        ("publish", ".", "--effective", "tomorrow"),
        ("publish", ".", "--effective", "2026-12-01"),
    ],
)
def test_a_number_or_a_moment_that_is_none_says_which_is_wanted(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="wanted"):
        call_command(*words)


@pytest.mark.django_db
@pytest.mark.parametrize("kept", [b"a,b\n", b"\xff\xfe\x00"])
def test_what_was_kept_and_is_no_checkpoint_is_named(tmp_path: Path, kept: bytes) -> None:
    earlier = tmp_path / "kept"
    earlier.write_bytes(kept)
    with pytest.raises(CommandError, match="kept is no checkpoint"):
        call_command("journal", "verify", "--earlier", str(earlier))


def test_a_folder_without_a_policy_and_a_mailbox_that_is_not_set_are_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no policy folder"):
        call_command("publish", str(tmp_path))
    with pytest.raises(CommandError, match="DERBES_IMAP_HOST"):
        call_command("mailbox")


def test_all_that_production_lacks_is_said_at_once_and_is_no_trace(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DERBES_")}
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=ROOT,
        env=kept | {"DERBES_PRODUCTION": "1", "DERBES_STATE": str(tmp_path), "DERBES_PROXIES": "one"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    for name in (
        "DERBES_SECRET_KEY is not set",
        "DERBES_ORIGIN is not set",
        "DERBES_PROXIES must be a number",
    ):
        assert name in done.stderr
