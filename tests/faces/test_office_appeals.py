"""Appeals in the office: Dana sees to them by their due dates, opens what she needs, answers; Chingiz may nothing."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from derbes.core.appeals.models import Appeal, AppealEvent
from derbes.core.calendar.models import CalendarYear
from derbes.faces.public import paper
from derbes.flows import accounts, appeals
from derbes.law.appeals import Kind
from tests.conftest import NOON
from tests.faces.at_work import at_work, bodies, page

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
OFFICE = "/en/office/messages"
ANSWER = {
    "outcome": "granted",
    "template": "claim",
    "ground": "breach_confirmed",
    "words": "Қателік түзетілді.",
}


def filed(kind=Kind.CLAIM, text="Құқығым бұзылды", at=NOON):
    values = {"given_name": "Ерлан", "email": "reader@example.kz"}
    return appeals.send(
        appeals.Letter(text=text, values=values, agreed=True, language="kk", kind=kind), at=at
    ).number


def appeal(number):
    return Appeal.objects.get(number=number)


@pytest.fixture
def now(time_at):
    """It is a minute past noon: the clock of the faces and of the cast agree."""
    time_at(NOON + timedelta(minutes=1))


@pytest.fixture
def desk(dana):
    return at_work(dana)


# The inbox


@pytest.mark.clause("6.2")
def test_the_inbox_has_the_most_urgent_first_and_says_what_is_late(dana, time_at):
    claim, urgent = filed(Kind.CLAIM), filed(Kind.ACCESS)
    time_at(NOON + 8 * DAY)
    desk = at_work(dana)
    shown = page(desk.get(OFFICE))
    assert shown.index(urgent) < shown.index(claim)
    assert "late by 3 working days" in shown
    late = page(desk.get(f"{OFFICE}?whose=late"))
    assert urgent in late
    assert claim not in late


def test_the_inbox_is_narrowed_in_the_address(desk, dana, now):
    claim, access = filed(Kind.CLAIM), filed(Kind.ACCESS)
    appeals.take(accounts.actor(dana), claim, at=NOON)
    for query, shown, hidden in (
        ("whose=mine", claim, access),
        ("whose=free", access, claim),
        ("kind=access", access, claim),
        ("kind=claim&channel=web", claim, access),
    ):
        narrowed = page(desk.get(f"{OFFICE}?{query}"))
        assert shown in narrowed, query
        assert hidden not in narrowed, query
    assert "Nothing waits here" in page(desk.get(f"{OFFICE}?channel=phone"))
    assert "Nothing waits here" in page(desk.get(f"{OFFICE}?stage=paused"))


@pytest.mark.clause("3.3")
def test_whoever_has_not_the_power_sees_no_appeal(chingiz, erlan, now):
    number = filed()
    for user in (chingiz, erlan):
        client = at_work(user)
        for path in ("", f"/{number}", "/enter", f"/{number}/answer"):
            assert client.get(OFFICE + path).status_code == 403, path
        for path in (f"/{number}/open", f"/{number}/note", f"/{number}/take", f"/{number}/file"):
            assert client.post(OFFICE + path).status_code == 403, path


def test_bauyrzhan_who_sees_to_questions_finds_no_claim(bauyrzhan, now):
    number = filed()
    client = at_work(bauyrzhan)
    assert number not in page(client.get(OFFICE))
    assert client.get(f"{OFFICE}/{number}").status_code == 404


# One appeal


@pytest.mark.clause("3.3")
def test_texts_and_contacts_are_hidden_until_they_are_opened_for_the_purpose(desk, now):
    number = filed()
    closed = page(desk.get(f"{OFFICE}/{number}"))
    assert "Құқығым" not in closed
    assert "reader@example.kz" not in closed
    before = bodies()
    opened = desk.post(f"{OFFICE}/{number}/open")
    assert "Құқығым бұзылды" in page(opened)
    assert "reader@example.kz" in page(opened)
    assert "no-store" in opened["Cache-Control"]
    (entry,) = bodies() - before
    assert '"event":"appeals.read"' in entry
    assert '"purpose":"rights"' in entry
    assert "Құқығым" not in page(desk.get(f"{OFFICE}/{number}"))


@pytest.mark.clause("3.3")
def test_bauyrzhan_opens_no_question_that_he_has_not_taken(bauyrzhan, now):
    number = filed(Kind.QUESTION, text="Қашан жойылады?")
    client = at_work(bauyrzhan)
    answer = client.post(f"{OFFICE}/{number}/open")
    assert answer.status_code == 403
    assert "Қашан" not in page(answer)
    client.post(f"{OFFICE}/{number}/take")
    assert "Қашан жойылады?" in page(client.post(f"{OFFICE}/{number}/open"))


@pytest.mark.clause("6.2")
def test_the_clock_stops_and_goes_on_and_both_dates_are_shown(dana, now, time_at):
    number, desk = filed(), at_work(dana)
    due = appeal(number).due
    asked = {"pause-reason": "details_wanted", "pause-text": "Қай күні болды?"}
    assert desk.post(f"{OFFICE}/{number}/pause", asked).status_code == 302
    assert appeal(number).stage == "paused"
    shown = page(desk.get(f"{OFFICE}/{number}"))
    assert "details are needed" in shown
    assert "Waiting for the person" in shown
    time_at(NOON + timedelta(hours=13))
    desk.post(f"{OFFICE}/{number}/resume", {"resume-reason": "no_longer_wanted"})
    assert appeal(number).due > due
    resumed = page(desk.get(f"{OFFICE}/{number}"))
    assert "it is not needed any more" in resumed
    assert "The date was" in resumed


def test_a_deed_without_a_reason_is_not_done(desk, now):
    number = filed()
    for deed, typed in (
        ("pause", {"pause-text": "Қай күні?"}),
        ("retype", {"retype-kind": "access"}),
        ("extend", {"extend-days": "1"}),
        ("note", {}),
        ("close", {"close-outcome": "granted"}),
    ):
        before = AppealEvent.objects.count()
        answer = desk.post(f"{OFFICE}/{number}/{deed}", typed)
        assert answer.status_code in {200, 409}, deed
        assert AppealEvent.objects.count() == before, deed
    assert desk.post(f"{OFFICE}/{number}/burn").status_code == 404


@pytest.mark.clause("6.2")
def test_another_kind_has_its_own_term_from_the_day_of_receipt(desk, now):
    number = filed()
    desk.post(f"{OFFICE}/{number}/retype", {"retype-kind": "access", "retype-reason": "asks_for_other"})
    assert (appeal(number).kind, appeal(number).due) == ("access", date(2026, 11, 26))
    assert "Claim → Access" in page(desk.get(f"{OFFICE}/{number}"))


def test_the_term_is_lengthened_only_as_far_as_the_rule_allows(desk, dana, now):
    claim = filed()
    extendable = appeals.case(accounts.actor(dana), claim, at=NOON).extendable
    page_of_it = page(desk.get(f"{OFFICE}/{claim}"))
    assert ("Lengthen the term" in page_of_it) == (extendable > 0)
    due = appeal(claim).due
    desk.post(f"{OFFICE}/{claim}/extend", {"extend-days": "400", "extend-reason": "others_asked"})
    assert appeal(claim).due == due


def test_a_note_is_for_colleagues_and_a_message_for_the_person(desk, aliya, now):
    number = appeals.write(
        aliya.actor,
        appeals.Letter(text="Шағым", values={}, agreed=False, language="kk", kind=Kind.CLAIM),
        at=NOON,
    ).number
    desk.post(f"{OFFICE}/{number}/note", {"note-text": "Мұрағаттан сұраймын"})
    desk.post(f"{OFFICE}/{number}/write", {"write-text": "Қарап жатырмыз"})
    theirs = appeals.read(aliya.actor, number, at=NOON + timedelta(minutes=2)).values()
    assert "Қарап жатырмыз" in theirs
    assert "Мұрағаттан сұраймын" not in theirs
    ours = page(desk.post(f"{OFFICE}/{number}/open"))
    assert "Мұрағаттан сұраймын" in ours


def test_an_appeal_is_given_to_a_colleague_who_sees_to_such(bauyrzhan, chingiz, now):
    number = filed(Kind.QUESTION)
    client = at_work(bauyrzhan)
    client.post(f"{OFFICE}/{number}/take")
    assert client.post(f"{OFFICE}/{number}/reassign", {"reassign-to": chingiz.code}).status_code == 200
    assert appeal(number).taken_by == bauyrzhan.code
    client.post(f"{OFFICE}/{number}/reassign", {"reassign-to": ""})
    assert appeal(number).taken_by == ""


def test_what_is_over_is_not_done_again_and_the_page_says_what_happened(desk, now):
    number = filed()
    desk.post(f"{OFFICE}/{number}/close", {"close-outcome": "double"})
    assert (appeal(number).stage, appeal(number).outcome) == ("closed", "double")
    again = desk.post(f"{OFFICE}/{number}/close", {"close-outcome": "no_appeal"})
    assert again.status_code == 409
    assert "the same as another appeal" in page(again)
    assert appeal(number).outcome == "double"
    assert desk.get(f"{OFFICE}/{number}/answer").status_code == 409


def test_an_attachment_is_opened_by_the_staff_of_its_appeal_alone(desk, bauyrzhan, aliya, now):
    number = appeals.write(
        aliya.actor,
        appeals.Letter(text="Шағым", values={}, agreed=False, language="kk", kind=Kind.CLAIM),
        at=NOON,
    ).number
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(drawn, "PNG")
    file = appeals.attach(aliya.actor, number, drawn.getvalue(), "a.png", at=NOON)
    answer = desk.post(f"{OFFICE}/{number}/file", {"file": str(file)})
    assert answer["Content-Type"] in {"image/png", "image/jpeg"}
    assert desk.post(f"{OFFICE}/{number}/file", {"file": "x"}).status_code == 404
    assert at_work(bauyrzhan).post(f"{OFFICE}/{number}/file", {"file": str(file)}).status_code == 404


# The answer


@pytest.mark.clause("6.2")
def test_the_letter_is_read_before_it_is_sent_and_sent_once(desk, now):
    number = filed()
    letter = page(desk.post(f"{OFFICE}/{number}/answer", ANSWER))
    assert "Қателік түзетілді." in letter
    assert "өтінішке жауап" in letter.lower()
    assert "(Kazakh)" in letter
    assert appeal(number).stage == "open"
    assert desk.post(f"{OFFICE}/{number}/answer", {**ANSWER, "send": "1"}).status_code == 302
    done = appeal(number)
    assert (done.stage, done.outcome, done.ground) == ("answered", "granted", "breach_confirmed")
    assert desk.post(f"{OFFICE}/{number}/answer", {**ANSWER, "send": "1"}).status_code == 409
    assert "The answer as PDF" in page(desk.get(f"{OFFICE}/{number}"))


def test_the_outcome_is_chosen_first_and_what_goes_with_it_is_offered(desk, now):
    number = filed()
    first = page(desk.get(f"{OFFICE}/{number}/answer"))
    assert 'value="refused"' in first
    assert 'name="ground"' not in first
    then = page(desk.post(f"{OFFICE}/{number}/answer", {"outcome": "refused", "change": "1"}))
    assert 'value="claim_unfounded"' in then
    assert 'value="right_exercised"' not in then
    again = page(desk.post(f"{OFFICE}/{number}/answer", {**ANSWER, "again": "1"}))
    assert 'name="ground"' not in again
    assert "Қателік түзетілді." in again


def test_a_ground_that_does_not_go_with_the_outcome_is_refused(desk, now):
    number = filed()
    answer = page(desk.post(f"{OFFICE}/{number}/answer", {**ANSWER, "ground": "no_documents", "send": "1"}))
    assert "This ground does not go with the outcome" in answer
    assert "Қателік түзетілді." in answer
    assert appeal(number).stage == "open"


@pytest.mark.clause("6.2")
def test_a_late_answer_says_why_and_stays_late(dana, time_at):
    number = filed(Kind.ACCESS)
    time_at(NOON + 10 * DAY)
    desk = at_work(dana)
    typed = {**ANSWER, "template": "answer", "send": "1"}
    assert "Choose why it is late" in page(desk.post(f"{OFFICE}/{number}/answer", typed))
    desk.post(f"{OFFICE}/{number}/answer", {**typed, "late_reason": "overload"})
    shown = page(desk.get(f"{OFFICE}/{number}"))
    assert "late by" in shown
    assert "there were too many appeals" in shown.lower()


def test_texts_are_opened_beside_the_answer_and_what_was_typed_stays(desk, now):
    number = filed()
    opened = page(desk.post(f"{OFFICE}/{number}/answer", {**ANSWER, "open": "1"}))
    assert "Құқығым бұзылды" in opened
    assert "Қателік түзетілді." in opened


@pytest.mark.skipif(not paper.POSSIBLE, reason="libpango is not on this machine")
def test_the_letter_is_had_on_paper(desk, now):
    number = filed()
    assert desk.post(f"{OFFICE}/{number}/letter.pdf").status_code == 404
    desk.post(f"{OFFICE}/{number}/answer", {**ANSWER, "send": "1"})
    made = desk.post(f"{OFFICE}/{number}/letter.pdf")
    assert made.content.startswith(b"%PDF")


# What came by phone


def typed(**changed):
    came = {"channel": "phone", "kind": "claim", "text": "Телефонмен айтты", "language": "kk"}
    day = {"day_day": "20", "day_month": "11", "day_year": "2026"}
    return {**came, **day, "email": "reader@example.kz", **changed}


@pytest.mark.clause("6.2")
def test_the_clock_of_a_call_starts_when_it_was_received(desk, now):
    answer = desk.post(f"{OFFICE}/enter", typed())
    assert answer.status_code == 302, page(answer)
    (row,) = Appeal.objects.all()
    assert (row.channel, row.kind, row.due) == ("phone", "claim", date(2027, 1, 6))


def test_what_was_received_tomorrow_or_cannot_be_is_not_entered(desk, now):
    for wrong, said in (
        ({"day_year": "2027"}, "still to come"),
        ({"kind": "question"}, "unless the person agreed"),
        ({"email": "reader@"}, "Write the e-mail address in full"),
        ({"text": ""}, "Write the text"),
    ):
        assert said in page(desk.post(f"{OFFICE}/enter", typed(**wrong))), wrong
    assert not Appeal.objects.exists()


# Working days


CALENDAR = "/en/office/calendar?year=2026"


def lines(year, off=(), worked=()):
    return {
        "off": "\n".join(f"{day.day:02}.{day.month:02}.{day.year}" for day in sorted(year | set(off))),
        "worked": "\n".join(f"{day.day:02}.{day.month:02}.{day.year}" for day in worked),
    }


def ordered(off=(), **changed):
    from derbes.flows import calendar

    return {
        **lines(set(calendar.year(2026).off), off),
        "order": "Order 12 of 20.11.2026",
        "version": "0",
        **changed,
    }


@pytest.mark.clause("6.2")
def test_an_order_moves_a_day_and_the_due_dates_with_it_in_sight(desk, now):
    number = filed(Kind.ACCESS)
    before = appeal(number).due
    assert desk.post(CALENDAR, ordered([date(2026, 11, 25)])).status_code == 302
    assert appeal(number).due > before
    shown = page(desk.get(CALENDAR))
    assert "Order 12 of 20.11.2026" in shown
    assert number in shown
    assert "The date was" in page(desk.get(f"{OFFICE}/{number}"))


def test_a_change_without_an_order_or_of_another_year_is_refused(desk, now):
    for wrong, said in (
        ({"order": " "}, "Write the order"),
        ({"worked": "25.11.2026"}, "not Saturdays or Sundays: 25.11.2026"),
        ({"off": "25.11.2027"}, "not of this year"),
        ({"off": "sometime"}, "is no date"),
        ({"off": ordered()["off"]}, "how the year stands already"),
    ):
        assert said in page(desk.post(CALENDAR, {**ordered([date(2026, 11, 25)]), **wrong})), wrong
    assert not CalendarYear.objects.exists()


def test_whoever_was_later_is_told_how_the_year_stands_now(desk, now):
    desk.post(CALENDAR, ordered([date(2026, 11, 25)]))
    answer = desk.post(CALENDAR, ordered([date(2026, 11, 26)]))
    assert answer.status_code == 409
    assert "Somebody changed this year meanwhile" in page(answer)
    assert CalendarYear.objects.count() == 1


def test_bauyrzhan_reads_the_calendar_and_changes_nothing(bauyrzhan, erlan, now):
    client = at_work(bauyrzhan)
    assert "Change the calendar" not in page(client.get(CALENDAR))
    assert client.post(CALENDAR, ordered([date(2026, 11, 25)])).status_code == 403
    assert not CalendarYear.objects.exists()
    assert at_work(erlan).get(CALENDAR).status_code == 403


# Punctuality


@pytest.mark.clause("6.2")
def test_punctuality_counts_and_names_nobody(dana, time_at):
    late = filed(Kind.ACCESS)
    filed(Kind.CLAIM)
    time_at(NOON + 10 * DAY)
    desk = at_work(dana)
    shown = page(desk.get("/en/office/punctuality"))
    assert "Claim: 1 received, 0 in time, 0 late" in shown
    assert "Access to one&#x27;s data: 1 received, 0 in time, 1 late" in shown
    assert late not in shown
    assert "No appeal was received" in page(
        desk.get("/en/office/punctuality?since=2020-01-01&until=2020-02-01")
    )
    assert "ends before it begins" in page(
        desk.get("/en/office/punctuality?since=2026-02-01&until=2026-01-01")
    )


def test_only_who_reads_the_journal_reads_the_statistics(bauyrzhan, erlan, now):
    assert at_work(bauyrzhan).get("/en/office/punctuality").status_code == 403
    assert at_work(erlan).get("/en/office/punctuality").status_code == 200
