"""What it works with and by: keys, policy, files, the journal, the worker, backups, the calendar, the staff."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import connection

from derbes.core.accounts.models import User
from derbes.core.duties.models import Duty
from derbes.core.journal import anchors, pages
from derbes.core.publications import shelf
from derbes.crypto import checkpoint
from derbes.flows import clocks, serving
from derbes.flows.installation.parts import TABLES, Part, Unwell
from derbes.law.deadlines import local_day
from derbes.outside import keys, storage, tombstones

SILENT = timedelta(minutes=5)  # the worker, which says every minute that it is there
LATE = timedelta(hours=3)  # what is done every hour
DAY, DAYS = timedelta(hours=26), timedelta(days=3)  # since the last backup: a remark; wrong
OCTOBER = 10  # by then the Government has moved the days off of the coming year
_WRAPPED = "SELECT epoch, count(*) FROM vault_personkey GROUP BY epoch"
_WAYS = {
    "Split": "A witness has seen another journal than ours: docs/backup.md, “Witnesses”.",
    "Misconfigured": "DERBES_WITNESSES, DERBES_QUORUM or DERBES_TSA cannot be read (docs/auditor.md).",
    "Unreachable": "What it asks did not answer: see the parts below.",
    "Damaged": "The ledger of erasures cannot be read (docs/backup.md).",
}


def _restore(_at: datetime) -> str:
    serving.check()
    return "none is under way"


def _keys(_at: datetime) -> str:
    ring = keys.ring()
    ring.current_epoch()
    epochs = ring.epochs()
    for epoch in epochs:
        ring.epoch(epoch)
    return f"whole; epochs: {len(epochs)}"


def _people(_at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_WRAPPED)
        wrapped = dict(cursor.fetchall())
    living = keys.ring().epochs()
    lost = {epoch: count for epoch, count in wrapped.items() if epoch not in living}
    if lost:
        raise Unwell(
            f"{sum(lost.values())} people are sealed under epochs whose keys are not here: {', '.join(sorted(lost))}.",
            "Bring the key folder back from the copy made at the last rotation (docs/backup.md).",
        )
    return f"{sum(wrapped.values())}, all under keys that are here"


def _policy(at: datetime) -> str:
    edition = shelf.in_force(at)
    if edition.policy.example and settings.PRODUCTION:
        raise Unwell("The policy in force is an example: its operator does not exist.", "policy/README.md")
    return f"edition {edition.edition}"


def _storage(_at: datetime) -> str:
    """Write a file, read it, remove it: where there is one already, and what is made is the service's."""
    folder = settings.STORAGE["path"]
    if not folder.exists() or folder.stat().st_uid != os.geteuid():
        return f"{folder}: not tried; " + (
            "another account's" if folder.exists() else "made with the first file"
        )
    store, name = storage.store(), str(uuid4())
    try:
        store.write(name, [b"well"])
        if b"".join(store.read(name)) != b"well":
            raise Unwell("What was written does not come back.", "Look at the disk of DERBES_FILES.")
    finally:
        store.remove(name)
    return "written, read, removed"


def _journal(at: datetime) -> str:
    newest, since = anchors.newest(), pages.waiting_since()
    if newest is not None:
        key = checkpoint.vkey(settings.JOURNAL_ORIGIN, keys.ring().signer().public_key)
        try:
            checkpoint.verify(newest[1], key)
        except checkpoint.Unsigned:
            raise Unwell(
                "The journal was signed by another key than the published one, or under another address.",
                "Bring back signing.key and DERBES_ORIGIN as they were; proofs given out name them.",
            ) from None
    if since is not None and at - since > SILENT:
        raise Unwell(
            f"Entries wait for their place since {since:%Y-%m-%d %H:%M} UTC.", "Start it: manage.py worker"
        )
    return f"{newest[0] if newest else 0} entries, signed by the published key"


