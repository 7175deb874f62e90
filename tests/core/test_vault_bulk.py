"""Very many new people at once: each is known afterwards as if the vault had taken them in alone."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace

import pytest

from derbes.core.journal import alike
from derbes.core.journal.alike import Mass
from derbes.core.journal.models import Entry
from derbes.core.vault import bulk, vault
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.crypto import index, leaf
from derbes.law.permission import Permission
from tests.core.ledger import AT
from tests.core.test_vault import PLACES, RING, Ring, come, leave_for

pytestmark = pytest.mark.django_db
PEOPLE = (
    {"surname": "Сәрсенова", "iin": "900101300007", "email": "Aliya@example.kz"},
    {"surname": "Ерланов", "iin": "900101300811", "email": "erlan@example.kz"},
    {"surname": "Дана", "iin": "900101300902", "email": "dana@example.kz"},
)
KINDS = {"iin": "iin", "email": "email"}


def of(party: bulk.Party, *fields: str) -> Permission:
    return leave_for(party, *fields, subject=party.people[0].subject)


def come_together(count: int, ring: Ring = RING) -> bulk.Party:
    """So many newcomers, all in one party."""
    cohort = bulk.admit(count, ring=ring, at=AT)
    return bulk.Party(cohort, cohort.people)


def enrolled(ring: Ring = RING) -> bulk.Party:
    """Three people who were put in, entered, and looked at."""
    party = come_together(3, ring)
    bulk.put(of(party, "surname", "iin", "email"), PEOPLE, PLACES)
    bulk.enter(of(party, "iin", "email"), PEOPLE, KINDS)
    assert bulk.record(of(party, "iin"), code="seen") == 3
    return party


def secret(person: bulk.Newcomer) -> bytes:
    return leaf.secret_of(person.key)


def settle(party: bulk.Party, without: Collection[bytes] = ()) -> list[Mass]:
    left: list[Mass] = []
    bulk.settle(bulk.rows(party), bulk.told(party), left.extend, without=without)
    for mass in left:
        alike.append(mass)
    return left


def test_each_has_a_key_of_their_own_and_nothing_is_written_before_it_is_settled() -> None:
    party = enrolled()
    assert len({person.subject for person in party.people}) == 3
    assert len({person.key for person in party.people}) == 3
    assert [person.row for person in party.people] == [person.subject.bytes for person in party.people]
    assert not any(table.objects.exists() for table in (PersonKey, Sealed, Found, Entry))


def test_each_is_taken_in_as_the_vault_takes_in_one() -> None:
    party = enrolled(Ring("second"))
    settle(party)
    for person, said in zip(party.people, PEOPLE, strict=True):
        row = PersonKey.objects.get(pk=person.subject)
        assert (row.epoch, row.version, row.entries) == ("second", 1, 3)
        handle = come(person.subject)
        assert (handle.key, handle.next_number) == (person.key, 4)
        taken = vault.take(leave_for(handle, *said, subject=person.subject))
        assert taken == said
        assert vault.filled(person.subject) == said.keys()
        assert vault.find("email", said["email"].upper(), ring=RING) == [person.subject]
        assert vault.find("iin", said["iin"], ring=RING) == [person.subject]
        assert vault.confirmed(person.subject) == frozenset(), "what others said is confirmed by nobody"
        places = Sealed.objects.filter(subject=person.subject).order_by("place").values_list("place", "body")
        assert [(place, sorted(json.loads(body))) for place, body in places] == [
            ("contact", ["email"]),
            ("identity", ["iin", "surname"]),
        ]


def test_each_has_an_entry_of_each_thing_done_with_their_own_tag() -> None:
    party = enrolled()
    masses = settle(party)
    assert [len(mass.tags) for mass in masses] == [3, 3, 3]
    assert [mass.record.fields for mass in masses] == [
        ("email", "iin", "surname"),
        ("email", "iin"),
        ("iin",),
    ]
    assert masses[2].record.detail == {"code": "seen"}
    expected = {leaf.tag(secret(person), n) for person in party.people for n in (1, 2, 3)}
    assert {bytes(entry.tag) for entry in Entry.objects.all()} == expected
    assert come(party.people[0].subject).secret == secret(party.people[0])


def test_who_is_left_out_never_came() -> None:
    party = enrolled()
    first, second, third = party.people
    masses = settle(party, without={first.row, third.row})
    assert [len(mass.tags) for mass in masses] == [1, 1, 1]
    for table in (PersonKey, Sealed, Found):
        assert {row.subject for row in table.objects.all()} == {second.subject}
    assert {bytes(entry.tag) for entry in Entry.objects.all()} == {
        leaf.tag(secret(second), n) for n in (1, 2, 3)
    }
    everybody = {person.row for person in party.people}
    assert settle(party, without=everybody) == [], "a mass of nobody is none"


def test_of_whom_one_thing_was_done_there_is_a_key_and_nothing_else() -> None:
    party = come_together(2)
    bulk.record(of(party))
    settle(party)
    assert {row.subject for row in PersonKey.objects.all()} == {one.subject for one in party.people}
    assert not Sealed.objects.exists()
    assert not Found.objects.exists()


@pytest.mark.parametrize(
    "values", [{"iin": "9"}, {"iin": "9", "email": "x", "surname": "y"}, {"surname": "9", "email": "x"}]
)
def test_only_exactly_what_is_permitted_is_put_in(values: Mapping[str, str]) -> None:
    party = come_together(1)
    with pytest.raises(ValueError, match="exactly the fields"):
        bulk.put(of(party, "iin", "email"), [values], PLACES)


def test_a_permission_is_for_the_people_whose_keys_it_has() -> None:
    party = come_together(2)
    others = bulk.Party(party.cohort, party.people[1:])
    for wrong in (replace(of(party, "iin"), key=others), replace(of(party, "iin"), key=None)):
        with pytest.raises(TypeError):
            bulk.record(wrong)
    assert party.entries == others.entries == []


def test_whose_values_are_known_already_is_told_by_their_digests() -> None:
    settle(enrolled())
    found = bulk.digests("email", ["ALIYA@example.kz", "nobody@example.kz"], ring=RING)
    assert found[0] == index.digest(RING.index_key("email"), "aliya@example.kz")
    assert bulk.known("email", found) == {found[0]}
    assert bulk.known("iin", found) == set()
