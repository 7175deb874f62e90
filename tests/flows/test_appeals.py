"""An appeal from its number to its answer: Aliya writes, Dana sees to it, Chingiz may not."""

import dataclasses
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError

from derbes.core.appeals.models import Appeal, AppealEvent
from derbes.core.consents.models import Consent
from derbes.core.journal.models import Entry
from derbes.core.subjects.models import State, Subject
from derbes.core.vault.models import Sealed
from derbes.flows import access, accounts, appeals, staff
from derbes.flows.appeals import answers
from derbes.law import appeals as law
from derbes.law.appeals import Kind
from derbes.law.permission import Refused
from tests.conftest import NOON
from tests.outside.sheets import picture, saved

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def letter(kind="claim", text="Мен келіспеймін", **more):
    fields = {"values": {}, "agreed": False, "language": "kk", "kind": Kind(kind), **more}
    return appeals.Letter(text=text, **fields)


def unregistered(kind="claim", **more):
    values = {"given_name": "Ерлан", "email": "e@example.kz"}
    return letter(kind, values=values, agreed=True, **more)


def explained(**changed):
    fields = {"template": "answer", "outcome": "explained", "ground": "question_answered", "words": "Жауап."}
    return appeals.Answer(**{**fields, **changed})


@pytest.fixture
def responsible(dana):
    return accounts.actor(dana)


@pytest.fixture
def clerk(bauyrzhan):
    return accounts.actor(bauyrzhan)


@pytest.fixture
def outsider(chingiz):
    return accounts.actor(chingiz)


@pytest.mark.clause("6.2")
def test_a_claim_has_a_number_and_its_due_date_at_once(aliya):
    filed = datetime(2026, 12, 10, 5, 0, tzinfo=UTC)
    claim = appeals.write(aliya.actor, letter("claim"), at=filed)
    assert claim.number.startswith("A26-")
    assert claim.due == date(2027, 1, 27)
    seen = appeals.see(aliya.actor, claim.number, at=filed)
    assert (seen.due, seen.left, seen.late) == (date(2027, 1, 27), 30, False)
    assert [event.code for event in seen.events] == ["received"]


@pytest.mark.clause("6.2")
def test_the_office_and_the_person_see_the_same_clock(aliya, responsible):
    number = appeals.write(aliya.actor, letter("access"), at=NOON).number
    theirs, ours = appeals.see(aliya.actor, number, at=NOON), appeals.case(responsible, number, at=NOON)
    assert (theirs.due, theirs.left) == (ours.due, ours.left) == (date(2026, 11, 26), 3)


@pytest.mark.clause("6.7")
def test_a_question_needs_consent_to_be_answered_and_a_right_needs_none(published):
    with pytest.raises(appeals.NotAgreed):
        appeals.send(letter("question", values={"email": "e@example.kz"}), at=NOON)
    assert not Subject.objects.exists()
    access = appeals.send(letter("access", values={"email": "e@example.kz"}), at=NOON)
    assert not Consent.objects.of(access.subject).exists()
    assert Subject.objects.get().state == State.CORRESPONDENT


def test_what_was_written_is_sealed_and_its_number_is_in_no_entry(aliya):
    number = appeals.write(aliya.actor, letter(text="Құпия сөз"), at=NOON).number
    assert not any("Құпия" in body for body in Sealed.objects.values_list("body", flat=True))
    assert not any(number in body for body in Entry.objects.values_list("body", flat=True))


@pytest.mark.clause("2.4")
def test_other_peoples_data_are_asked_about(aliya):
    with pytest.raises(appeals.Strangers):
        appeals.write(aliya.actor, letter(text="Көршімнің ЖСН 900101300811"), at=NOON)
    assert not Appeal.objects.exists()


@pytest.mark.clause("3.3")
def test_nobody_sees_the_appeal_of_another(aliya, outsider, clerk):
    number = appeals.write(aliya.actor, letter("claim"), at=NOON).number
    other = appeals.send(unregistered(), at=NOON)
    with pytest.raises(appeals.Unknown):
        appeals.see(aliya.actor, other.number, at=NOON)
    with pytest.raises(appeals.Powerless):
        appeals.case(outsider, number, at=NOON)
    with pytest.raises(appeals.Unknown):  # a registrar has no business with rights
        appeals.case(clerk, number, at=NOON)
    assert not appeals.queue(clerk, at=NOON)


