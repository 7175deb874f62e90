"""What follows an answer: the terms are looked at anew, documents go with it, and Dana is told what comes due."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from derbes.core.appeals.attachments import Attachment
from derbes.core.appeals.models import Appeal
from derbes.core.subjects.models import Subject
from derbes.flows import accounts, agreements, appeals, retention
from derbes.flows.agreements import Kind as Services
from derbes.law.appeals import Kind
from derbes.law.permission import Actor, Powerless
from derbes.law.vocabulary import ActorKind
from derbes.outside import antivirus, mail
from tests.conftest import NOON
from tests.outside.sheets import picture, saved

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ANSWER = appeals.Answer(template="claim", outcome="granted", ground="breach_confirmed", words="Жауап.")


def filed(person, kind=Kind.CLAIM, at=NOON):
    letter = appeals.Letter(text="Шағым", values={}, agreed=False, language="kk", kind=kind)
    return appeals.write(person.actor, letter, at=at).number


def png():
    return saved(picture(), "PNG")


def looked_at(person):
    return Subject.objects.get(subject=person.subject).review_at


@pytest.fixture
def responsible(dana):
    return accounts.actor(dana)


# The terms are looked at anew


def answered(person, responsible, number, at):
    appeals.answer(responsible, number, ANSWER, at=at)


def closed(person, responsible, number, at):
    appeals.close(responsible, number, at=at)


def taken_back(person, responsible, number, at):
    appeals.take_back(person.actor, number, at=at)


@pytest.mark.clause("5.3")
@pytest.mark.parametrize("end", [answered, closed, taken_back])
def test_with_the_end_of_an_appeal_the_terms_are_looked_at_anew(aliya, responsible, end):
    number = filed(aliya)
    retention.run(retention.SYSTEM, at=NOON + DAY)
    assert looked_at(aliya) > NOON + 2 * DAY
    end(aliya, responsible, number, NOON + 2 * DAY)
    assert looked_at(aliya) == NOON + 2 * DAY


# Who may let a run go


@pytest.mark.clause("3.3")
def test_the_flow_itself_asks_for_the_power_to_let_terms_run(aliya, responsible, chingiz, bauyrzhan, gulnar):
    for stranger in (chingiz, bauyrzhan, gulnar):
        with pytest.raises(Powerless):
            retention.run(accounts.actor(stranger), at=NOON)
    with pytest.raises(Powerless):
        retention.run(aliya.actor, at=NOON)
    assert retention.run(responsible, at=NOON).done == ()
    assert retention.run(Actor(kind=ActorKind.SYSTEM, code="retention"), at=NOON).done == ()


# A death is entered once, with its document


@pytest.mark.clause("5.3")
def test_a_death_is_entered_once_with_the_number_of_its_document(aliya, responsible, chingiz):
    with pytest.raises(Powerless):
        agreements.died(accounts.actor(chingiz), aliya.subject, on=NOON, paper="26-1", at=NOON + DAY)
    with pytest.raises(ValueError, match="document"):
        agreements.died(responsible, aliya.subject, on=NOON, paper=" ", at=NOON + DAY)
    agreements.died(responsible, aliya.subject, on=NOON, paper="26-1", at=NOON + DAY)
    row = Subject.objects.get(subject=aliya.subject)
    assert (row.deceased_at, row.deceased_paper) == (NOON + DAY, "26-1")
    with pytest.raises(agreements.Ended):
        agreements.died(responsible, aliya.subject, on=NOON, paper="26-2", at=NOON + 2 * DAY)
    assert Subject.objects.get(subject=aliya.subject).deceased_paper == "26-1"
    assert all(one.ended_at for one in agreements.of(aliya.subject) if one.kind == Services.SITE)


# Documents go with an answer


@pytest.mark.clause("1.6")
def test_documents_go_with_the_answer_washed_and_only_its_people_open_them(aliya, responsible, chingiz):
    number = filed(aliya)
    appeals.answer(responsible, number, ANSWER, files=[(png(), "a.png"), (png(), "b.png")], at=NOON)
    seen = appeals.see(aliya.actor, number, at=NOON)
    assert [(file.mime, file.ours) for file in seen.files] == [("image/png", True)] * 2
    picture = appeals.look(aliya.actor, number, Attachment.objects.first().id, at=NOON)
    assert picture.data.startswith(b"\x89PNG")
    with pytest.raises(appeals.Powerless):
        appeals.look(accounts.actor(chingiz), number, Attachment.objects.first().id, at=NOON)


@pytest.mark.parametrize(
    ("files", "error"),
    [([(b"MZ\x90\x00", "x.pdf")], appeals.FileRefused), ([("png", "x.png")] * 6, appeals.TooMany)],
)
def test_when_one_document_is_not_taken_nothing_is_answered(aliya, responsible, files, error):
    number = filed(aliya)
    given = [(png() if data == "png" else data, name) for data, name in files]
    with pytest.raises(error):
        appeals.answer(responsible, number, ANSWER, files=given, at=NOON)
    assert Appeal.objects.get(number=number).stage == "open"
    assert not Attachment.objects.exists()


def test_nobody_without_the_power_sends_an_answer_with_documents(aliya, chingiz, monkeypatch):
    number = filed(aliya)
    monkeypatch.setattr(
        antivirus, "scan", lambda _: pytest.fail("opened before it was asked whether one may")
    )
    with pytest.raises(appeals.Powerless):
        appeals.answer(accounts.actor(chingiz), number, ANSWER, files=[(png(), "a.png")], at=NOON)


# Alarms are told


@pytest.mark.clause("6.2")
def test_each_alarm_is_in_one_mail_with_counts_and_numbers_and_nobody_in_it(aliya, sent):
    near, late = filed(aliya, Kind.CLAIM), filed(aliya, Kind.ACCESS)
    due = {number: Appeal.objects.get(number=number).due for number in (near, late)}
    moment = NOON + (due[late] - NOON.date() + DAY)
    before = len(sent())
    appeals.sweep(at=moment)
    (told,) = sent()[before:]
    assert told.to == "privacy@example.kz"
    assert late in told.text
    assert near not in told.text
    assert re.search(r"1 өтініш", told.text)
    assert re.search(r"1 обращени", told.text)
    for word in ("Әлия", "Сәрсенова", "aliya@example.kz", "7000037733", "900101300007", str(aliya.subject)):
        assert word not in told.text
    appeals.sweep(at=moment + timedelta(minutes=5))
    assert len(sent()) == before + 1


@pytest.mark.clause("6.2")
def test_several_alarms_of_one_sweep_are_one_mail(aliya, sent):
    numbers = [filed(aliya, Kind.ACCESS) for _ in range(3)]
    before = len(sent())
    assert appeals.sweep(at=NOON + 10 * DAY) == 3
    (told,) = sent()[before:]
    assert all(number in told.text for number in numbers)


def test_a_mail_that_cannot_be_sent_leaves_the_alarm_in_the_register(aliya, monkeypatch):
    number = filed(aliya, Kind.ACCESS)

    def broken(*_: object) -> None:
        raise mail.NotSent("unreachable", "the server is away")

    monkeypatch.setattr(mail, "send", broken)
    assert appeals.sweep(at=NOON + 10 * DAY) == 1
    assert Appeal.objects.get(number=number).alarm == "overdue"
