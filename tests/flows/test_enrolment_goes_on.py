"""An import is killed at any moment and goes on: nobody doubled, nobody lost; and a dry run says what a real run does."""

import csv
import itertools
import json
import os
import secrets
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derbes.core.enrolments.models import Enrolment
from derbes.core.journal import copying
from derbes.core.journal.models import Entry
from derbes.core.subjects.models import Subject
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.faces.jobs import rejections
from derbes.flows import accounts, enrolment, journal
from derbes.flows.enrolment import Unreadable, rejected, sheet
from tests.conftest import NOON
from tests.flows.portfolios import CONSOLE, ROW, foreseen, iins, of_people, taken, written

WRONGS = [
    {},
    {},
    {},
    {"email": "aliya"},
    {"reference": ""},
    {"basis": "agreement"},
    {"purpose": "identification"},
]
MANY = iins(30)
row = st.builds(lambda iin, wrong: ROW | {"iin": iin} | wrong, st.sampled_from(MANY), st.sampled_from(WRONGS))


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(row, min_size=1, max_size=12), most=st.integers(1, 5), stop=st.integers(0, 3))
def test_a_dry_run_says_what_the_real_run_does(dana, tmp_path, rows, most, stop):
    """Whatever stands in the file, and wherever an earlier run has stopped."""
    file = written(tmp_path / f"{secrets.token_hex(8)}.csv", *rows)
    here = transaction.savepoint()
    try:
        _stopped(file, most, after=stop)
        said = foreseen(file, most=most)
        done = taken(file, most=most)
        assert (said.rows, said.taken, said.reasons) == (done.rows, done.taken, done.reasons)
        assert Subject.objects.count() == done.taken
        listed = enrolment.place_of(file)
        lines = listed.read_text().splitlines() if listed.exists() else [""]
        assert len(lines) - 1 == sum(done.reasons.values())
    finally:
        transaction.savepoint_rollback(here)


def _stopped(file, most, *, after):
    """A run that ends after some chunks."""
    run = enrolment.run(CONSOLE, file, by="d-01", say=rejections.sentence, clock=lambda: NOON, most=most)
    for _, _ in zip(range(after), run, strict=False):
        pass
    run.close()


@pytest.mark.django_db
def test_a_dry_run_leaves_nothing(dana, tmp_path):
    file = of_people(tmp_path / "portfolio.csv", 7)
    before = Entry.objects.count()
    assert foreseen(file).taken == 7
    assert not any(table.objects.exists() for table in (Subject, PersonKey, Sealed, Found, Enrolment))
    assert Entry.objects.count() == before
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.django_db
def test_a_file_that_was_changed_meanwhile_is_refused(dana, tmp_path):
    file = of_people(tmp_path / "portfolio.csv", 9)
    _stopped(file, 3, after=2)
    whole = file.read_bytes()
    file.write_bytes(whole + b"\n")
    for run in (taken, foreseen):
        with pytest.raises(Unreadable, match="changed") as refusal:
            run(file)
        assert refusal.value.params == {"row": 4, "taken": 3}
    file.write_bytes(whole)
    assert taken(file).taken == 9


@pytest.mark.django_db
def test_a_file_that_changes_under_the_import_stops_it(dana, tmp_path):
    file = of_people(tmp_path / "portfolio.csv", 9)
    run = enrolment.run(CONSOLE, file, by="d-01", say=rejections.sentence, clock=lambda: NOON, most=3)
    next(run)
    os.utime(file, (1, 1))
    with pytest.raises(Unreadable, match="changed"):
        list(run)


@pytest.mark.django_db
def test_two_imports_of_one_file_do_not_both_take_it(dana, tmp_path):
    file = of_people(tmp_path / "portfolio.csv", 9)
    first, second = (
        enrolment.run(CONSOLE, file, by="d-01", say=rejections.sentence, clock=lambda: NOON, most=3)
        for _ in range(2)
    )
    next(first), next(second), next(first)
    with pytest.raises(Unreadable, match="overtaken"):
        next(second)
    assert list(first)[-1].taken == Subject.objects.count() == 9


@pytest.mark.django_db
def test_an_edition_that_comes_into_force_on_the_way_is_asked_from_then_on(dana, tmp_path):
    from derbes.flows import publication
    from tests.conftest import example_files

    file, now = of_people(tmp_path / "portfolio.csv", 9), [NOON]
    run = enrolment.run(CONSOLE, file, by="d-01", say=rejections.sentence, clock=lambda: now[0], most=3)
    next(run), next(run)
    files = example_files()
    files["policy.toml"] = files["policy.toml"].replace(
        'edition         = "2026-11-22"', 'edition         = "2026-11-23"'
    )
    publication.publish(files, actor=CONSOLE, effective=None, at=NOON - timedelta(minutes=1))
    done = list(run)[-1]
    assert done.rows == 9
    editions = [
        json.loads(body)["edition"]
        for body in Entry.objects.filter(operation="collect")
        .exclude(tag=None)
        .order_by("id")
        .values_list("body", flat=True)
    ]
    assert editions.count("2026-11-22") == 3
    assert editions.count("2026-11-23") == done.taken - 3


def _killed(file: Path, moment: str, nth: int) -> None:
    """An import in a process of its own, which is killed when it comes to a moment for the nth time."""
    connection.close()  # a process inherits no connection
    child = os.fork()
    if child == 0:
        try:
            where, _, name = moment.rpartition(".")
            honest, met = getattr(PLACES[where], name), itertools.count(1)

            def deadly(*args, **kwargs):
                done = honest(*args, **kwargs)
                if next(met) == nth:
                    os.kill(os.getpid(), signal.SIGKILL)
                return done

            setattr(PLACES[where], name, deadly)
            taken(file, most=20)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL, moment


#: Where it is killed: before anything, in the middle of the rows, when the list is written and the rows are not, after
#: the commit of a chunk, and before the last word.
PLACES = {"sheet": sheet, "copying": copying, "list": rejected.Rejected, "flow": enrolment, "here": Enrolment}
MOMENTS = (
    ("here.begin", 1),
    ("copying.write", 5),
    ("list.add", 1),
    ("flow._take", 2),
    ("copying.write", 17),
    ("list.add", 2),
    ("flow._take", 1),
    ("here.end", 1),
    ("flow._end", 1),
)


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_and_run_again_nobody_is_doubled_or_lost(dana, tmp_path):
    people = [ROW | {"iin": iin} | ({"email": "x"} if n % 9 == 0 else {}) for n, iin in enumerate(iins(180))]
    file = written(tmp_path / "portfolio.csv", *people, people[1])
    for moment, nth in MOMENTS:
        _killed(file, moment, nth)
    done = taken(file, most=20)
    assert (done.rows, done.taken, done.reasons) == (181, 160, {"email_form": 20, "double": 1})
    assert done.ended
    for table in (Subject, PersonKey):
        assert table.objects.count() == 160
    assert Found.objects.filter(kind="iin").values("digest").distinct().count() == 160
    with enrolment.place_of(file).open(newline="") as listed:
        numbers = [int(row["row"]) for row in csv.DictReader(listed)]
    assert numbers == [*range(2, 182, 9), 182]
    assert journal.integrate(at=NOON)
    assert journal.verify().sound
    people = [accounts.person(row.subject) for row in Subject.objects.all()[::40]]
    for person in people:
        assert journal.history(person, at=NOON)["document"]["count"] == 4
    told = Entry.objects.filter(tag=None, actor_code="console", body__contains="enrolment.")
    assert told.count() == 2
