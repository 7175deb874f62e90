"""Of a list of people, rows are found, read, put together and removed: theirs all, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from derbes.core.vault import among
from derbes.core.vault.among import People
from derbes.core.vault.models import EndedEpoch, Sealed
from tests.core.ledger import AT

pytestmark = pytest.mark.django_db
ALIYA, ERLAN, DANA = (UUID(int=n << 64) for n in (1, 2, 3))


@pytest.fixture(autouse=True)
def sealed() -> None:
    """Aliya has two places, Erlan and Dana one each."""
    rows = (
        (ALIYA, "identity", "{}"),
        (ALIYA, "contact", "[1]"),
        (ERLAN, "contact", "[2]"),
        (DANA, "contact", "[1]"),
    )
    Sealed.objects.bulk_create(Sealed(subject=who, place=place, body=body) for who, place, body in rows)


def test_people_are_known_by_the_bytes_of_their_numbers() -> None:
    people = People([ALIYA, ERLAN.bytes])
    rows = people.read(Sealed.objects.order_by("subject", "place"), "place")
    assert len(people) == 2
    assert rows == [(ALIYA.bytes, "contact"), (ALIYA.bytes, "identity"), (ERLAN.bytes, "contact")]
    assert people.numbers == [ALIYA.bytes, ERLAN.bytes]


def test_some_of_them_are_a_list_of_their_own_and_all_are_the_same() -> None:
    people = People([ALIYA, ERLAN])
    assert people.part([ALIYA.bytes, ERLAN.bytes]) is people
    assert people.part([ERLAN.bytes]).text == People([ERLAN]).text
    assert among.people_of(people) is people
    assert among.people_of([DANA]).numbers == [DANA.bytes]


def test_nobody_has_nothing() -> None:
    assert People([]).read(Sealed.objects.all(), "place") == []
    assert among.remove(Sealed, People([])) == {}


def test_rows_are_found_by_the_list_or_by_numbers() -> None:
    for some in (People([DANA, ERLAN]), [DANA, ERLAN]):
        found = Sealed.objects.filter(subject__among=some).values_list("subject", flat=True)
        assert set(found) == {DANA, ERLAN}


def test_what_is_removed_is_counted_by_person_and_the_others_keep_theirs() -> None:
    assert among.remove(Sealed, People([ALIYA, DANA, UUID(int=9)])) == {ALIYA.bytes: 2, DANA.bytes: 1}
    assert list(Sealed.objects.values_list("subject", flat=True)) == [ERLAN]


def test_numbers_are_read_as_bytes_and_moments_as_the_database_has_them() -> None:
    EndedEpoch.objects.create(epoch="first", at=AT)
    assert among.packed(Sealed.objects.filter(subject=ERLAN).values_list("subject", "body")) == [
        (ERLAN.bytes, "[2]")
    ]
    ((_, at),) = among.packed(
        Sealed.objects.filter(subject=ERLAN).values_list("subject", EndedEpoch.objects.values("at")[:1])
    )
    assert among.moment(at) == AT
    assert among.moment(at).tzinfo is not None


def test_a_moment_without_a_zone_is_utc_and_one_with_a_zone_stays() -> None:
    assert among.moment((-1_000_001).to_bytes(8, "big", signed=True)) == datetime(
        1999, 12, 31, 23, 59, 58, 999_999, tzinfo=UTC
    )
    almaty = timezone(timedelta(hours=5))
    assert among.moment("2026-11-22 09:30:00+05").utcoffset() == timedelta(hours=5)
    assert among.moment("2026-11-22 09:30:00") == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert among.moment(datetime(2026, 11, 22, 9, 30)) == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)  # noqa: DTZ001
    with_zone = datetime(2026, 11, 22, 9, 30, tzinfo=almaty)
    assert among.moment(with_zone) is with_zone


def test_what_many_have_is_read_once_with_those_who_have_it() -> None:
    people = People([ALIYA, ERLAN, UUID(int=9)])
    found = {row: sorted(whose) for row, whose in people.alike(Sealed.objects.all(), "place")}
    assert found == {("contact",): [ALIYA.bytes, ERLAN.bytes], ("identity",): [ALIYA.bytes]}
    both = people.alike(Sealed.objects.order_by("body"), "place", "body")
    assert sorted((row, *whose) for row, whose in both) == [
        (("contact", "[1]"), ALIYA.bytes),
        (("contact", "[2]"), ERLAN.bytes),
        (("identity", "{}"), ALIYA.bytes),
    ]
    assert People([]).alike(Sealed.objects.all(), "place") == []
