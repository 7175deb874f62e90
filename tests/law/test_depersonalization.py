"""What may remain of people: groups in which nobody can be singled out."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.law.depersonalization import ANY, FEATURES, LEAST, Group, coarse, groups

people = st.lists(
    st.tuples(
        st.sampled_from(["1950s", "1980s", "1990s", ANY]),
        st.sampled_from(["kk", "ru", "en"]),
        st.sampled_from(["0", "3", "6+"]),
        st.sampled_from(["2029", "2030"]),
    ),
    max_size=120,
)


@pytest.mark.clause("2.2.5")
@given(people, st.integers(1, 30))
def test_no_group_is_smaller_than_the_least(crowd, least):
    found = groups(crowd, least=least)
    assert sum(group.people for group in found) <= len(crowd)
    assert all(group.people >= max(least, LEAST) and set(group.features) == set(FEATURES) for group in found)


@given(people)
def test_nobody_is_counted_twice_or_where_they_do_not_belong(crowd):
    found = groups(crowd, least=LEAST)
    for group in found:
        fits = sum(
            all(w in {ANY, h} for w, h in zip(group.features.values(), one, strict=True)) for one in crowd
        )
        assert group.people <= fits


def test_one_person_alone_leaves_nothing():
    assert groups([("1990s", "kk", "3", "2030")], least=LEAST) == []
    many = [("1990s", "kk", "3", "2030")] * 9 + [("1950s", "en", "0", "2030")]
    assert groups(many, least=5) == [Group(dict(zip(FEATURES, many[0], strict=True)), 9)]


def test_small_groups_are_made_coarser_together():
    crowd = [("1950s", "kk", "3", "2030")] * 3 + [("1990s", "kk", "3", "2030")] * 3
    assert groups(crowd, least=5) == [
        Group({"born": ANY, "language": "kk", "years": "3", "ended": "2030"}, 6)
    ]


def test_of_a_birth_date_the_decade_remains_and_of_a_course_its_years():
    since, until = datetime(2026, 11, 23, tzinfo=UTC), datetime(2030, 1, 5, tzinfo=UTC)
    assert coarse(birth_date="1990-01-01", language="kk", since=since, until=until) == (
        "1990s",
        "kk",
        "4",
        "2030",
    )
    assert coarse(birth_date="", language="", since=since, until=since) == (ANY, ANY, "0", "2026")


def test_a_course_of_six_years_and_more_is_one_and_one_that_ends_before_it_began_is_none():
    def years(until):
        return coarse(birth_date="x", language="kk", since=datetime(2020, 6, 1, tzinfo=UTC), until=until)

    assert years(datetime(2025, 12, 1, tzinfo=UTC)) == (ANY, "kk", "5", "2025")
    assert years(datetime(2026, 1, 1, tzinfo=UTC)) == (ANY, "kk", "6+", "2026")
    assert years(datetime(2027, 1, 1, tzinfo=UTC)) == (ANY, "kk", "6+", "2027")
    assert years(datetime(2019, 1, 1, tzinfo=UTC)) == (ANY, "kk", "0", "2019")
    assert years(datetime(2025, 12, 31, 20, tzinfo=UTC))[3] == "2026", "a year ends at midnight in Kazakhstan"


def test_features_are_given_up_from_the_first_on_and_the_last_of_all():
    crowd = [(f"19{n}0s", f"l{n}", f"{n}", f"203{n}") for n in range(5)]
    assert groups(crowd, least=5) == [Group(dict.fromkeys(FEATURES, ANY), 5)]
    assert groups(crowd[:4], least=1) == []
    two = [("1990s", "kk", "3", "2030")] * 5 + [("1950s", "kk", "3", "2030")] * 5
    assert [group.features["born"] for group in groups(two, least=5)] == ["1950s", "1990s"]
    assert groups(two, least=6) == [Group({**dict(zip(FEATURES, two[0], strict=True)), "born": ANY}, 10)]
