"""Many people are held and ended together: each of them as the vault would have done it with them alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection, transaction

from derbes.core.journal import alike
from derbes.core.journal.alike import Mass
from derbes.core.journal.models import Entry
from derbes.core.vault import among, crowd, vault
from derbes.core.vault.approach import Handle, Unknown
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.crypto import index, leaf
from derbes.law.permission import Permission
from tests.core.test_journal_sequencer import meanwhile
from tests.core.test_vault import ALIYA, DANA, ERLAN, RING, Ring, come, create, leave_for, put

pytestmark = pytest.mark.django_db
KINDS = {"iin": "iin", "email": "email"}


@pytest.fixture
def known() -> dict[UUID, Handle]:
    """Aliya has name, IIN and e-mail; Erlan IIN alone; Dana is wrapped under a later epoch and has an e-mail."""
    people = {
        ALIYA: create(ALIYA, numbers=2),
        ERLAN: create(ERLAN, numbers=2),
        DANA: create(DANA, numbers=2, ring=Ring("second")),
    }
    values = {
        ALIYA: {"surname": "Сәрсенова", "iin": "900101300007", "email": "aliya@example.kz"},
        ERLAN: {"iin": "900101300811"},
        DANA: {"email": "dana@example.kz"},
    }
    for who, handle in people.items():
        put(handle, **values[who])
        vault.enter(
            leave_for(handle, *values[who], subject=who),
            {n: KINDS[n] for n in values[who] if n in KINDS},
            ring=RING,
        )
    return people


def held(*subjects: UUID, wait: bool = False) -> crowd.Crowd:
    return crowd.hold(subjects or (ALIYA, ERLAN, DANA), ring=RING, wait=wait)


def of(some: crowd.Crowd, *fields: str, who: Sequence[UUID] = (ALIYA, ERLAN)) -> Permission:
    return leave_for(some.of([one.bytes for one in who]), *fields, subject=who[0])


def settle(some: crowd.Crowd) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Write it all, entries last; how many sealed and index rows of each went."""
    left: list[Mass] = []
    with crowd.settled(some, left.extend) as (sealed, found):
        assert not left, "the entries are the last"
    for mass in left:
        alike.append(mass)
    return {UUID(bytes=who): count for who, count in sealed.items()}, {
        UUID(bytes=who): count for who, count in found.items()
    }


def tags(known: dict[UUID, Handle]) -> set[tuple[UUID, int]]:
    """Whose n-th entries are in the journal, beyond the two that each began with."""
    made = {leaf.tag(handle.secret, n): (who, n) for who, handle in known.items() for n in range(3, 9)}
    return {made[bytes(one.tag)] for one in Entry.objects.all() if bytes(one.tag) in made}


def test_those_are_held_who_have_a_key(known) -> None:
    some = held(ALIYA, UUID(int=77), DANA)
    assert list(some.held) == [ALIYA.bytes, DANA.bytes]
    assert len(some.people) == 2
    row = PersonKey.objects.get(pk=DANA)
    assert some.held[DANA.bytes] == (DANA.bytes, "second", 1, bytes(row.wrapped), 2)
    three = (DANA, ALIYA, DANA)
    assert some.opened(some.held[one.bytes] for one in three) == [known[one].key for one in three]
    assert held(UUID(int=77)).held == {}


def test_which_fields_they_have_is_told_without_opening_any(known) -> None:
    people = among.People([ALIYA, ERLAN, UUID(int=77)])
    assert crowd.filled(people) == {ALIYA.bytes: {"surname", "iin", "email"}, ERLAN.bytes: {"iin"}}


def test_of_each_is_taken_what_is_permitted_and_kept_and_each_has_an_entry(known) -> None:
    some = held()
    assert crowd.take(of(some, "iin", "email")) == {
        ALIYA.bytes: {"iin": "900101300007", "email": "aliya@example.kz"},
        ERLAN.bytes: {"iin": "900101300811"},
    }
    assert crowd.take(of(some, "email", who=[DANA])) == {DANA.bytes: {"email": "dana@example.kz"}}
    assert not tags(known), "nothing is written before it is settled"
    assert settle(some) == ({}, {})
    assert tags(known) == {(ALIYA, 3), (ERLAN, 3), (DANA, 3)}
    assert come(ALIYA).next_number == 4
    assert Sealed.objects.count() == 4


def test_who_has_several_entries_has_their_next_numbers(known) -> None:
    some = held()
    crowd.record(of(some, "iin"), code="a")
    crowd.record(of(some, "iin", who=[ERLAN]), code="b")
    assert [mass.record.detail for mass in some.entries] == [{"code": "a"}, {"code": "b"}]
    settle(some)
    assert tags(known) == {(ALIYA, 3), (ERLAN, 3), (ERLAN, 4)}
    assert [PersonKey.objects.get(pk=who).entries for who in (ALIYA, ERLAN, DANA)] == [3, 4, 2]


