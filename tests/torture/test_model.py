"""The model of a person knows what may be true, and the check finds what may not."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys

import pytest
from django.db import connection

from torture import ledger, model, people
from torture.house import ROOT

SUBJECT = "01a20472-d8a8-7ae9-a255-28cfadc5bbe1"


def said(*things):
    """What a client says: (thing, answer) with None for no answer, about one person."""
    lines = []
    for n, (what, answer) in enumerate(things):
        thing, _, about = what.partition(" ")
        lines.append({"k": "try", "i": str(n), "who": "0-1", "do": thing, "about": about})
        if answer:
            lines.append({"k": "ack", "i": str(n), "answer": answer, "subject": SUBJECT})
    return lines


def person(*things):
    return ledger.read(said(*things)).people["0-1"]


BORN = model.BEGINNINGS["register"]


def test_what_was_acknowledged_must_be_there():
    she = person(("register", "done"), ("block", "done"))
    blocked = BORN.after("blocking.block", blocked=True)
    assert she.possible == {blocked}
    assert she.holds(blocked)
    assert not she.holds(BORN), "the block is lost"
    assert not she.holds(blocked.after("reading.read")), "an entry of what nobody did"
    assert not she.holds(None), "she is lost"


def test_what_nobody_answered_may_have_come_to_any_of_its_commits():
    she = person(("register", "done"), ("verify", None))
    verified = BORN.after("verification.verified", decided=True)
    assert she.possible == {BORN, verified, verified.after("notice.verified")}


def test_a_later_answer_says_which_it_was():
    she = person(("register", "done"), ("block", None), ("read", "refused"))
    assert she.possible == {
        BORN.after("blocking.block", blocked=True).after("reading.read refused"),
    }


def test_an_answer_that_cannot_be_is_a_violation():
    assert ledger.read(said(("register", "done"), ("block", "done"), ("read", "done"))).unexplained
    assert ledger.read(said(("register", "done"), ("destroy", "done"), ("read", "done"))).unexplained
    assert ledger.read(said(("register", "done"), ("advertise", "done"))).unexplained
    assert not ledger.read(
        said(("register", "done"), ("give advertising", "done"), ("advertise", "done"))
    ).unexplained


def test_an_error_that_is_not_of_the_surroundings_is_a_violation():
    lines = [*said(("register", "done"), ("read", None)), {"k": "err", "i": "1", "error": "KeyError"}]
    assert ledger.read(lines).unexplained == ["1 read: KeyError"]
    lines[-1]["error"] = "OperationalError"
    assert not ledger.read(lines).unexplained
    lines[-1]["error"] = "OperationalError 40P01"
    assert ledger.read(lines).unexplained, "two of ours wait for each other: that is no fault of the server"


def test_people_are_given_numbers_that_repeat_never():
    numbers = {people.values(place, turn)["iin"] for place in range(4) for turn in range(500)}
    assert len(numbers) == 2000


# A short run, and a check of the check

ON_SQLITE = {name: value for name, value in os.environ.items() if name != "DERBES_DATABASE"}


@pytest.fixture(scope="module")
def tortured(tmp_path_factory):
    """An installation that was tortured for some seconds, on SQLite: what was told of it, and its folder."""
    if connection.vendor == "postgresql":
        pytest.skip("the short run is on SQLite; `make torture` is for PostgreSQL")
    folder = tmp_path_factory.mktemp("torture")
    command = [sys.executable, "-m", "torture", "run", "--minutes", "0.1", "--seed", "11"]
    command += ["--clients", "2", "--unrecorded", "--keep"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**ON_SQLITE, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    seed, _, told = done.stdout.partition("\n")
    assert seed == "seed 11", done.stderr
    return json.loads(told), next(folder.iterdir())


def looked_at(state):
    """What the check says of an installation."""
    environment = {
        **ON_SQLITE,
        "DJANGO_SETTINGS_MODULE": "derbes.settings",
        "DERBES_STATE": str(state),
        "DERBES_ORIGIN": (state / "origin").read_text(),
        "DERBES_SMS": "file",
    }
    command = [sys.executable, "-m", "torture.check", str(state / "said.jsonl"), str(state / "seen.json")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["violations"]


def test_some_seconds_of_torture_leave_all_that_was_acknowledged(tortured):
    told, _ = tortured
    assert told["violations"] == []
    assert told["rounds"] == 1
    assert told["counts"]["acknowledged"] > 20


def test_the_check_finds_a_block_that_was_lost_and_an_entry_that_was_removed(tortured):
    _, state = tortured
    database = sqlite3.connect(state / "derbes.sqlite3")
    database.executescript(
        "UPDATE subjects_subject SET blocked_at = CURRENT_TIMESTAMP WHERE subject IN "
        "(SELECT subject FROM subjects_subject WHERE blocked_at IS NULL AND state = 'submitted' LIMIT 1);"
    )
    database.close()
    found = looked_at(state)
    assert any(one.startswith("not as acknowledged") for one in found)
    assert any(one.startswith("a block without its row") for one in found)