@pytest.mark.clause("3.3")
def test_a_question_is_opened_by_who_took_it(clerk, published):
    number = appeals.send(unregistered("question", text="Қарызым бар ма?"), at=NOON).number
    with pytest.raises(Refused):
        appeals.open_texts(clerk, number, at=NOON)
    appeals.take(clerk, number, at=NOON)
    assert "Қарызым бар ма?" in appeals.open_texts(clerk, number, at=NOON).values()


@pytest.mark.clause("3.3")
def test_what_is_answered_is_closed_to_the_clerk_again(clerk, published):
    number = appeals.send(unregistered("question"), at=NOON).number
    appeals.take(clerk, number, at=NOON)
    appeals.answer(clerk, number, explained(), at=NOON)
    with pytest.raises(Refused):
        appeals.open_texts(clerk, number, at=NOON)


def test_whoever_is_dismissed_gives_their_appeals_back(clerk, gulnar, published):
    number = appeals.send(unregistered("question"), at=NOON).number
    appeals.take(clerk, number, at=NOON)
    staff.dismiss(accounts.actor(gulnar), clerk.code, at=NOON)
    assert Appeal.objects.get(number=number).taken_by == ""


def test_a_colleague_cannot_take_what_is_taken(aliya, clerk):
    number = appeals.write(aliya.actor, letter("question"), at=NOON).number
    appeals.take(clerk, number, at=NOON)
    appeals.take(clerk, number, at=NOON)
    assert AppealEvent.objects.filter(code="taken").count() == 1
    colleague = dataclasses.replace(clerk, code="r-18")
    with pytest.raises(appeals.Decided):
        appeals.take(colleague, number, at=NOON)


def test_the_queue_has_the_most_urgent_first(aliya, responsible):
    for kind in ("claim", "access", "rectify", "withdraw"):
        appeals.write(aliya.actor, letter(kind), at=NOON)
    waiting = appeals.cards(appeals.queue(responsible, at=NOON), at=NOON)
    assert [case.appeal.kind for case in waiting] == ["rectify", "access", "withdraw", "claim"]
    assert [case.left for case in waiting] == [1, 3, 15, 30]
    assert [row.kind for row in appeals.queue(responsible, kind="claim", at=NOON)] == ["claim"]


@pytest.mark.clause("6.2")
def test_a_change_of_kind_is_seen_with_reason_and_both_dates(aliya, responsible):
    number = appeals.write(aliya.actor, letter("claim"), at=NOON).number
    appeals.retype(responsible, number, Kind.ACCESS, "asks_for_other", at=NOON + DAY)
    seen = appeals.see(aliya.actor, number, at=NOON + DAY)
    assert (seen.appeal.kind, seen.appeal.wish, seen.due) == ("access", "claim", date(2026, 11, 26))
    change = seen.events[-1].detail
    assert (change["was"], change["reason"]) == ("claim", "asks_for_other")
    assert (change["before"], change["due"]) == ("2027-01-08", "2026-11-26")
    with pytest.raises(ValueError, match="list"):
        appeals.retype(responsible, number, Kind.CLAIM, "because", at=NOON)


def test_a_registrar_hands_on_what_turns_out_to_be_a_right(clerk, responsible, published):
    number = appeals.send(unregistered("question"), at=NOON).number
    appeals.take(clerk, number, at=NOON)
    appeals.retype(clerk, number, Kind.ACCESS, "asks_for_other", at=NOON)
    with pytest.raises(appeals.Unknown):
        appeals.case(clerk, number, at=NOON)
    handed = appeals.case(responsible, number, at=NOON).appeal
    assert (handed.taken_by, handed.purpose) == ("", "rights")


@pytest.mark.clause("6.2")
def test_the_clock_stands_still_until_the_person_answers(aliya, responsible, sent):
    number = appeals.write(aliya.actor, letter("access"), at=NOON).number
    appeals.pause(responsible, number, "identity_wanted", "Құжатыңызды қоса беріңіз", at=NOON + DAY)
    assert number in sent()[0].text
    waits = appeals.see(aliya.actor, number, at=NOON + 9 * DAY)
    assert (waits.stopped, waits.late) == (True, False)
    assert "Құжатыңызды қоса беріңіз" in appeals.read(aliya.actor, number, at=NOON + DAY).values()
    with pytest.raises(appeals.Decided):
        appeals.pause(responsible, number, "identity_wanted", "Тағы", at=NOON + DAY)
    appeals.say(aliya.actor, number, "Міне", at=NOON + 8 * DAY)
    goes_on = appeals.see(aliya.actor, number, at=NOON + 8 * DAY)
    assert not goes_on.stopped
    assert goes_on.due == date(2026, 12, 3)
    assert [event.code for event in goes_on.events] == ["received", "paused", "written", "resumed"]