def test_what_can_be_looked_for_is_told_of_each_and_leaves_no_entry(known) -> None:
    some = held()
    found = crowd.traces(of(some, "iin", "email"))
    one = found[ALIYA.bytes]
    row = {place.place: place.body for place in Sealed.objects.filter(subject=ALIYA)}
    assert one.subject == ALIYA
    assert one.values == {"iin": "900101300007", "email": "aliya@example.kz"}
    assert one.sealed[-1] == bytes(PersonKey.objects.get(pk=ALIYA).wrapped)
    assert len(one.sealed) == 3
    assert all(text.decode() in "".join(row.values()) for text in one.sealed[:-1])
    assert set(one.digests) == {
        index.digest(RING.index_key("iin"), "900101300007"),
        index.digest(RING.index_key("email"), "aliya@example.kz"),
    }
    assert (found[ERLAN.bytes].values, len(found[ERLAN.bytes].digests)) == ({"iin": "900101300811"}, 1)
    assert found.keys() == {ALIYA.bytes, ERLAN.bytes}
    assert some.entries == []


@pytest.mark.clause("5.3")
def test_who_is_destroyed_has_nothing_left_and_the_others_all(known) -> None:
    some = held()
    crowd.destroy(of(some, "iin"))
    assert PersonKey.objects.count() == 3
    assert settle(some) == ({ALIYA: 2, ERLAN: 1}, {ALIYA: 2, ERLAN: 1})
    for table in (Sealed, Found, PersonKey):
        assert {row.subject for row in table.objects.all()} == {DANA}
    assert tags(known) == {(ALIYA, 3), (ERLAN, 3)}
    with pytest.raises(Unknown):
        come(ALIYA)


def test_who_is_archived_keeps_the_fields_of_the_archive_under_a_new_key_and_secret(known) -> None:
    some = crowd.hold([ALIYA, ERLAN, DANA], ring=Ring("second"), wait=True)
    crowd.archive(of(some, "iin"), iter(["iin"]))
    assert settle(some) == ({ALIYA: 2, ERLAN: 1}, {ALIYA: 2, ERLAN: 1})
    row = PersonKey.objects.get(pk=ALIYA)
    assert (row.epoch, row.version, row.entries) == ("second", 1, 0)
    new = come(ALIYA)
    assert new.key != known[ALIYA].key
    assert vault.take(leave_for(new, "iin", "email", "surname")) == {"iin": "900101300007"}
    assert vault.filled(ALIYA) == {"iin"}
    assert vault.confirmed(ALIYA) == frozenset()
    assert vault.confirmed(DANA) == {"email"}
    assert tags(known) == {(ALIYA, 3), (ERLAN, 3)}, "the last of their own"
    assert set(Sealed.objects.filter(subject=ALIYA).values_list("place", flat=True)) == {"identity"}


def test_who_is_trimmed_loses_the_permitted_fields_and_their_place_in_the_index(known) -> None:
    some = held()
    crowd.trim(of(some, "iin", "email"), KINDS)
    assert settle(some) == ({ALIYA: 1, ERLAN: 1}, {ALIYA: 2, ERLAN: 1})
    assert vault.filled(ALIYA) == {"surname"}
    assert vault.filled(ERLAN) == frozenset()
    assert [row.subject for row in Found.objects.all()] == [DANA]
    assert vault.take(leave_for(come(ALIYA), "surname")) == {"surname": "Сәрсенова"}
    assert tags(known) == {(ALIYA, 3), (ERLAN, 3), (ALIYA, 4)}


def test_a_field_of_no_index_leaves_the_index_as_it_is(known) -> None:
    some = held()
    crowd.trim(of(some, "surname", "email"), {"iin": "iin"})
    settle(some)
    assert vault.filled(ALIYA) == {"iin"}
    assert vault.confirmed(ALIYA) == {"iin", "email"}
    assert vault.filled(ERLAN) == {"iin"}, "he has none of these fields"


def test_a_permission_is_for_the_people_whose_keys_it_has(known) -> None:
    some = held()
    permission = of(some, "iin")
    others = replace(permission, key=some.of([ERLAN.bytes, ALIYA.bytes]))
    for wrong in (others, replace(permission, key=known[ALIYA])):
        with pytest.raises(TypeError):
            crowd.record(wrong)
    assert some.entries == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_whom_another_step_holds_is_passed_over_unless_it_is_waited_for(known) -> None:
    def others(*, wait: bool) -> list[UUID]:
        with transaction.atomic():
            if wait:
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '200ms'")
            return [UUID(bytes=who) for who in held(wait=wait).held]

    with transaction.atomic():
        come(ERLAN)
        assert meanwhile(lambda: others(wait=False)) == [[ALIYA, DANA]]
        assert meanwhile(lambda: _refused(lambda: others(wait=True))) == [True]
    assert others(wait=True) == [ALIYA, ERLAN, DANA]


def _refused(step) -> bool:
    from django.db import OperationalError

    with pytest.raises(OperationalError, match="lock timeout"):
        step()
    return True
