"""What Aliya is owed, by when: the clock of an appeal, whatever happens to it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.law import appeals, checks, deadlines, policy
from derbes.law.appeals import Event, Happened, Kind, Length, Stop
from tests.law.example import NORMS, POLICY, changed, varied, with_term

KAZAKHSTAN = deadlines.calendar_of(NORMS)
MONDAY = date(2026, 11, 23)
days = st.dates(date(2024, 1, 1), date(2027, 6, 30))
spans = st.integers(min_value=1, max_value=40)


def terms(kind, policy=POLICY):
    return appeals.lengths(kind, policy, NORMS, MONDAY)


def clock(*events, calendar=KAZAKHSTAN, policy=POLICY):
    return appeals.clock(events, lambda kind: terms(kind, policy), calendar)


def received(kind, on=MONDAY):
    return Event(Happened.RECEIVED, on, kind=kind)


def paused(on):
    return Event(Happened.PAUSED, on)


def resumed(on):
    return Event(Happened.RESUMED, on)


@pytest.mark.clause("6.2")
@pytest.mark.parametrize(
    ("kind", "length"),
    [
        ("access", 3),
        ("rectify", 1),
        ("block", 1),
        ("unblock", 1),
        ("destroy", 1),
        ("public_removal", 1),
        ("withdraw", 15),
        ("erase", 15),
        ("objection", 3),
        ("claim", 30),
        ("question", 15),
        ("feedback", 15),
    ],
)
def test_every_kind_has_the_term_of_its_own_norm(kind, length):
    chosen = clock(received(Kind(kind))).length
    assert (chosen.days, chosen.working) == (length, True)
    assert chosen.norm


@pytest.mark.parametrize(
    ("kind", "days", "working", "norm", "last"),
    [
        ("debt_balance", 10, True, "62-VI art. 15(1)(4)", "2026-04-07"),
        ("no_debt", 10, False, "62-VI art. 15(1)(4-1)", "2026-03-30"),
        ("restructure", 10, False, "62-VI art. 6(2)", "2026-03-30"),
        ("restructure_own", 15, False, "62-VI art. 6-1(2)", "2026-04-03"),
    ],
)
def test_what_a_debtor_asks_for_has_the_term_of_the_law_on_collection(kind, days, working, norm, last):
    chosen = clock(received(Kind(kind), date(2026, 3, 19)))
    assert (chosen.length.days, chosen.length.working, chosen.length.norm) == (days, working, norm)
    assert chosen.due.isoformat() == last


def test_every_kind_that_can_be_chosen_has_a_term():
    assert set(Kind) - {Kind.UNSORTED} == set(appeals.SORTED)
    assert set(appeals.SORTED) - set(appeals.CHOICES) == {Kind.RESTRUCTURE_OWN}
    assert all(terms(kind) for kind in Kind)


@pytest.mark.clause("6.2")
@pytest.mark.parametrize(
    ("filed", "kind", "last"),
    [
        ("2026-12-10", "claim", "2027-01-27"),
        ("2025-12-30", "claim", "2026-02-13"),
        ("2026-03-19", "rectify", "2026-03-20"),
        ("2026-03-19", "access", "2026-03-27"),
        ("2026-04-30", "withdraw", "2026-05-26"),
        ("2026-08-28", "block", "2026-08-31"),
        ("2026-12-31", "unblock", "2027-01-05"),
    ],
)
def test_the_term_runs_in_kazakhstans_working_days(filed, kind, last):
    assert clock(received(Kind(kind), date.fromisoformat(filed))).due == date.fromisoformat(last)


def test_of_what_is_promised_and_what_is_demanded_the_stricter_counts():
    shorter = with_term("access", days=2)
    assert clock(received(Kind.ACCESS), policy=shorter).length.days == 2
    longer = with_term("access", days=9)
    assert clock(received(Kind.ACCESS), policy=longer).length.days == 3
    calendar_days = with_term("claim", days=10, working=False)
    assert clock(received(Kind.CLAIM), policy=calendar_days).due == date(2026, 12, 3)


def test_a_policy_that_forgot_a_term_is_held_to_the_norm():
    silent = varied(terms={key: term for key, term in POLICY.terms.items() if key != "access"})
    assert clock(received(Kind.ACCESS), policy=silent).length.norm == "395/НҚ p. 16"


def test_what_nobody_has_sorted_has_the_shortest_term_until_somebody_does():
    post = received(Kind.UNSORTED)
    assert clock(post).due == date(2026, 11, 24)
    sorted_later = Event(Happened.RETYPED, date(2026, 11, 24), kind=Kind.CLAIM)
    assert clock(post, sorted_later).due == clock(received(Kind.CLAIM)).due


def test_a_change_of_kind_counts_from_the_day_of_receipt():
    retyped = Event(Happened.RETYPED, MONDAY + timedelta(days=10), kind=Kind.ACCESS)
    now = clock(received(Kind.QUESTION), retyped)
    assert (now.kind, now.due) == (Kind.ACCESS, date(2026, 11, 26))  # late already, and shown so


def test_the_clock_stands_still_while_the_person_is_waited_for():
    plain = clock(received(Kind.ACCESS)).due
    assert plain == date(2026, 11, 26)
    still = clock(received(Kind.ACCESS), paused(date(2026, 11, 24)))
    assert still.stopped
    assert still.due == plain
    on = clock(received(Kind.ACCESS), paused(date(2026, 11, 24)), resumed(date(2026, 12, 1)))
    assert not on.stopped
    assert on.due == date(2026, 12, 3)  # one day was used, two were left


def test_stopping_a_late_clock_does_not_make_it_punctual():
    late = date(2026, 12, 7)
    assert clock(received(Kind.ACCESS), paused(late), resumed(late + timedelta(days=30))).due < late


def test_pressing_twice_stops_once():
    twice = [paused(date(2026, 11, 24)), paused(date(2026, 11, 25)), resumed(date(2026, 12, 1))]
    once = [paused(date(2026, 11, 24)), resumed(date(2026, 12, 1)), resumed(date(2026, 12, 2))]
    start = received(Kind.ACCESS)
    assert clock(start, *twice).due == clock(start, *once).due


@pytest.mark.clause("6.7")
def test_only_what_the_rule_lets_be_lengthened_is():
    question = clock(received(Kind.QUESTION))
    assert appeals.extendable(question) == 10
    longer = clock(received(Kind.QUESTION), Event(Happened.EXTENDED, MONDAY, days=10))
    assert longer.due == deadlines.due(MONDAY, Length(25, working=True, clause="", norm=""), KAZAKHSTAN)
    assert appeals.extendable(longer) == 0
    for kind in set(appeals.SORTED) - appeals.CONVERSATION:
        assert appeals.extendable(clock(received(kind))) == 0


def test_a_policy_cannot_lengthen_what_the_law_does_not():
    files = changed("policy.toml", ('keeps   = "access_info"', 'keeps   = "access_info"\nextension = 5'))
    problems = checks.check(policy.parse(files), files, NORMS, None)
    assert "term_lengthened" in {problem.code for problem in problems}
    assert appeals.extendable(clock(received(Kind.ACCESS), policy=policy.parse(files))) == 0


def test_a_lengthening_ends_with_the_kind_that_allowed_it():
    events = [Event(Happened.EXTENDED, MONDAY, days=10), Event(Happened.RETYPED, MONDAY, kind=Kind.FEEDBACK)]
    assert clock(received(Kind.QUESTION), *events).extended == 0


@pytest.mark.parametrize(
    ("today", "said"),
    [("2027-01-21", ""), ("2027-01-22", "soon"), ("2027-01-27", "soon"), ("2027-01-28", "overdue")],
)
def test_the_alarm_rings_three_days_before_and_every_day_after(today, said):
    assert appeals.alarm(date(2027, 1, 27), 30, date.fromisoformat(today), KAZAKHSTAN) == said


def test_the_alarm_of_a_short_term_rings_later():
    assert appeals.alarm(date(2026, 11, 26), 3, date(2026, 11, 24), KAZAKHSTAN) == ""
    assert appeals.alarm(date(2026, 11, 26), 3, date(2026, 11, 25), KAZAKHSTAN) == "soon"
    assert appeals.alarm(date(2026, 11, 24), 1, MONDAY, KAZAKHSTAN) == ""


def test_what_has_no_beginning_has_no_clock():
    with pytest.raises(ValueError, match="receipt"):
        clock(paused(MONDAY))


def test_every_ground_belongs_to_an_outcome():
    named = frozenset().union(*(outcomes for outcomes, _ in appeals.GROUNDS.values()))
    assert named == set(appeals.OUTCOMES)


@given(received_on=days, length=spans, working=st.booleans())
def test_without_events_the_clock_is_the_civil_codes(received_on, length, working):
    term = Length(length, working, "", "")
    assert appeals.due(received_on, term, KAZAKHSTAN) == deadlines.due(received_on, term, KAZAKHSTAN)


@given(received_on=days, length=spans, working=st.booleans(), after=spans, lasts=st.integers(0, 30))
def test_a_stop_never_shortens_and_never_gives_more_days_than_it_lasted(
    received_on, length, working, after, lasts
):
    term = Length(length, working, "", "")
    since = received_on + timedelta(days=after)
    stop = Stop(since, since + timedelta(days=lasts))
    plain = appeals.due(received_on, term, KAZAKHSTAN)
    moved = appeals.due(received_on, term, KAZAKHSTAN, stops=[stop])
    assert moved >= plain
    if since >= plain:
        assert moved == plain
    counted = sum(
        1
        for n in range(1, (moved - received_on).days + 1)
        if not stop.holds(day := received_on + timedelta(days=n)) and (KAZAKHSTAN.working(day) or not working)
    )
    assert counted >= length
    if working:
        assert counted == length


@given(received_on=days, length=spans, extra=st.integers(0, 20))
def test_lengthening_is_a_longer_term(received_on, length, extra):
    one = appeals.due(
        received_on, Length(length, working=True, clause="", norm=""), KAZAKHSTAN, extended=extra
    )
    assert one == appeals.due(
        received_on, Length(length + extra, working=True, clause="", norm=""), KAZAKHSTAN
    )


def test_a_question_is_conversation_only_when_somebody_agreed_to_it():
    for kind in (Kind.QUESTION, Kind.FEEDBACK):
        assert appeals.purpose_of(kind, agreed=True) == "communication"
        assert appeals.purpose_of(kind, agreed=False) == "rights"
    assert appeals.purpose_of(Kind.ACCESS, agreed=True) == "rights"


def only(term=None, norm=None):
    """A policy and norms that know nothing but this of the terms."""
    promised = varied(terms={term.key: term} if term else {})
    return promised, replace(NORMS, terms={norm.key: norm} if norm else {})


ACCESS_TERM, ACCESS_NORM = POLICY.terms["access"], NORMS.terms["access_info"]


def test_the_terms_of_a_kind_are_the_promised_and_the_demanded_while_it_is_in_force():
    promise = replace(ACCESS_TERM, days=2, extension=3)
    norm = replace(ACCESS_NORM, days=3, extension=1, effective_from=MONDAY, effective_to=None)
    demanded = Length(3, True, "", "395/НҚ p. 16", 1)  # noqa: FBT003
    length = Length(2, True, promise.clause, promise.norm, 1)  # noqa: FBT003
    assert appeals.lengths(Kind.ACCESS, *only(promise, norm), MONDAY) == (length, demanded)
    assert appeals.lengths(Kind.ACCESS, *only(promise, norm), MONDAY - timedelta(days=1)) == (length,)
    assert appeals.lengths(Kind.ACCESS, *only(None, norm), MONDAY) == (demanded,)
    assert appeals.lengths(Kind.ACCESS, *only(promise), MONDAY) == (replace(length, extension=3),)
    assert appeals.lengths(Kind.ACCESS, *only(), MONDAY) == ()


def test_what_only_the_policy_sets_is_promised_once_and_lengthened_as_it_says():
    own = replace(ACCESS_NORM, act="policy", extension=0)
    promise = replace(ACCESS_TERM, extension=3)
    (length,) = appeals.lengths(Kind.ACCESS, *only(promise, own), MONDAY)
    assert length.extension == 3


def test_a_term_that_keeps_no_norm_keeps_that_of_its_own_name():
    promise = replace(ACCESS_TERM, key="access_info", keeps="")
    assert len(appeals.lengths(Kind.ACCESS, *only(promise), MONDAY)) == 1
    assert appeals.lengths(Kind.CLAIM, *only(promise), MONDAY) == ()
    assert appeals.lengths(Kind.CLAIM, *only(replace(promise, key="claim_policy", keeps="x")), MONDAY) == ()


def test_a_clock_that_was_stopped_again_stands_and_a_note_stops_nothing():
    day = timedelta(days=1)
    first = [received(Kind.CLAIM), paused(MONDAY + day), resumed(MONDAY + 2 * day)]
    assert not clock(*first).stopped
    assert clock(*first, paused(MONDAY + 3 * day)).stopped
    noted = Event(Happened.NOTED, MONDAY + day)
    assert clock(received(Kind.CLAIM), noted) == clock(received(Kind.CLAIM))


@pytest.mark.parametrize(
    ("days", "left", "said"), [(5, 2, "soon"), (5, 3, ""), (30, 3, "soon"), (30, 4, ""), (1, 0, "soon"), (1, 1, "")]
)  # fmt: skip
def test_an_alarm_comes_three_working_days_before_or_half_a_short_term(days, left, said):
    last = date(2026, 11, 27)
    assert appeals.alarm(last, days, last - timedelta(days=left), KAZAKHSTAN) == said
    assert appeals.alarm(last, days, last + timedelta(days=1), KAZAKHSTAN) == "overdue"