@pytest.mark.clause("6.7")
def test_a_registrar_lengthens_a_question_by_no_more_than_promised(clerk, published, sent):
    number = appeals.send(unregistered("question"), at=NOON).number
    appeals.take(clerk, number, at=NOON)
    with pytest.raises(appeals.NotExtendable) as why:
        appeals.extend(clerk, number, 11, "others_asked", at=NOON)
    assert why.value.most == 10
    before = Appeal.objects.get(number=number).due
    appeals.extend(clerk, number, 10, "others_asked", at=NOON)
    assert Appeal.objects.get(number=number).due > before
    assert any(number in message.text for message in sent())
    with pytest.raises(appeals.NotExtendable):
        appeals.extend(clerk, number, 1, "others_asked", at=NOON)


@pytest.mark.clause("6.2")
def test_a_right_is_never_lengthened(aliya, responsible):
    number = appeals.write(aliya.actor, letter("access"), at=NOON).number
    assert appeals.case(responsible, number, at=NOON).extendable == 0
    with pytest.raises(appeals.NotExtendable):
        appeals.extend(responsible, number, 1, "others_asked", at=NOON)


@pytest.mark.clause("6.2")
def test_an_answer_is_a_letter_in_the_persons_language_with_its_ground(aliya, responsible, sent):
    number = appeals.write(aliya.actor, letter("withdraw"), at=NOON).number
    refusal = explained(template="refusal", outcome="refused", ground="obligation_unfulfilled")
    before = appeals.preview(responsible, number, refusal, at=NOON)
    name = appeals.answer(responsible, number, refusal, at=NOON)
    text = appeals.read(aliya.actor, number, at=NOON)[name]
    assert text == before
    assert "өтінішке жауап" in text
    assert number in text
    assert "94-V Заң, 8(2)-бап" in text
    assert "Жауап." in text
    assert "2026 жылғы 23 қараша" in text
    seen = appeals.see(aliya.actor, number, at=NOON)
    assert (seen.appeal.stage, seen.appeal.outcome, seen.late) == ("answered", "refused", False)
    assert number in sent()[-1].text
    with pytest.raises(appeals.Decided):
        appeals.answer(responsible, number, refusal, at=NOON)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"template": "dear"}, "template"),
        ({"template": "refusal"}, "template"),
        ({"outcome": "ignored"}, "outcome"),
        ({"ground": "obligation_unfulfilled"}, "ground"),
        ({"words": "  "}, "words"),
        ({"late_reason": "overload"}, "late_reason"),
    ],
)
def test_an_answer_that_does_not_fit_is_not_sent(aliya, responsible, changed, code):
    number = appeals.write(aliya.actor, letter("access"), at=NOON).number
    with pytest.raises(appeals.NotAnAnswer) as why:
        appeals.answer(responsible, number, explained(**changed), at=NOON)
    assert why.value.code == code
    assert Appeal.objects.get(number=number).live


@pytest.mark.clause("6.2")
def test_a_late_answer_says_why_and_stays_late(aliya, responsible):
    number = appeals.write(aliya.actor, letter("rectify"), at=NOON).number
    late = NOON + 3 * DAY
    assert appeals.see(aliya.actor, number, at=late).late
    with pytest.raises(appeals.NotAnAnswer) as why:
        appeals.answer(responsible, number, explained(), at=late)
    assert why.value.code == "late_reason"
    appeals.answer(responsible, number, explained(late_reason="overload"), at=late)
    seen = appeals.see(aliya.actor, number, at=late + 9 * DAY)
    assert (seen.late, seen.due, seen.left) == (True, date(2026, 11, 24), -2)
    assert seen.appeal.late_reason == "overload"


@pytest.mark.clause("6.2")
def test_the_alarm_rings_before_and_every_day_after(aliya, responsible):
    number = appeals.write(aliya.actor, letter("access"), at=NOON).number  # due on Thursday
    rung = [appeals.sweep(at=NOON + n * DAY) for n in range(6)]
    assert rung == [0, 0, 1, 0, 1, 1]
    assert appeals.sweep(at=NOON + 5 * DAY) == 0
    alarms = [event.detail["alarm"] for event in appeals.case(responsible, number, at=NOON).events[1:]]
    assert alarms == ["soon", "overdue", "overdue"]
    assert [row.number for row in appeals.queue(responsible, alarm="overdue", at=NOON)] == [number]
    assert len(appeals.see(aliya.actor, number, at=NOON).events) == 1


