"""How long what is kept: the longest term, the order of a law, the calendar, and what stands in the way."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.law import norms as law
from derbes.law import retention
from derbes.law.deadlines import ZONE, local_day
from derbes.law.policy import parse
from derbes.law.retention import Facts, Outcome, lasts, plan
from tests.conftest import ROOT
from tests.law.example import FILES

POLICY = parse(FILES)
NORMS = law.parse(
    {str(p.relative_to(ROOT / "norms")): p.read_text() for p in sorted((ROOT / "norms").rglob("*.toml"))}
)
RULES = retention.rules(POLICY, NORMS)
START = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
IDENTITY = {"surname", "given_name", "iin", "birth_date"}
FIELDS = frozenset({*IDENTITY, "email", "phone_mobile", "ip_address/1", "id_document"})
NEEDED = {key: START for key, purpose in POLICY.purposes.items() if purpose.needed}

moments = st.integers(0, 4000).map(lambda days: START + timedelta(days=days))
facts = st.builds(
    Facts,
    fields=st.frozensets(st.sampled_from(sorted({*FIELDS, "message/1", "contact_language"}))),
    given=st.dictionaries(
        st.sampled_from([k for k, p in POLICY.purposes.items() if p.basis == "consent"]), moments
    ),
    events=st.dictionaries(
        st.sampled_from(["service_end", "year_end", "submitted", "decided", "answered"]), st.none() | moments
    ),
    held_until=st.none() | moments,
    blocked=st.booleans(),
    archived=st.booleans(),
    not_before=st.none() | moments,
)


def served(ended: datetime | None, **more: object) -> Facts:
    events = {"submitted": START, "decided": START, "service_end": ended}
    return Facts(fields=FIELDS, given=NEEDED, events=events | more.pop("events", {}), **more)


@pytest.mark.clause("5.3")
def test_while_the_service_goes_on_nothing_of_it_ends_but_the_scan():
    found = plan(RULES, served(None), at=START + timedelta(days=5000))
    assert found.outcome is Outcome.TRIM
    assert found.goes == {"id_document"}


@pytest.mark.clause("5.3")
def test_three_years_after_the_service_ended_all_of_it_ends_and_not_an_hour_earlier():
    ended = datetime(2027, 2, 28, 7, 0, tzinfo=UTC)
    over = datetime(2030, 2, 28, 19, 0, tzinfo=UTC)  # 24:00 in Kazakhstan
    assert plan(RULES, served(ended), at=over).outcome is Outcome.END
    before = plan(RULES, served(ended), at=over - timedelta(seconds=1))
    assert before.outcome is Outcome.TRIM
    assert before.stays.keys() == FIELDS - {"id_document"}
    assert before.look == over


@pytest.mark.clause("3.4")
@pytest.mark.clause("5.3")
def test_what_tax_law_orders_outlasts_the_promise_and_goes_to_the_archive():
    ended = datetime(2027, 3, 1, 7, 0, tzinfo=UTC)
    year = retention.year_end(ended)
    over = served(ended, events={"year_end": year})
    found = plan(RULES, over, at=datetime(2030, 3, 2, tzinfo=UTC))
    assert found.outcome is Outcome.ARCHIVE
    assert found.stays.keys() == IDENTITY - {"birth_date"}
    assert found.until == lasts(year, years=5)
    assert plan(RULES, over, at=found.until).outcome is Outcome.END


@pytest.mark.clause("5.3")
def test_a_demand_leaves_only_what_a_law_orders():
    nothing = plan(RULES, served(None), at=START, demanded=True)
    assert nothing.outcome is Outcome.END
    owed = served(None, events={"year_end": None})
    assert plan(RULES, owed, at=START, demanded=True).stays.keys() == IDENTITY - {"birth_date"}


@pytest.mark.clause("5")
def test_a_withdrawn_purpose_keeps_nothing():
    without = {key: at for key, at in NEEDED.items() if key == "communication"}
    left = Facts(fields=FIELDS, given=without, events={"answered": None, "service_end": START})
    assert plan(RULES, left, at=START).goes == {"iin", "birth_date", "id_document"}


@given(facts, moments)
def test_blocked_and_held_data_wait_whatever_their_term(known, at):
    found = plan(RULES, known, at=at)
    held = known.held_until is not None and known.held_until > at
    expected = "" if found.outcome is Outcome.KEEP else "blocked" if known.blocked else "hold" if held else ""
    assert found.waits == expected


@given(facts, moments)
def test_a_field_stays_exactly_as_long_as_some_purpose_keeps_it(known, at):
    found = plan(RULES, known, at=at)
    assert found.goes | found.stays.keys() == known.fields
    assert not found.goes & found.stays.keys()
    for name in found.stays:
        if found.outcome is not Outcome.ARCHIVE and found.stays[name].reasons:
            assert any(r.until is None or r.until > at for r in found.stays[name].reasons)
    for name, fate in retention.fates(RULES, known).items():
        if name in found.goes and found.outcome is not Outcome.ARCHIVE:
            assert fate.until is not None
            assert fate.until <= at
    assert (found.outcome is Outcome.END) == (not found.stays)


@given(facts, moments)
def test_nothing_happens_between_now_and_the_moment_to_look_again(known, at):
    found = plan(RULES, known, at=at)
    if found.outcome is Outcome.KEEP:
        next_look = found.look or at + timedelta(days=9999)
        assert next_look > at
        assert plan(RULES, known, at=max(at, next_look - timedelta(seconds=1))).outcome is Outcome.KEEP


@given(facts, moments)
def test_what_the_archive_keeps_a_law_orders_and_has_an_end_once_its_clock_runs(known, at):
    found = plan(RULES, known, at=at)
    if found.outcome is Outcome.ARCHIVE:
        assert not known.archived
        assert all(any(reason.ordered for reason in fate.reasons) for fate in found.stays.values())


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.integers(0, 12), st.integers(0, 400))
def test_a_term_is_over_at_midnight_in_kazakhstan_and_never_early(day, years, days):
    since = datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC)
    over = lasts(since, years=years, days=days)
    if years or days:
        assert over.astimezone(ZONE).hour == 0
        assert local_day(over) - local_day(since) >= timedelta(days=365 * years + days)
        assert local_day(over) - local_day(since) <= timedelta(days=366 * years + days + 1)
    else:
        assert over == since


@pytest.mark.clause("5.3")
def test_for_one_under_age_a_term_of_years_waits_until_they_come_of_age():
    ended, of_age = datetime(2027, 1, 1, tzinfo=UTC), datetime(2032, 12, 31, 19, tzinfo=UTC)
    found = plan(RULES, served(ended, not_before=of_age), at=datetime(2031, 1, 1, tzinfo=UTC))
    assert found.outcome is Outcome.TRIM
    assert found.look == lasts(of_age, years=3)
