"""A backup is made of a living installation and restored into an empty one, as an administrator would do it.

What was destroyed and blocked in between stays so; who was destroyed does not open from the backup.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import ROOT

DATABASE = os.environ.get("DERBES_DATABASE", "")
POSTGRESQL = DATABASE.startswith("postgres")


@dataclass
class House:
    """An installation of its own: state, keys, database."""

    state: Path
    database: str

    def manage(self, *arguments: str, fails: bool = False) -> str:
        return self.python("manage.py", *arguments, fails=fails)

    def does(self, code: str) -> str:
        """Run `code` in the installation; what it prints comes back."""
        return self.python("-c", f"import django; django.setup()\n{code}").strip()

    def python(self, *arguments: str, fails: bool = False) -> str:
        environment = {
            **os.environ,
            "DERBES_STATE": str(self.state),
            "DERBES_DATABASE": self.database,
            "DJANGO_SETTINGS_MODULE": "derbes.settings",
            "PYTHONWARNINGS": "ignore",
            "COLUMNS": "500",
        }
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert bool(done.returncode) is fails, done.stdout + done.stderr
        return done.stderr if fails else done.stdout

    def asks(self, *paths: str) -> str:
        """The statuses of addresses of the site."""
        return self.does(
            f"from django.test import Client; print(*(Client().get(p).status_code for p in {paths!r}))"
        )

    @property
    def ledger(self) -> Path:
        return self.state / "erasures.log"


def house(tmp_path: Path, name: str) -> House:
    state = tmp_path / name
    state.mkdir()
    if not POSTGRESQL:
        return House(state, f"sqlite://{state / 'derbes.sqlite3'}")
    fresh = f"{name}_{uuid4().hex[:12]}"
    with psycopg.connect(DATABASE, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{fresh}"')
    head, _, tail = DATABASE.partition("?")
    return House(state, f"{head.rpartition('/')[0]}/{fresh}?{tail}")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The demo's operator with Aliya and Saule, and Aliya's scan."""
    made = house(tmp_path_factory.mktemp("houses"), "home")
    made.manage("migrate", "--verbosity", "0")
    made.manage("demo")
    return made


@pytest.fixture(scope="module")
def identity(home: House) -> tuple[Path, str]:
    path = home.state / "identity"
    return path, home.manage("keygen", "--to", str(path)).strip()


