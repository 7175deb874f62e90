"""What comes to the mailbox becomes an appeal, once, and proves nobody's address."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.management import call_command

from derbes.core.appeals.models import Appeal
from derbes.core.appeals.post import Post
from derbes.flows import accounts, appeals
from derbes.law.appeals import Kind
from derbes.law.deadlines import local_day
from derbes.outside import mailbox
from tests.conftest import NOON
from tests.outside.imap import imap, written
from tests.outside.sheets import picture, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(settings, published):
    with imap() as running:
        settings.MAILBOX = running.settings
        yield running


@pytest.fixture
def responsible(dana):
    return accounts.actor(dana)


@pytest.mark.clause("6.7")
def test_a_letter_becomes_an_appeal_with_the_shortest_term_until_it_is_sorted(post, responsible, sent):
    post.put(written("Менің деректерімді көрсетіңіз"))
    assert appeals.fetch(at=NOON).opened == 1
    assert not post.letters
    appeal = Appeal.objects.get()
    assert (appeal.kind, appeal.channel, appeal.language, appeal.days) == ("unsorted", "email", "kk", 1)
    assert "Менің деректерімді көрсетіңіз" in "".join(
        appeals.open_texts(responsible, appeal.number, at=NOON).values()
    )
    (told,) = sent()
    assert told.to == "e@example.kz"
    assert appeal.number in told.text
    appeals.retype(responsible, appeal.number, Kind.QUESTION, "settled", at=NOON)
    sorted_now = appeals.case(responsible, appeal.number, at=NOON).appeal
    assert (sorted_now.days, sorted_now.purpose) == (15, "rights")  # no consent came with the letter


@pytest.mark.parametrize(
    ("came", "day"), [("22-Nov-2026 23:50:00 +0500", 22), ("01-Jan-2030 00:00:00 +0000", 23), ("?", 23)]
)
def test_a_letter_counts_from_when_the_server_had_it(post, came, day):
    post.came = came
    post.put(written())
    appeals.fetch(at=NOON)
    assert local_day(Appeal.objects.get().received_at).day == day


def test_a_letter_that_names_a_number_joins_it_only_from_the_address_that_was_given(post, responsible):
    post.put(written())
    appeals.fetch(at=NOON)
    number = Appeal.objects.get().number
    post.put(written("Тағы бір мәлімет", subject=f"Re: {number}", sender="E@Example.kz"))
    post.put(written("Мен де", subject=f"Re: {number}", sender="x@example.kz"))
    fetched = appeals.fetch(at=NOON)
    assert (fetched.joined, fetched.opened) == (1, 1)
    conversation = appeals.open_texts(responsible, number, at=NOON).values()
    assert any("Тағы бір мәлімет" in text for text in conversation)
    assert not any("Мен де" in text for text in conversation)


def test_enclosures_are_washed_and_bad_ones_left_out(post, responsible):
    post.put(
        written(
            files=[("scan.png", saved(picture(), "PNG")), ("run.pdf", b"MZ\x90"), ("x.zip", b"PK\x03\x04")]
        )
    )
    appeals.fetch(at=NOON)
    (file,) = appeals.case(responsible, Appeal.objects.get().number, at=NOON).files
    assert file.mime == "image/png"


def test_a_crash_between_keeping_and_removing_doubles_nothing(post, monkeypatch):
    post.put(written())
    monkeypatch.setattr(
        mailbox.Mailbox, "remove", lambda *_: (_ for _ in ()).throw(mailbox.Unreachable("unreachable"))
    )
    with suppress(mailbox.Unreachable):
        appeals.fetch(at=NOON)
    monkeypatch.undo()
    assert post.letters
    assert appeals.fetch(at=NOON).opened == 0
    assert not post.letters
    assert Appeal.objects.count() == 1


def test_what_cannot_be_taken_in_stays_for_a_person(post, sent):
    post.put(written(Auto_Submitted="auto-replied"))
    post.put(written("", subject=""))
    assert appeals.fetch(at=NOON).left == {"automatic": 1, "empty": 1}
    assert len(post.letters) == 2
    assert not Appeal.objects.exists()
    assert sent() == []


def test_an_address_that_nobody_can_answer_is_left_for_a_person(post):
    post.put(written(sender="x@a..kz"))
    post.put(written(sender="x@-.example.kz"))
    post.put(written("Бұл оқылады"))
    fetched = appeals.fetch(at=NOON)
    assert fetched.opened == 1
    assert sum(fetched.left.values()) == 2
    assert appeals.fetch(at=NOON).left == {}


def test_a_name_that_is_no_name_is_left_out(post, responsible):
    post.put(written(sender="4лия!! <e@example.kz>"))
    appeals.fetch(at=NOON)
    assert "given_name" not in appeals.open_texts(responsible, Appeal.objects.get().number, at=NOON)


def test_taken_in_letters_are_forgotten_after_a_while(post):
    post.put(written())
    appeals.fetch(at=NOON)
    assert Post.objects.count() == 1
    appeals.sweep(at=NOON + timedelta(days=61))
    assert not Post.objects.exists()


def test_the_command_says_what_became_of_the_letters(post, capsys):
    post.put(written())
    post.put(written(Precedence="bulk"))
    call_command("mailbox")
    said = capsys.readouterr().out
    assert "1 new appeals" in said
    assert "automatic" in said


def test_without_a_mailbox_nothing_is_fetched(settings, published):
    settings.MAILBOX = {"host": ""}
    assert appeals.fetch(at=NOON) == appeals.Fetched(0, 0, {})
