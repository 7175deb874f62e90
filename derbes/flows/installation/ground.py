"""What it stands on: settings, folders, disks, the database, its clock."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from derbes.flows.installation.parts import TABLES, Part, Unwell
from derbes.outside import tombstones

GIB = 2**30
LITTLE, NOTHING = GIB, GIB // 5  # bytes free on a disk: soon to be looked at; work is about to stop
APART = timedelta(seconds=10)  # between our clock and the database's
OLDEST = 150000  # PostgreSQL 15
_DISABLED = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'"
_ROLE = """
SELECT rolsuper OR pg_has_role(tableowner, 'MEMBER') OR has_table_privilege('journal_entry', 'TRUNCATE')
FROM pg_roles, pg_tables WHERE rolname = current_user AND tablename = 'journal_entry'"""


def _settings(_at: datetime) -> str:
    found = checks.run_checks(include_deployment_checks=settings.PRODUCTION)
    said = [one for one in found if one.is_serious(checks.WARNING) and not one.is_silenced()]
    if said:
        worst = max(said, key=lambda one: one.level)
        raise Unwell(
            "; ".join(f"{one.id}: {one.msg}" for one in said),
            worst.hint or "",
            grave=worst.level >= checks.ERROR,
        )
    if settings.PRODUCTION and not settings.PROXIES:
        raise Unwell(
            "DERBES_PROXIES is 0: behind a proxy all visitors are taken for one, and one who tries too often locks out all.",
            "Set it to how many proxies of yours stand before the server, usually 1.",
            grave=False,
        )
    return "production" if settings.PRODUCTION else "development: messages and secrets are for trying out"


def _account(_at: datetime) -> str:
    owner, own = settings.STATE.stat().st_uid, os.geteuid()
    if owner != own:
        raise Unwell(
            f"This account is {own}, and {settings.STATE} belongs to {owner}: what it makes, the service cannot change.",
            "Run manage.py as the account of the service.",
        )
    return f"of the service: {own}"


def _texts(_at: datetime) -> str:
    lacking = [
        code
        for code in ("kk", "ru")
        if not (settings.LOCALE_PATHS[0] / code / "LC_MESSAGES" / "django.mo").exists()
    ]
    if lacking:
        raise Unwell(
            f"The words of {', '.join(lacking)} are not compiled: pages are in English.", "make setup"
        )
    return "kk, ru, en"


def _pages(_at: datetime) -> str:
    """Style sheets, fonts, scripts: served from one folder in production."""
    if settings.DEVELOPMENT:
        return "served from where they are written"
    listed = settings.STATIC_ROOT / "staticfiles.json"
    known = json.loads(listed.read_text())["paths"] if listed.exists() else {}
    folder = Path(settings.STATICFILES_DIRS[0])
    ours = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if lacking := sorted(ours - known.keys()):
        raise Unwell(
            f"{len(lacking)} files that pages need are not collected, such as {lacking[0]}: pages answer 500.",
            "manage.py prepare",
        )
    return f"{len(known)} files collected"


def _paper(_at: datetime) -> str:
    try:
        for library in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"):
            ctypes.CDLL(library)
    except OSError as failure:
        raise Unwell(f"No PDF is made: {failure}", "scripts/system.sh run, as root", grave=False) from None
    return "PDF is made"


def _folders(_at: datetime) -> str:
    for name, path in _places():
        if not path.exists():
            raise Unwell(f"{name}: there is no {path}.", "manage.py prepare; or bring the folder back.")
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            raise Unwell(f"{name}: {path} cannot be written by this account.", f"chown it: {path}")
    if settings.STATE.stat().st_mode & 0o007:
        raise Unwell(
            f"Everybody on this machine can look into {settings.STATE}.", f"chmod 700 {settings.STATE}"
        )
    return str(settings.STATE)


def _disk(_at: datetime) -> str:
    free = {path: shutil.disk_usage(path).free for _, path in _places() if path.exists()}
    path, least = min(free.items(), key=lambda one: one[1])
    said = f"{least / GIB:.1f} GiB free at {path}"
    if least < LITTLE:
        cure = "Make room: a full disk refuses new data and keeps what is there (docs/reliability.md)."
        raise Unwell(said, cure, grave=least < NOTHING)
    return said


def _places() -> Iterator[tuple[str, Path]]:
    yield "DERBES_STATE", settings.STATE
    yield "DERBES_KEYS", settings.KEYS["path"]
    if settings.STORAGE["path"].exists():  # made with the first file
        yield "DERBES_FILES", settings.STORAGE["path"]
    yield "DERBES_ERASURES", tombstones.place().parent


def _database(_at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        if connection.vendor != "postgresql":
            return "SQLite"
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    if version < OLDEST:
        raise Unwell(f"PostgreSQL {version // 10000} is too old.", "PostgreSQL 15 or later is needed.")
    return f"PostgreSQL {version // 10000}"


def _tables(_at: datetime) -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        first = waiting[0][0]
        raise Unwell(
            f"{len(waiting)} changes of the tables are not made; the first is {first.app_label} {first.name}.",
            "manage.py prepare",
        )
    if settings.CACHES["default"]["LOCATION"] not in connection.introspection.table_names():
        raise Unwell("The table of the cache is missing: nobody can sign in.", "manage.py prepare")
    return "as this version wants them"


def _privileges(_at: datetime) -> str:
    if connection.vendor != "postgresql":
        return "SQLite has none: whoever can write the file can write everything"
    with connection.cursor() as cursor:
        cursor.execute(_DISABLED)
        if disabled := cursor.fetchone()[0]:
            raise Unwell(
                f"{disabled} triggers are disabled: rows that are only added can be changed.",
                "ALTER TABLE … ENABLE TRIGGER ALL, as the owner; then manage.py journal verify.",
            )
        cursor.execute(_ROLE)
        too_much = cursor.fetchone()[0]
    if too_much and settings.PRODUCTION:
        raise Unwell(
            "The role of the web may empty the journal: it owns the tables, may TRUNCATE them, or is a superuser.",
            "Give the tables to another role (docs/operation.md, “PostgreSQL”).",
        )
    return "the owner's, as in development" if too_much else "no more than the web needs"


def _clock(at: datetime) -> str:
    if connection.vendor != "postgresql":
        return f"{at:%Y-%m-%d %H:%M:%S} UTC"
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs(cursor.fetchone()[0] - at)
    if apart > APART:
        raise Unwell(
            f"The clocks of this machine and of the database are {apart.total_seconds():.0f} s apart.",
            "Let both be set by NTP.",
        )
    return f"{at:%Y-%m-%d %H:%M:%S} UTC, as the database's"


PARTS = (
    Part("database", _database, told=True, needed=True),
    Part("clock", _clock, after=("database",)),
    Part("tables", _tables, after=("database",)),
    Part("privileges", _privileges, after=TABLES),
    Part("settings", _settings),
    Part("account", _account),
    Part("words", _texts),
    Part("pages", _pages),
    Part("paper", _paper),
    Part("folders", _folders),
    Part("disk", _disk),
)
