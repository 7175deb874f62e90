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


def of(cohort: bulk.Cohort, *fields: str, people: slice = slice(None)) -> Permission:
    some = cohort.people[people]
    return leave_for(cohort.of(some), *fields, subject=some[0].subject)


def enrolled(ring: Ring = RING) -> bulk.Cohort:
    """Three people who were put in and entered, the first of them with one entry more."""
    cohort = bulk.admit(3, ring=ring, at=AT)
    bulk.put(of(cohort, "surname", "iin", "email"), PEOPLE, PLACES)
    bulk.enter(of(cohort, "iin", "email"), PEOPLE, KINDS)
    assert bulk.record(of(cohort, "iin", people=slice(1)), code="seen") == 3
    return cohort


def settle(cohort: bulk.Cohort, without: Collection[bytes] = ()) -> list[Mass]:
    left: list[Mass] = []
    bulk.settle(bulk.rows(cohort), bulk.told(cohort), left.extend, without=without)
    for mass in left:
        alike.append(mass)
    return left


def test_each_has_a_key_of_their_own_and_nothing_is_written_before_it_is_settled() -> None:
    cohort = enrolled()
    assert len({person.subject for person in cohort.people}) == 3
    assert len({person.key for person in cohort.people}) == 3
    assert [person.row for person in cohort.people] == [person.subject.bytes for person in cohort.people]
    assert not any(table.objects.exists() for table in (PersonKey, Sealed, Found, Entry))


def test_each_is_taken_in_as_the_vault_takes_in_one() -> None:
    cohort = enrolled(Ring("second"))
    settle(cohort)
    for person, said, entries in zip(cohort.people, PEOPLE, (3, 2, 2), strict=True):
        row = PersonKey.objects.get(pk=person.subject)
        assert (row.epoch, row.version, row.entries) == ("second", 1, entries)
        handle = come(person.subject)
        assert (handle.key, handle.next_number) == (person.key, entries + 1)
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
    cohort = enrolled()
    masses = settle(cohort)
    assert [len(mass.tags) for mass in masses] == [3, 3, 1]
    assert [mass.record.fields for mass in masses] == [
        ("email", "iin", "surname"),
        ("email", "iin"),
        ("iin",),
    ]
    assert masses[2].record.detail == {"code": "seen"}
    expected = {leaf.tag(person.secret, n) for person in cohort.people for n in (1, 2)}
    expected.add(leaf.tag(cohort.people[0].secret, 3))
    assert {bytes(entry.tag) for entry in Entry.objects.all()} == expected
    assert come(cohort.people[0].subject).secret == cohort.people[0].secret


def test_who_is_left_out_never_came() -> None:
    cohort = enrolled()
    first, second, third = cohort.people
    masses = settle(cohort, without={first.row, third.row})
    assert [len(mass.tags) for mass in masses] == [1, 1], "a mass of nobody is none"
    for table in (PersonKey, Sealed, Found):
        assert {row.subject for row in table.objects.all()} == {second.subject}
    assert {bytes(entry.tag) for entry in Entry.objects.all()} == {leaf.tag(second.secret, n) for n in (1, 2)}


def test_of_whom_nothing_was_done_is_not_known() -> None:
    cohort = bulk.admit(2, ring=RING, at=AT)
    assert bulk.rows(cohort) == []
    bulk.record(of(cohort, people=slice(1, 2)))
    settle(cohort)
    assert [row.subject for row in PersonKey.objects.all()] == [cohort.people[1].subject]
    assert not Sealed.objects.exists()
    assert not Found.objects.exists()


@pytest.mark.parametrize(
    "values", [{"iin": "9"}, {"iin": "9", "email": "x", "surname": "y"}, {"surname": "9", "email": "x"}]
)
def test_only_exactly_what_is_permitted_is_put_in(values: Mapping[str, str]) -> None:
    cohort = bulk.admit(1, ring=RING, at=AT)
    with pytest.raises(ValueError, match="exactly the fields"):
        bulk.put(of(cohort, "iin", "email"), [values], PLACES)


def test_a_permission_is_for_the_people_whose_keys_it_has() -> None:
    cohort = bulk.admit(2, ring=RING, at=AT)
    permission = of(cohort, "iin")
    others = replace(permission, key=cohort.of(cohort.people[1:]))
    for wrong in (others, replace(permission, key=None)):
        with pytest.raises(TypeError):
            bulk.record(wrong)
    assert cohort.entries == []


def test_whose_values_are_known_already_is_told_by_their_digests() -> None:
    settle(enrolled())
    found = bulk.digests("email", ["ALIYA@example.kz", "nobody@example.kz"], ring=RING)
    assert found[0] == index.digest(RING.index_key("email"), "aliya@example.kz")
    assert bulk.known("email", found) == {found[0]}
    assert bulk.known("iin", found) == set()