def test_notes_are_sealed_and_not_in_the_persons_conversation(aliya, responsible):
    number = appeals.write(aliya.actor, letter("claim"), at=NOON).number
    appeals.note(responsible, number, "Заңгерден сұрау", at=NOON)
    assert "Заңгерден сұрау" in appeals.open_texts(responsible, number, at=NOON).values()
    assert "Заңгерден сұрау" not in appeals.read(aliya.actor, number, at=NOON).values()
    assert not any("сұрау" in str(detail) for detail in AppealEvent.objects.values_list("detail", flat=True))


def test_an_appeal_is_given_to_who_sees_to_such_and_to_nobody_else(responsible, clerk, outsider, published):
    number = appeals.send(unregistered("question"), at=NOON).number
    appeals.take(clerk, number, at=NOON)
    assert appeals.colleagues(clerk, number, at=NOON) == [clerk.code]
    for stranger in (outsider.code, responsible.code, "x-99"):
        with pytest.raises(appeals.NotSuited):
            appeals.reassign(clerk, number, stranger, at=NOON)
    appeals.reassign(clerk, number, "", at=NOON)
    assert Appeal.objects.get(number=number).taken_by == ""


def test_the_person_takes_an_appeal_back(aliya, responsible):
    number = appeals.write(aliya.actor, letter("claim"), at=NOON).number
    appeals.take_back(aliya.actor, number, at=NOON)
    assert appeals.see(aliya.actor, number, at=NOON).appeal.outcome == "taken_back"
    with pytest.raises(appeals.Decided):
        appeals.say(aliya.actor, number, "Тағы", at=NOON)
    with pytest.raises(appeals.Decided):
        appeals.take_back(aliya.actor, number, at=NOON)
    with pytest.raises(appeals.Decided):
        appeals.close(responsible, number, at=NOON)


@pytest.mark.clause("1.6")
def test_attachments_come_in_washed_and_are_opened_by_their_people_alone(aliya, responsible, outsider):
    number = appeals.write(aliya.actor, letter("rectify"), at=NOON).number
    file = appeals.attach(aliya.actor, number, saved(picture(), "PNG"), "proof.png", at=NOON)
    (listed,) = appeals.see(aliya.actor, number, at=NOON).files
    assert (listed.id, listed.mime, listed.pages) == (str(file), "image/png", 1)
    assert appeals.look(responsible, number, file, at=NOON).data.startswith(b"\x89PNG")
    assert appeals.look(aliya.actor, number, file, at=NOON, preview=True).mime == "image/jpeg"
    with pytest.raises(appeals.FileRefused):
        appeals.attach(aliya.actor, number, b"MZ\x90\x00", "proof.pdf", at=NOON)
    with pytest.raises(appeals.Powerless):
        appeals.look(outsider, number, file, at=NOON)
    other = appeals.write(aliya.actor, letter("claim"), at=NOON).number
    with pytest.raises(appeals.Unknown):
        appeals.look(aliya.actor, other, file, at=NOON)


def test_the_archive_of_what_is_held_has_appeals_and_what_was_attached(aliya):
    appeal = appeals.write(aliya.actor, letter("rectify", text="Түзетіңіз"), at=NOON)
    file = appeals.attach(aliya.actor, appeal.number, saved(picture(), "PNG"), "proof.png", at=NOON)
    whole = access.export(aliya.actor, "kk", lambda _held: b"%PDF-", at=NOON).data
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert f"scans/{file}.png" in archive.namelist()
        said = archive.read("data.json").decode()
    assert appeal.number in said
    assert "Түзетіңіз" in said


@pytest.mark.clause("1.8")
def test_the_unregistered_see_their_appeal_by_number_and_code(published, code, sent):
    number = appeals.send(unregistered(text="Менің деректерім"), at=NOON).number
    ticket = appeals.ask_code(number, who="203.0.113.7", at=NOON)
    with pytest.raises(appeals.WrongCode):
        appeals.enter(ticket, number, "000000", at=NOON)
    author = appeals.enter(ticket, number, code("e@example.kz"), at=NOON)
    assert appeals.read(author, number, at=NOON).popitem()[1] == "Менің деректерім"
    appeals.say(author, number, "Қосымша", at=NOON)