def _worker(at: datetime) -> str:
    known = Duty.known()
    journal = known.get("journal")
    if journal is None or at - journal.tried > SILENT:
        last = f"{journal.tried:%Y-%m-%d %H:%M} UTC" if journal else "never"
        raise Unwell(f"The worker is not at work; last seen: {last}.", "Start it: manage.py worker")
    own = [duty for duty in known.values() if duty.name != "backup"]
    if failed := [duty for duty in own if duty.failed]:
        said = "; ".join(f"{duty.name}: {duty.failed}, last done {_day(duty.done)}" for duty in failed)
        raise Unwell(said, _WAYS.get(failed[0].failed, "The worker's log has the place."))
    if late := [duty.name for duty in own if at - duty.tried > LATE]:
        raise Unwell(
            f"Not done for three hours: {', '.join(late)}.", "Look at the worker's log.", grave=False
        )
    return f"at work; duties: {len(own)}, each done when it was due"


def _backup(at: datetime) -> str:
    last = Duty.known().get("backup")
    if last is not None and last.done is not None and at - last.done <= DAY:
        return f"the last was made {_day(last.done)}"
    said = f"the last was made {_day(last.done)}" if last else "none was made yet"
    if settings.DEVELOPMENT:
        return said
    grave = last is None or last.done is None or at - last.done > DAYS
    raise Unwell(f"Backups: {said}.", "Make one every day (docs/backup.md): manage.py backup", grave=grave)


def _erasures(at: datetime) -> str:
    try:
        tombstones.ledger()
    except tombstones.Damaged as damage:
        raise Unwell(f"The ledger of erasures is damaged: {damage}", "docs/backup.md, “Restore”.") from None
    left = [one for one in tombstones.unconfirmed() if at - one.at > LATE]
    if left:
        raise Unwell(
            f"{len(left)} erasures are not confirmed.", "The worker does so: see there.", grave=False
        )
    return str(tombstones.place())


def _epoch(at: datetime) -> str:
    began = keys.began(keys.ring().current_epoch()[0])
    days = shelf.in_force(at).policy.limits.get("epoch_days", 30)
    if began > at + SILENT:
        raise Unwell("The newest epoch of keys begins in the future.", "The clock went back: let NTP set it.")
    if at - began > timedelta(days=days + 1):
        raise Unwell(
            f"The epoch of keys began {_day(began)} and should have ended: copies still open who was destroyed.",
            "manage.py rotate",
        )
    return f"began {_day(began)}; the policy gives it {days} days"


def _calendar(at: datetime) -> str:
    today, years = local_day(at), clocks.calendar().years
    if today.year not in years:
        raise Unwell(f"The days off of {today.year} are not known: terms end too early.", _DAYS_OFF)
    if today.month >= OCTOBER and today.year + 1 not in years:
        raise Unwell(f"The days off of {today.year + 1} are not known yet.", _DAYS_OFF, grave=False)
    return f"known up to {max(years)}"


_DAYS_OFF = "Enter the year in the office, “Calendar” (docs/appeals.md)."


def _staff(at: datetime) -> str:
    able = [name for name, role in shelf.in_force(at).policy.roles.items() if "staff" in role.powers]
    staff = User.objects.exclude(role="").filter(is_active=True)
    if not staff.filter(role__in=able).exists():
        raise Unwell(
            "Nobody can let staff in.", f"manage.py employ CODE --unit UNIT --role {' or '.join(able)}"
        )
    return f"accounts: {staff.count()}"


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"


PARTS = (
    Part("restore", _restore, after=("database",), told=True, needed=True),
    Part("keys", _keys, told=True, needed=True),
    Part("people", _people, after=(*TABLES, "keys")),
    Part("policy", _policy, after=TABLES, told=True, needed=True),
    Part("storage", _storage),
    Part("journal", _journal, after=(*TABLES, "keys")),
    Part("worker", _worker, after=TABLES, told=True),
    Part("backup", _backup, after=TABLES),
    Part("erasures", _erasures),
    Part("epoch", _epoch, after=(*TABLES, "keys", "policy")),
    Part("calendar", _calendar, after=TABLES),
    Part("staff", _staff, after=(*TABLES, "policy")),
)
