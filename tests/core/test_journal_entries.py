"""An entry as it is written: each member of its body, and a salt of its own however many are written at once."""

from __future__ import annotations

import json

import pytest

from derbes.core.journal import log
from derbes.core.journal.models import Entry
from derbes.crypto import leaf
from tests.core.ledger import ALIYA, AT, STAFF, reading, write


def test_the_body_of_an_entry_has_these_members_and_no_others():
    record = reading(recipient="insurer", request="7", outcome="refused", detail={"code": "blocked"})
    assert json.loads(log.body_of(record)) == {
        "v": 1,
        "at": "2026-11-22T09:30:00.123456Z"
        if "123456" in log.body_of(record)
        else "2026-11-22T09:30:00.123Z",
        "actor": STAFF,
        "operation": "use",
        "event": "reading.read",
        "purpose": "verification",
        "basis": "consent",
        "clause": "2.2.2",
        "norm": "94-V art. 7",
        "fields": ["iin", "name"],
        "edition": "2026-11-22",
        "recipient": "insurer",
        "request": "7",
        "outcome": "refused",
        "detail": {"code": "blocked"},
    }


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 2, 9, 300])
def test_of_entries_written_together_each_has_a_whole_salt_of_its_own_its_tag_and_its_place_in_the_order(
    count,
):
    record = reading()
    made = log.append_many(log.Addressed(record, ALIYA, n) for n in range(1, count + 1))
    rows = {row.id: row for row in Entry.objects.all()}
    assert len(made) == len(rows) == count
    assert made == sorted(made)
    salts = [bytes(rows[one].salt) for one in made]
    assert {len(salt) for salt in salts} == {leaf.SALT_SIZE}
    assert len(set(salts)) == count
    assert [bytes(rows[one].tag) for one in made] == [leaf.tag(ALIYA, n) for n in range(1, count + 1)]
    first = rows[made[0]]
    assert (first.actor_kind, first.actor_code, first.operation) == ("staff", "s-17", "use")
    assert first.at == AT.replace(microsecond=123000)
    assert first.position is None


@pytest.mark.django_db
def test_of_different_records_each_has_its_own_body():
    write(3)
    bodies = {json.loads(row.body)["at"] for row in Entry.objects.all()}
    assert len(bodies) == 3


@pytest.mark.django_db
def test_a_secret_without_a_number_or_a_number_without_a_secret_is_nobodys():
    for secret, n in ((ALIYA, None), (None, 1)):
        with pytest.raises(ValueError, match="neither"):
            log.append(reading(), secret=secret, n=n)
    log.append(reading(), secret=None, n=None)
    assert Entry.objects.get().tag is None
