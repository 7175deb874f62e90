"""A breach: Chingiz has looked where he should not. Dana has one working day, and finds whom it affects."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from derbes.core.incidents.models import Affected, Incident, IncidentEvent, Search
from derbes.core.journal.models import Entry
from derbes.core.subjects.models import Subject
from derbes.core.vault import removal
from derbes.flows import accounts, affected, incidents, journal, reading, registration
from derbes.flows.incidents import Breach, NoSuchStep, Powerless, Pressing, State
from tests.conftest import ALIYA, NOON

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
EVENING = NOON + timedelta(hours=6)
SECOND = EVENING + timedelta(seconds=1)
SAULE = {
    **ALIYA,
    "surname": "Төлегенова",
    "given_name": "Сәуле",
    "patronymic": "",
    "iin": "900101300811",
    "email": "saule@example.kz",
    "phone_mobile": "8 (700) 003 77 44",
}
DATA = ["iin", "surname"]


@pytest.fixture
def officer(dana):
    return accounts.actor(dana)


@pytest.fixture
def saule(aliya, agreement):
    subject = registration.register(agreement, SAULE, at=NOON)
    return accounts.person(subject)


@pytest.fixture
def breach(officer, aliya, saule, dana):
    """Aliya's IIN was read by Dana's own account, which somebody else held; Saule's was not."""
    reading.read(officer, aliya.subject, ["iin"], purpose="rights", at=EVENING)
    return incidents.detect(
        officer,
        Breach.ACCESS,
        detected_at=EVENING,
        data=DATA,
        happened="An account was used by another.",
        at=EVENING,
    )


def searched(officer, number, **what):
    affected.look_for(
        officer, number, since=EVENING - DAY, until=EVENING + DAY, code="d-01", at=SECOND, **what
    )
    affected.sweep(at=SECOND + timedelta(seconds=1))


def people(number):
    incident = Incident.objects.get(number=number)
    return set(Affected.objects.of(incident.id).values_list("subject", flat=True))


@pytest.mark.clause("4.1")
def test_a_breach_is_due_on_the_next_working_day_and_the_clock_says_how_it_stands(officer, breach):
    ((incident, pressing),) = incidents.listing(officer, at=EVENING)
    assert (incident.state, incident.due, pressing) == (State.OPEN, date(2026, 11, 24), Pressing.IN_TIME)
    assert incident.calendar
    assert incidents.case(officer, breach, at=EVENING + DAY).pressing is Pressing.SOON
    assert incidents.case(officer, breach, at=EVENING + 2 * DAY).pressing is Pressing.OVERDUE


@pytest.mark.clause("4.1")
def test_whom_it_affects_is_found_from_the_journal_and_nobody_else(officer, breach, aliya, saule):
    searched(officer, breach)
    assert people(breach) == {aliya.subject}
    row = Search.objects.get()
    assert (row.walked, row.found, row.entries, row.matched, row.closed) == (2, 1, 1, 1, 0)
    assert Incident.objects.get().affected == 1


def test_an_attempt_that_was_refused_affected_nobody(officer, breach, aliya, saule, chingiz):
    with pytest.raises(registration.Refused):
        reading.read(accounts.actor(chingiz), saule.subject, ["iin"], purpose="verification", at=EVENING)
    affected.look_for(officer, breach, since=EVENING - DAY, until=EVENING + DAY, code="m-03", at=EVENING)
    affected.sweep(at=EVENING)
    assert people(breach) == set()


def test_what_was_done_at_another_time_is_not_searched(officer, breach, aliya):
    affected.look_for(officer, breach, since=EVENING - 3 * DAY, until=EVENING, code="d-01", at=EVENING)
    affected.look_for(
        officer, breach, since=EVENING + timedelta(seconds=1), until=EVENING + DAY, code="d-01", at=EVENING
    )
    affected.sweep(at=EVENING)
    assert people(breach) == set()


def test_when_the_base_was_carried_off_everybody_is_affected_and_counted_once(officer, breach, aliya, saule):
    searched(officer, breach)
    searched(officer, breach, everyone=True)
    assert people(breach) == {aliya.subject, saule.subject}
    assert Incident.objects.get().affected == 2


def test_a_search_that_was_interrupted_goes_on_where_it_stood(officer, breach, aliya, saule, monkeypatch):
    monkeypatch.setattr(affected, "CHUNK", 1)
    affected.look_for(officer, breach, since=EVENING - DAY, until=EVENING + DAY, code="d-01", at=EVENING)
    row = Search.objects.get()
    assert affected._walk(row.id, frozenset(), at=EVENING) == 1
    row.refresh_from_db()
    assert row.last == min(aliya.subject, saule.subject)
    affected.sweep(at=EVENING)
    row.refresh_from_db()
    assert (row.walked, row.done_at) == (2, EVENING)
    assert affected.sweep(at=EVENING) == 0


def test_who_was_destroyed_is_not_found_and_breaks_nothing(officer, breach, aliya, saule):
    removal.remove([aliya.subject])
    searched(officer, breach)
    assert people(breach) == set()


@pytest.mark.clause("4.1")
def test_the_way_is_authority_people_closed_and_no_other(officer, breach, aliya, sent):
    with pytest.raises(NoSuchStep):
        incidents.close(officer, breach, confirmed=True, at=EVENING)
    with pytest.raises(NoSuchStep):
        incidents.tell_people(officer, breach, at=EVENING)
    searched(officer, breach)
    minutes = [EVENING + timedelta(minutes=n) for n in range(1, 6)]
    incidents.authority_told(officer, breach, reference="ZT-1", at=minutes[0])
    before = sent()
    affected.sweep(at=minutes[0])
    assert sent() == before, "nobody is told before Dana says so"
    incidents.tell_people(officer, breach, at=minutes[1])
    affected.sweep(at=minutes[2])
    case = incidents.case(officer, breach, at=minutes[3])
    assert (case.incident.state, case.affected, case.told) == (State.SUBJECTS_NOTIFIED, 1, 1)
    assert case.pressing is Pressing.KEPT
    incidents.close(officer, breach, confirmed=True, at=minutes[4])
    assert [event.code for event in incidents.case(officer, breach, at=EVENING).events] == [
        *("detected", "search_begun", "searched", "authority_notified", "telling"),
        *("subjects_notified", "closed"),
    ]


