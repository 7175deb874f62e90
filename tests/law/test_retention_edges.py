"""Retention to the second, case by case: which reasons count, what a hold and the archive change, which norms oblige."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from derbes.law import retention
from derbes.law.retention import Facts, Outcome, consent_ends, lasts, plan, year_end
from tests.law.test_retention import FIELDS, IDENTITY, NEEDED, NORMS, POLICY, RULES, START, served

SECOND = timedelta(seconds=1)
ENDED = datetime(2027, 3, 1, 7, 0, tzinfo=UTC)
THREE_YEARS = lasts(ENDED, years=3)
OWED = served(ENDED, events={"year_end": year_end(ENDED)})


def test_the_rules_take_the_purposes_of_valid_clauses_and_the_norms_that_oblige_them():
    rules = retention.rules(POLICY, NORMS)
    assert rules.purposes.keys() == POLICY.purposes.keys() - {"rights"}
    assert {key for key, norms in rules.obliging.items() if norms} == {"service", "records"}
    assert rules.ordered == {"records"}  # what the policy alone promises is no order of a law
    assert rules.proofs == {"ip_address", "user_agent", "page_address", "access_time"}
    void = replace(
        POLICY,
        clauses={**POLICY.clauses, "2.2.4": replace(POLICY.clauses["2.2.4"], void={"en": "by a court"})},
    )
    assert rules.purposes.keys() - retention.rules(void, NORMS).purposes.keys() == {"advertising"}


@pytest.mark.parametrize(
    "changes", [{"bound": "most"}, {"since": "decided"}, {"purposes": frozenset({"service"})}]
)
def test_a_norm_that_sets_no_least_term_for_the_purpose_from_that_event_does_not_oblige(changes):
    other = replace(NORMS.retention["accounting"], **changes)
    rules = retention.rules(POLICY, replace(NORMS, retention={"accounting": other}))
    assert rules.ordered <= {"service"}
    assert rules.obliging["records"] == ()


def test_a_longer_obligatory_term_replaces_the_promised_one_while_it_is_in_force():
    norm = replace(NORMS.retention["site_user"], years=7)
    longer = retention.rules(POLICY, replace(NORMS, retention={"site_user": norm}))
    assert plan(longer, served(ENDED), at=THREE_YEARS).outcome is not Outcome.END
    assert plan(longer, served(ENDED), at=lasts(ENDED, years=7)).outcome is Outcome.END
    over = replace(norm, effective_to=ENDED.date() - timedelta(days=1))
    past = retention.rules(POLICY, replace(NORMS, retention={"site_user": over}))
    assert plan(past, served(ENDED), at=THREE_YEARS).outcome is Outcome.END


@pytest.mark.clause("3.4")
def test_what_a_visit_left_stays_as_long_as_the_longest_of_the_rest_and_not_in_the_archive():
    found = retention.fates(RULES, served(ENDED))
    assert found["ip_address/1"].until == max(found[name].until for name in FIELDS if found[name].reasons)
    assert found["ip_address/1"].reasons == ()
    alone = retention.fates(RULES, replace(OWED, fields=frozenset({"ip_address/1"}), given={}))
    assert alone["ip_address/1"].over(START)
    archived = plan(RULES, replace(OWED, archived=True), at=START)
    assert "ip_address/1" in archived.goes
    only = retention.fates(RULES, replace(served(None), fields=frozenset({"ip_address/1"})))
    assert only["ip_address/1"].over(START)  # it proves what is there; of nothing there is no proof
    bare = retention.fates(RULES, replace(served(None), fields=frozenset({"ip_address", "email"})))
    assert bare["ip_address"].over(START)  # without an occasion it proves nothing


def test_each_of_several_messages_has_the_term_of_messages():
    facts = Facts(fields=frozenset({"message/1"}), given=NEEDED, events={"answered": START})
    assert retention.fates(RULES, facts)["message/1"].until == lasts(START, years=3)


@pytest.mark.clause("3.4")
def test_into_the_archive_go_exactly_the_fields_that_a_law_still_orders():
    at = THREE_YEARS + SECOND
    found = plan(RULES, OWED, at=at)
    ordered = IDENTITY - {"birth_date"}
    assert (found.outcome, found.stays.keys(), found.goes) == (Outcome.ARCHIVE, ordered, FIELDS - ordered)
    assert plan(RULES, replace(OWED, archived=True), at=at).outcome is Outcome.TRIM
    kept = replace(OWED, archived=True, fields=frozenset(ordered))
    assert plan(RULES, kept, at=at).outcome is Outcome.KEEP
    assert plan(RULES, OWED, at=THREE_YEARS).outcome is Outcome.ARCHIVE
    assert plan(RULES, OWED, at=THREE_YEARS - SECOND).outcome is Outcome.TRIM  # a consent still uses them


def test_nothing_goes_to_the_archive_that_no_law_orders():
    only = Facts(fields=frozenset({"email"}), given={"advertising": START}, events={"year_end": None})
    assert plan(RULES, only, at=START).outcome is Outcome.KEEP
    entered = Facts(fields=FIELDS & POLICY.purposes["breach"].data, given={}, events={"service_end": None})
    assert entered.fields
    assert plan(RULES, entered, at=START).outcome is Outcome.KEEP


def test_a_purpose_that_only_serves_others_does_not_hold_data_back_from_the_archive():
    events = {"service_end": None, "year_end": None}
    fields = FIELDS & (POLICY.purposes["breach"].data | POLICY.purposes["records"].data)
    assert plan(RULES, Facts(fields=fields, given={}, events=events), at=START).outcome is Outcome.ARCHIVE


def test_a_purpose_that_a_law_rests_on_without_ordering_to_keep_holds_data_back_from_the_archive():
    norm = replace(NORMS.retention["accounting"], purposes=frozenset({"authentication"}), since="service_end")
    rules = retention.rules(POLICY, replace(NORMS, retention={"order": norm}))
    fields = POLICY.purposes["records"].data | POLICY.purposes["authentication"].data
    facts = Facts(fields=fields, given={}, events={"service_end": None, "year_end": None})
    assert rules.ordered == {"authentication"}
    assert plan(rules, facts, at=START).outcome is not Outcome.ARCHIVE


@pytest.mark.clause("5.3")
def test_a_hold_is_looked_at_again_when_it_ends_and_a_block_only_with_news():
    at = THREE_YEARS + timedelta(days=1)
    held = plan(RULES, served(ENDED, held_until=at + SECOND), at=at)
    assert (held.outcome, held.waits, held.look) == (Outcome.END, "hold", at + SECOND)
    assert plan(RULES, served(ENDED, held_until=at), at=at).waits == ""
    assert plan(RULES, served(ENDED), at=at).waits == ""
    blocked = plan(RULES, served(ENDED, blocked=True, held_until=at + SECOND), at=at)
    assert (blocked.waits, blocked.look) == ("blocked", None)
    early = Facts(fields=frozenset({"email"}), given=NEEDED, events={"service_end": None}, held_until=at)
    kept = plan(RULES, early, at=START)
    assert (kept.outcome, kept.waits, kept.look) == (Outcome.KEEP, "", None)


def test_the_next_look_is_at_the_first_end_and_later_than_now():
    facts = Facts(
        fields=frozenset({"email", "id_document"}),
        given={"advertising": START, "verification": START},
        events={"decided": START},
    )
    first, last = lasts(START, days=30), lasts(START, years=1)
    assert plan(RULES, facts, at=START).look == first
    after = plan(RULES, facts, at=first)
    assert (after.goes, after.look, after.until) == ({"id_document"}, last, last)
    assert plan(RULES, facts, at=first - SECOND).goes == frozenset()
    assert plan(RULES, facts, at=last).until is None


def test_terms_of_months_pass_the_end_of_the_year_and_end_on_the_last_day():
    def day(since, **term):
        return lasts(since, **term) - timedelta(hours=19)

    assert day(datetime(2026, 11, 30, 7, tzinfo=UTC), months=3) == datetime(2027, 2, 28, tzinfo=UTC)
    assert day(datetime(2026, 8, 31, 7, tzinfo=UTC), months=6) == datetime(2027, 2, 28, tzinfo=UTC)
    assert day(datetime(2026, 1, 31, 7, tzinfo=UTC), months=1) == datetime(2026, 2, 28, tzinfo=UTC)
    assert day(datetime(2026, 12, 1, 7, tzinfo=UTC), months=12) == datetime(2027, 12, 1, tzinfo=UTC)
    assert day(datetime(2024, 2, 29, 7, tzinfo=UTC), years=1, months=12, days=1) == datetime(
        2026, 3, 1, tzinfo=UTC
    )
    assert lasts(START) == START


def test_a_year_ends_at_its_last_second_in_kazakhstan():
    assert year_end(datetime(2026, 5, 1, tzinfo=UTC)) == datetime(2026, 12, 31, 18, 59, 59, tzinfo=UTC)
    assert year_end(datetime(2026, 12, 31, 20, tzinfo=UTC)) == datetime(2027, 12, 31, 18, 59, 59, tzinfo=UTC)


@pytest.mark.clause("5.3")
def test_only_a_consent_for_a_time_ends_by_itself():
    assert consent_ends(None, START) is None
    assert consent_ends(POLICY.purposes["service"], START) is None
    assert consent_ends(POLICY.purposes["advertising"], START) == lasts(START, years=1)


def test_a_term_whose_event_nobody_has_heard_of_keeps_nothing_and_one_that_is_to_come_keeps():
    def fate(**events):
        facts = Facts(fields=frozenset({"id_document"}), given={"verification": START}, events=events)
        return retention.fates(RULES, facts)["id_document"]

    assert fate(service_end=START).reasons == ()
    assert fate(decided=None).until is None
    assert fate(decided=START).until == lasts(START, days=30)


def test_a_consent_that_was_not_given_keeps_nothing_and_a_law_asks_for_none():
    facts = Facts(fields=frozenset({"iin", "email"}), given={}, events={"consent": START, "year_end": START})
    found = retention.fates(RULES, facts)
    assert [reason.purpose for reason in found["iin"].reasons] == ["records"]
    assert found["email"].over(START)


def test_a_minor_waits_for_terms_of_years_by_consent_alone():
    of_age = ENDED + timedelta(days=4000)
    facts = replace(OWED, not_before=of_age, given=NEEDED)
    found = retention.fates(RULES, facts)
    reasons = {reason.purpose: reason.until for name in found for reason in found[name].reasons}
    assert reasons["service"] == lasts(of_age, years=3)
    assert reasons["records"] == lasts(year_end(ENDED), years=5)
    assert reasons["verification"] == lasts(START, days=30)


def test_into_the_archive_goes_nothing_whose_order_is_over_while_another_runs():
    other = replace(
        NORMS.retention["accounting"], purposes=frozenset({"authentication"}), since="service_end"
    )
    norms = replace(NORMS, retention={"records": NORMS.retention["accounting"], "entering": other})
    facts = Facts(
        fields=frozenset({"surname", "email"}), given={}, events={"service_end": None, "year_end": START}
    )
    found = plan(retention.rules(POLICY, norms), facts, at=lasts(START, years=5))
    assert (found.outcome, found.stays.keys(), found.goes) == (Outcome.ARCHIVE, {"email"}, {"surname"})


def test_a_proof_is_kept_for_what_it_proves_and_not_for_itself():
    facts = Facts(fields=frozenset({"ip_address/1"}), given={"quality": START}, events={"submitted": START})
    assert retention.fates(RULES, facts)["ip_address/1"].over(START)
    assert retention.fates(RULES, replace(facts, archived=True))["ip_address/1"].reasons