@pytest.fixture(scope="module")
def backup(home: House, identity: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup made when nobody had been destroyed or blocked."""
    return backed_up(home, identity, tmp_path_factory.mktemp("backups") / "backup.age")


@pytest.fixture(autouse=True)
def no_ledger_yet(home: House) -> None:
    home.ledger.unlink(missing_ok=True)


@pytest.fixture
def empty(tmp_path: Path, home: House) -> House:
    """An empty place with the keys, which are brought there by themselves."""
    made = house(tmp_path, "away")
    shutil.copytree(home.state / "keys", made.state / "keys")
    return made


def backed_up(home: House, identity: tuple[Path, str], to: Path) -> Path:
    home.manage("backup", "--to", str(to), "--recipient", identity[1])
    return to


def restored(place: House, backup: Path, identity: tuple[Path, str]) -> str:
    return place.manage("restore", "--from", str(backup), "--identity", str(identity[0]))


COUNTS = """
from django.apps import apps
from django.contrib.sessions.models import Session
import json
left = {Session}
counts = {m._meta.db_table: m.objects.count() for m in apps.get_models() if m not in left}
from derbes.core.journal.models import Checkpoint
print(json.dumps([counts, Checkpoint.objects.newest().note]))
"""
SURNAME = """
from derbes.core.subjects.models import Subject
from derbes.flows import accounts, reading
from django.utils import timezone
import uuid
who = uuid.UUID("{subject}")
print(reading.own(accounts.person(who), ["surname"], at=timezone.now()).get("surname"))
"""
SUBJECTS = """
from derbes.core.subjects.models import Subject
print(*Subject.objects.order_by("opened_at").values_list("subject", flat=True))
"""
NOTE = """
from derbes.outside import tombstones
from django.utils import timezone
import uuid
number = tombstones.note("{kind}", uuid.UUID("{subject}"), timezone.now())
{confirm}
"""
STATE = """
from derbes.core.subjects.models import Subject
from derbes.core.vault.models import PersonKey, Sealed, Found
import uuid
who = uuid.UUID("{subject}")
row = Subject.objects.get(subject=who)
kept = [t.objects.filter(subject=who).exists() for t in (PersonKey, Sealed, Found)]
print(row.state, row.blocked_at is not None, any(kept))
"""


def scans(place: House) -> set[str]:
    return {path.name for path in (place.state / "files").rglob("*-*")}


def noted(place: House, kind: str, subject: str, *, confirmed: bool = True) -> None:
    place.does(
        NOTE.format(kind=kind, subject=subject, confirm="tombstones.confirm(number)" if confirmed else "")
    )


def test_a_restored_installation_is_the_one_that_was_backed_up(home, identity, backup, empty, tmp_path):
    said = restored(empty, backup, identity)
    assert "every entry is as it was signed" in said
    assert json.loads(empty.does(COUNTS)) == json.loads(home.does(COUNTS))
    assert scans(empty) == scans(home) != set()

    assert (
        empty.asks("/policy", "/office/", "/journal/checkpoint", "/readyz", "/healthz")
        == "503 503 503 503 200"
    )
    assert "being restored" in empty.manage(
        "backup", "--to", str(tmp_path / "no.age"), "--recipient", identity[1], fails=True
    )

    home.ledger.touch()  # nobody was destroyed or blocked
    assert "serves again" in empty.manage("restore", "--replay", str(home.ledger))
    assert empty.asks("/policy") == "200"
    aliya = home.does(SUBJECTS).split()[0]
    assert (
        empty.does(SURNAME.format(subject=aliya)) == home.does(SURNAME.format(subject=aliya)) == "Сәрсенова"
    )
    assert "all as signed" in empty.manage("journal", "verify")


def test_what_was_destroyed_or_blocked_since_is_so_again_before_anybody_is_served(
    home, identity, empty, tmp_path
):
    aliya, saule, *_ = home.does(SUBJECTS).split()
    noted(home, "unblocked", saule)  # the ledger had begun before the backup
    backup = backed_up(home, identity, tmp_path / "backup.age")
    noted(home, "destroyed", aliya)
    noted(home, "blocked", saule)
    restored(empty, backup, identity)
    assert empty.does(STATE.format(subject=aliya)) == "verified False True"
    said = empty.manage("restore", "--replay", str(home.ledger))
    assert "destroyed: 1, blocked: 1" in said
    assert empty.does(STATE.format(subject=aliya)) == "destroyed False False"
    assert empty.does(STATE.format(subject=saule)) == "submitted True True"
    assert empty.ledger.read_bytes() == home.ledger.read_bytes(), "the chain goes on here"
    assert 0 < len(scans(empty)) < len(scans(home)), "Aliya's scans went too, and hers alone"


def test_an_end_in_doubt_is_blocked_until_a_person_decides(home, identity, backup, empty, tmp_path):
    aliya, *_ = home.does(SUBJECTS).split()
    noted(home, "destroyed", aliya, confirmed=False)
    restored(empty, backup, identity)
    assert "1 whose destruction is in doubt" in empty.manage("restore", "--replay", str(home.ledger))
    assert empty.does(STATE.format(subject=aliya)) == "verified True True"


def test_a_ledger_of_another_past_is_refused_and_nobody_is_served(home, identity, empty, tmp_path):
    aliya, *_ = home.does(SUBJECTS).split()
    noted(home, "unblocked", aliya)
    backup = backed_up(home, identity, tmp_path / "backup.age")
    restored(empty, backup, identity)
    other = tmp_path / "other.log"
    other.touch()
    assert "goes on from" in empty.manage("restore", "--replay", str(other), fails=True)
    assert empty.asks("/policy") == "503"
    assert "--yes" in empty.manage("restore", "--without-ledger", fails=True)
    assert empty.asks("/policy") == "503"
    assert "the journal says" in empty.manage("restore", "--without-ledger", "--yes")
    assert empty.asks("/policy") == "200"


def test_a_backup_goes_into_an_empty_place_only(home, identity, backup, empty, tmp_path):
    before = home.does(COUNTS)
    refused = home.manage("restore", "--from", str(backup), "--identity", str(identity[0]), fails=True)
    assert "has tables" in refused
    assert home.does(COUNTS) == before
    (empty.state / "files" / "ab").mkdir(parents=True)
    (empty.state / "files" / "ab" / str(uuid4())).touch()
    refused = empty.manage("restore", "--from", str(backup), "--identity", str(identity[0]), fails=True)
    assert "not empty" in refused


def test_a_backup_opens_for_its_recipient_alone_and_not_when_a_byte_was_changed(
    home, identity, backup, empty, tmp_path
):
    stranger = tmp_path / "stranger"
    home.manage("keygen", "--to", str(stranger))
    refused = empty.manage("restore", "--from", str(backup), "--identity", str(stranger), fails=True)
    assert "does not open" in refused
    data = bytearray(backup.read_bytes())
    data[len(data) // 2] ^= 1
    changed = tmp_path / "changed.age"
    changed.write_bytes(data)
    refused = empty.manage("restore", "--from", str(changed), "--identity", str(identity[0]), fails=True)
    assert "does not open" in refused
    assert empty.does("from django.db import connection as c; print(c.introspection.table_names())") == "[]"


def test_neither_keys_nor_clear_data_are_in_a_backup(home, identity, backup, tmp_path):
    import pyrage

    lines = identity[0].read_text().splitlines()
    opener = pyrage.x25519.Identity.from_str(lines[-1])
    plain = pyrage.decrypt(backup.read_bytes(), [opener])
    assert (b"PGDMP" if POSTGRESQL else b"SQLite format 3") in plain
    for key in (home.state / "keys").rglob("*.key"):
        assert key.read_bytes() not in plain
    for value in ("Сәрсенова", "900101300007", "aliya@example.kz", "+77010000001"):
        assert value.encode() not in plain
    assert b"PGDMP" not in backup.read_bytes()
    assert b"SQLite format 3" not in backup.read_bytes()
    assert [path.name for path in backup.parent.iterdir()] == [backup.name], "nothing lies about beside it"


def test_a_backup_replaces_nothing(home, identity, tmp_path):
    to = tmp_path / "backup.age"
    to.write_text("another")
    refused = home.manage("backup", "--to", str(to), "--recipient", identity[1], fails=True)
    assert "not overwritten" in refused
    assert to.read_text() == "another"
    refused = home.manage("backup", "--to", str(tmp_path / "b"), "--recipient", "age1nonsense", fails=True)
    assert "no age recipient" in refused


DESTROY_KEY = """
from derbes.core.vault.models import PersonKey
import uuid
PersonKey.objects.filter(subject=uuid.UUID("{subject}")).delete()
"""
OPENS = """
from derbes.flows import accounts, gate, reading
from derbes.outside.keys import EpochGone
from django.utils import timezone
import uuid
who = uuid.UUID("{subject}")
try:
    reading.own(accounts.person(who), ["surname"], at=timezone.now())
    print("opens")
except EpochGone:
    print("closed for ever")
"""


@pytest.mark.clause("5.3")
def test_after_the_epoch_has_gone_a_backup_does_not_open_whom_it_holds(identity, tmp_path):
    """Even when the ledger is lost, and with the master key and everything that is left of the ring."""
    old = house(tmp_path, "old")
    old.manage("migrate", "--verbosity", "0")
    old.manage("demo")
    aliya, saule, *_ = old.does(SUBJECTS).split()
    backup = backed_up(old, identity, tmp_path / "backup.age")
    old.does(DESTROY_KEY.format(subject=aliya))
    old.manage("rotate", "--now", "--yes")
    assert old.does(OPENS.format(subject=saule)) == "opens"

    place = house(tmp_path, "place")
    shutil.copytree(old.state / "keys", place.state / "keys")
    assert "stays closed" in restored(place, backup, identity)
    place.manage("restore", "--without-ledger", "--yes")
    assert place.does(OPENS.format(subject=aliya)) == "closed for ever"