@pytest.mark.clause("4.1")
def test_aliya_is_told_and_reads_what_happened_and_saule_reads_nothing(officer, breach, aliya, saule, sent):
    searched(officer, breach)
    assert affected.own(aliya.actor, "kk", at=EVENING) == [], (
        "before she was told she does not learn it by chance"
    )
    incidents.describe(
        officer, breach, data=DATA, happened="An account was used by another.", measures="Closed.", at=EVENING
    )
    incidents.authority_told(officer, breach, reference="", at=EVENING)
    incidents.tell_people(officer, breach, at=EVENING)
    before = len(sent())
    affected.sweep(at=EVENING)
    (message,) = sent()[before:]
    assert "77000037733" in message.to
    assert "/cabinet/" in message.text
    (own,) = affected.own(aliya.actor, "en", at=EVENING)
    said = "\n".join(own.letter.paragraphs)
    for what in ("An account was used by another.", "Closed.", "privacy@example.kz", "Surname"):
        assert what in said
    assert affected.own(saule, "en", at=EVENING) == []


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_letter_to_the_authority_says_what_the_rules_ask_for(officer, breach, aliya, language):
    searched(officer, breach)
    incidents.describe(
        officer, breach, data=DATA, happened="It happened.", measures="We did this.", at=EVENING
    )
    letter = incidents.authority_letter(officer, breach, language, at=EVENING)
    said = "\n".join(letter.paragraphs)
    for what in (breach, "It happened.", "We did this.", "privacy@example.kz", "1"):
        assert what in said
    assert ALIYA["surname"] not in said
    assert ALIYA["iin"] not in said


@pytest.mark.clause("4.1")
def test_the_list_for_the_authority_has_what_is_needed_and_leaves_an_entry_of_hers(officer, breach, aliya):
    searched(officer, breach)
    (named,) = affected.authority_list(officer, breach, at=EVENING)
    assert named.name == "Сәрсенова Әлия Қайратқызы"
    assert (named.iin, named.phone) == (ALIYA["iin"], "+77000037733")
    seen = [row.says for row in journal.own(aliya.actor, others=True, at=EVENING)]
    (entry,) = [says for says in seen if says["event"] == "incidents.authority"]
    assert (entry["operation"], entry["recipient"], entry["clause"]) == ("transfer", "state_body", "4.1")


def test_of_whom_is_blocked_nothing_is_opened(officer, breach, aliya):
    searched(officer, breach)
    Subject.objects.filter(subject=aliya.subject).update(blocked_at=EVENING)
    (named,) = affected.authority_list(officer, breach, at=EVENING)
    assert named.withheld
    assert named.iin == ""


@pytest.mark.parametrize("who", ["bauyrzhan", "chingiz", "gulnar", "erlan"])
def test_nobody_but_the_responsible_person_deals_with_breaches(officer, breach, who, request):
    actor = accounts.actor(request.getfixturevalue(who))
    looks = (
        lambda: incidents.listing(actor, at=EVENING),
        lambda: incidents.case(actor, breach, at=EVENING),
    )
    if who == "erlan":
        assert all(look() for look in looks), "an auditor reads the register"
    for do in (
        *(looks if who != "erlan" else ()),
        lambda: incidents.authority_letter(actor, breach, "kk", at=EVENING),
        lambda: incidents.describe(actor, breach, data=[], happened="x", measures="", at=EVENING),
        lambda: incidents.detect(actor, Breach.ACCESS, detected_at=NOON, data=[], happened="x", at=EVENING),
        lambda: incidents.authority_told(actor, breach, reference="", at=EVENING),
        lambda: list(affected.authority_list(actor, breach, at=EVENING)),
        lambda: affected.look_for(actor, breach, since=NOON, until=EVENING, at=EVENING),
    ):
        with pytest.raises(Powerless):
            do()


def test_a_false_alarm_is_closed_as_one_and_stays_in_the_register(officer, breach):
    incidents.close(officer, breach, confirmed=False, at=EVENING)
    assert incidents.case(officer, breach, at=EVENING).incident.state == State.NOT_CONFIRMED


def test_what_was_done_about_a_breach_is_never_changed(breach):
    for change in ("UPDATE incidents_incidentevent SET code = 'x'", "DELETE FROM incidents_incidentevent"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert IncidentEvent.objects.count() == 1


def test_the_journal_names_neither_the_incident_nor_anybody(officer, breach, aliya):
    searched(officer, breach)
    bodies = list(Entry.objects.filter(operation="incident").values_list("body", flat=True))
    assert len(bodies) == 3
    for body in bodies:
        assert breach not in body
        assert str(aliya.subject) not in body


@pytest.mark.parametrize(
    "wrong", [{"happened": " "}, {"data": ["blood_type"]}, {"detected_at": EVENING + DAY}]
)
def test_a_breach_is_described_and_detected_in_the_past(officer, aliya, wrong):
    said = {"detected_at": EVENING, "data": DATA, "happened": "It happened.", **wrong}
    with pytest.raises(ValueError, match="a breach is"):
        incidents.detect(officer, Breach.ACCESS, at=EVENING, **said)
