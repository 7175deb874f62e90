"""docs/auditor.md is walked: every command in it, in its order, against the example that `make run` starts."""

import io
import json
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from derbes.core.subjects.models import Subject
from derbes.flows import access, accounts, anchoring, journal

ROOT = Path(__file__).parents[2]
COMMANDS = re.findall(
    r"```sh\n(.*?)```", (ROOT / "docs" / "auditor.md").read_text(encoding="utf-8"), re.DOTALL
)
#: Where `make run` stands, the test does what the running worker would, and then lets the auditor go on.
WAIT = "touch reached; until [ -e go ]; do sleep 0.1; done"


@pytest.fixture
def example(live_server, settings, tmp_path):
    settings.STATE = tmp_path
    call_command("demo", stdout=io.StringIO())
    return live_server.url


def script(address):
    lines = "".join(COMMANDS).replace("http://localhost:8000", address)
    lines = lines.replace(".venv/bin/python verify/", f"{sys.executable} {ROOT}/verify/")
    lines = lines.replace("--state bar", "--state bar --port 0")
    started = re.sub(r"^.*make run$", WAIT, lines, flags=re.MULTILINE)
    assert started.count(WAIT) == 1
    return f"set -eu\ntrap 'kill $(jobs -p)' EXIT\n{started}"


@contextmanager
def walking(address, folder, said):
    """The auditor at work; when the test gives up, so do they and their witness."""
    call = ["bash", "-c", script(address)]
    with subprocess.Popen(call, cwd=folder, stdout=said, stderr=subprocess.STDOUT) as running:
        try:
            yield running
        finally:
            running.terminate()


def await_file(path, running, holds=""):
    for _ in range(600):
        if path.exists() and holds in path.read_text():
            return
        assert running.poll() is None
        time.sleep(0.1)
    pytest.fail("the path was not walked in a minute")


def test_the_path_is_walked(example, settings, tmp_path):
    folder = tmp_path / "desk"
    folder.mkdir()
    with (folder / "said").open("w") as said, walking(example, folder, said) as running:
        await_file(folder / "reached", running)
        now = datetime.now(UTC)
        aliya = Subject.objects.order_by("opened_at").first().subject
        exported = access.export(accounts.person(aliya), "kk", lambda _: None, at=now)
        (folder / "export.zip").write_bytes(exported.data)
        journal.integrate(at=now)
        await_file(folder / "bar.line", running, "\n")
        settings.ANCHORS = {"witnesses": (folder / "bar.line").read_text().split(), "quorum": [], "tsa": []}
        assert anchoring.settle(at=now) == {"bar.example.kz/witness": anchoring.Outcome.SIGNED}
        (folder / "go").touch()
        status = running.wait(timeout=120)
    told = (folder / "said").read_text()
    assert status == 0, told
    assert "VERDICT: everything holds." in told
    assert "ИТОГ: обмана не найдено" in told
    assert "“checkpoint”" in told
    assert json.loads((folder / "audit.json").read_text())["verdict"] == "open"
