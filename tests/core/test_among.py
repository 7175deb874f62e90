"""Of a list of people, rows are found, read, put together and removed: theirs all, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import connection

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


def test_people_are_named_by_the_text_that_the_database_has_for_them() -> None:
    people = People([ALIYA, ERLAN])
    rows = people.read(Sealed.objects.order_by("subject", "place"), "place")
    assert len(people) == 2
    assert [(people.number[who], place) for who, place in rows] == [
        (ALIYA, "contact"),
        (ALIYA, "identity"),
        (ERLAN, "contact"),
    ]
    assert People([who for who, _ in rows]).number == people.number, "what was read is a list again"


def test_some_of_them_are_a_list_of_their_own_and_all_are_the_same() -> None:
    people = People([ALIYA, ERLAN])
    assert people.part([ALIYA, ERLAN]) is people
    assert people.part([ERLAN]).number == People([ERLAN]).number
    assert among.people_of(people) is people
    assert among.people_of([DANA]).number == People([DANA]).number


def test_nobody_has_nothing() -> None:
    assert People([]).read(Sealed.objects.all(), "place") == []
    assert among.remove(Sealed, People([])) == {}


def test_rows_are_found_by_the_list_or_by_numbers() -> None:
    for some in (People([DANA, ERLAN]), [DANA, ERLAN]):
        found = Sealed.objects.filter(subject__among=some).values_list("subject", flat=True)
        assert set(found) == {DANA, ERLAN}


def test_what_is_removed_is_counted_by_person_and_the_others_keep_theirs() -> None:
    assert among.remove(Sealed, People([ALIYA, DANA, UUID(int=9)])) == {ALIYA: 2, DANA: 1}
    assert list(Sealed.objects.values_list("subject", flat=True)) == [ERLAN]


def test_numbers_and_moments_are_read_as_they_are_written() -> None:
    EndedEpoch.objects.create(epoch="first", at=AT)
    ((who, written),) = among.texts(Sealed.objects.filter(subject=ERLAN).values_list("subject", "body"))
    assert (who, written) == (str(ERLAN) if connection.vendor == "postgresql" else ERLAN.hex, "[2]")
    ((at,),) = among.texts(EndedEpoch.objects.values_list("at"))
    assert among.moment(at) == AT
    assert among.moment(at).tzinfo is not None


def test_a_moment_without_a_zone_is_utc_and_one_with_a_zone_stays() -> None:
    almaty = timezone(timedelta(hours=5))
    assert among.moment("2026-11-22 09:30:00+05").utcoffset() == timedelta(hours=5)
    assert among.moment("2026-11-22 09:30:00") == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    assert among.moment(datetime(2026, 11, 22, 9, 30)) == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)  # noqa: DTZ001
    with_zone = datetime(2026, 11, 22, 9, 30, tzinfo=almaty)
    assert among.moment(with_zone) is with_zone


def test_rows_put_together_are_the_same_text_where_they_are_the_same() -> None:
    def together(*columns: str) -> dict[UUID, str]:
        rows = Sealed.objects.filter(place="contact").order_by().values("subject")
        return dict(rows.annotate(together=among.Together(*columns)).values_list("subject", "together"))

    by_body = together("body")
    assert by_body[ALIYA] == by_body[DANA] != by_body[ERLAN]
    of_nothing = together()
    assert of_nothing[ALIYA] == of_nothing[ERLAN]
