"""The nightly run is divided among processes: everybody's data end once, and the journal is whole."""

import io
import os
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from derbes.core.acts.models import Act
from derbes.core.journal.models import Entry
from derbes.core.vault.models import PersonKey
from derbes.flows import journal
from derbes.outside import tombstones
from tests.flows.test_masses import OVER, PEOPLE, approved, crowded, responsible

__all__ = ["crowded", "responsible"]


def nightly(*arguments: str) -> str:
    out = io.StringIO()
    call_command("retention", "--run", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def same_installation(monkeypatch, settings):
    """What the processes are started with: this test's database, keys, files and moment."""
    here = os.environ.get("DERBES_DATABASE", "")
    monkeypatch.setenv(
        "DERBES_DATABASE", urlsplit(here)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    )
    monkeypatch.setenv("DERBES_KEYS", str(settings.KEYS["path"]))
    monkeypatch.setenv("DERBES_FILES", str(settings.STORAGE["path"]))
    monkeypatch.setenv("DERBES_ERASURES", str(settings.TOMBSTONES["path"]))
    monkeypatch.setattr(timezone, "now", lambda: OVER)


@pytest.mark.django_db(transaction=True)
def test_two_processes_end_everybody_once(crowded, responsible, same_installation, on_postgresql):
    if not on_postgresql:
        pytest.skip("SQLite has one writer")
    approved(responsible)
    before = Entry.objects.count()
    assert f"done: {PEOPLE} destroyed (term)" in nightly("--jobs", "2", "--search", "0")
    assert not PersonKey.objects.exists()
    assert sorted(Act.objects.values_list("subject", flat=True)) == crowded
    assert Entry.objects.count() == before + PEOPLE
    noted = [one for one in tombstones.since(OVER) if one.subject in crowded]
    assert sorted(one.subject for one in noted) == crowded
    assert all(one.confirmed for one in noted)
    journal.integrate(at=OVER)
    found = journal.verify()
    assert (found.sound, found.waiting) == (True, 0)


@pytest.mark.django_db
def test_several_processes_need_a_database_of_several_writers(crowded, responsible, on_postgresql):
    if on_postgresql:
        pytest.skip("PostgreSQL has many writers")
    approved(responsible)
    with pytest.raises(CommandError, match="PostgreSQL"):
        nightly("--jobs", "2")
    assert PersonKey.objects.count() == PEOPLE


@pytest.mark.django_db
def test_several_processes_name_nobody(crowded, responsible):
    with pytest.raises(CommandError, match="--list"):
        nightly("--jobs", "2", "--list")