def test_an_unknown_number_looks_like_a_known_one(published, sent):
    before = len(sent())
    ticket = appeals.ask_code("A26-AAAA-AAAA", who="203.0.113.7", at=NOON)
    assert len(sent()) == before
    with pytest.raises(appeals.WrongCode):
        appeals.enter(ticket, "A26-AAAA-AAAA", "123456", at=NOON)


def test_the_code_for_one_appeal_opens_no_other(aliya, published, code):
    mine = appeals.send(unregistered(), at=NOON).number
    hers = appeals.write(aliya.actor, letter("claim"), at=NOON).number
    ticket = appeals.ask_code(mine, who="203.0.113.7", at=NOON)
    with pytest.raises(appeals.WrongCode):
        appeals.enter(ticket, hers, code("e@example.kz"), at=NOON)


@pytest.mark.clause("6.7")
def test_a_call_counts_from_when_it_came_and_the_caller_is_told(clerk, outsider, published, sent):
    call = letter("access", channel="phone", values={"given_name": "Ерлан", "phone_mobile": "87010000009"})
    came = NOON - DAY
    filed = appeals.receive(clerk, call, received_at=came, at=NOON)
    assert (filed.channel, filed.due) == ("phone", date(2026, 11, 25))
    assert filed.number in sent()[0].text
    with pytest.raises(appeals.Powerless):
        appeals.receive(outsider, call, received_at=came, at=NOON)
    with pytest.raises(ValueError, match="yet to come"):
        appeals.receive(clerk, call, received_at=NOON + DAY, at=NOON)


def test_the_blocked_can_still_ask_and_nothing_of_theirs_is_used(aliya, responsible):
    Subject.objects.filter(subject=aliya.subject).update(blocked_at=NOON)
    number = appeals.write(aliya.actor, letter("unblock"), at=NOON).number
    assert appeals.see(aliya.actor, number, at=NOON).due == date(2026, 11, 24)
    with pytest.raises(Refused):
        appeals.open_texts(responsible, number, at=NOON)
    appeals.answer(responsible, number, explained(template="unblocked", outcome="granted"), at=NOON)
    done = [json.loads(body)["operation"] for body in Entry.objects.values_list("body", flat=True)]
    assert done[-4:] == [
        "store",
        "use",
        "store",
        "use",
    ]  # the second use is the notice, refused like the first


def test_statistics_count_and_name_nobody(aliya, responsible, outsider):
    first = appeals.write(aliya.actor, letter("access"), at=NOON).number
    second = appeals.write(aliya.actor, letter("access"), at=NOON).number
    appeals.write(aliya.actor, letter("claim"), at=NOON)
    appeals.answer(responsible, first, explained(), at=NOON)
    late = NOON + 7 * DAY
    appeals.answer(responsible, second, explained(late_reason="overload"), at=late)
    access, claim = appeals.statistics(responsible, NOON.date(), NOON.date(), at=late)
    assert (access.kind, access.received, access.on_time, access.behind, access.waiting) == (
        "access",
        2,
        1,
        1,
        0,
    )
    assert (claim.kind, claim.waiting, claim.overdue) == ("claim", 1, 0)
    with pytest.raises(appeals.Powerless):
        appeals.statistics(outsider, NOON.date(), NOON.date(), at=NOON)


def test_what_happened_cannot_be_undone_in_the_database(aliya):
    appeals.write(aliya.actor, letter("claim"), at=NOON)
    with pytest.raises(DatabaseError):
        AppealEvent.objects.update(code="answered")


def test_every_template_and_ground_can_be_worded(published):
    assert answers.GROUNDS.keys() == law.GROUNDS.keys()
    for outcomes, sentence in answers.TEMPLATES.values():
        assert outcomes <= set(law.OUTCOMES)
        assert sentence


def test_every_word_fits_where_it_is_kept():
    kept = {
        (Appeal, "kind"): Kind,
        (Appeal, "channel"): law.CHANNELS,
        (Appeal, "outcome"): [*law.OUTCOMES, *law.CLOSINGS],
        (Appeal, "ground"): law.GROUNDS,
        (Appeal, "late_reason"): law.LATE_REASONS,
        (AppealEvent, "code"): law.Happened,
    }
    for (table, column), words in kept.items():
        assert max(map(len, words)) <= table._meta.get_field(column).max_length, column
