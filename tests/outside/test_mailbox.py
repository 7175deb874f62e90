"""Letters are fetched, read with distrust, and removed once they are kept."""

import logging
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.outside import mailbox
from derbes.outside.mailbox import Limits, Unreachable, Unreadable, open_mailbox, parse
from tests.outside.imap import imap, written


@pytest.fixture
def post():
    with imap() as running:
        yield running


def why(raw, **limits):
    with pytest.raises(Unreadable) as refused:
        parse(raw, Limits(**limits))
    return refused.value.reason


def test_letters_are_seen_in_order_and_removed_one_by_one(post):
    first, second = post.put(written("Бірінші")), post.put(written("Екінші"))
    with open_mailbox(post.settings) as box:
        assert box.waiting() == [str(first), str(second)]
        letter = box.read(str(first))
        assert letter.text == "Бірінші"
        assert letter.came == datetime(2026, 11, 23, 6, 59, tzinfo=UTC)
        box.remove(str(first))
        assert box.waiting() == [str(second)]
    assert list(post.letters) == [second]


def test_looking_at_a_letter_changes_nothing(post):
    uid = post.put(written())
    with open_mailbox(post.settings) as box:
        box.read(str(uid))
    assert post.flags[uid] == set()


def test_what_is_left_for_a_person_is_flagged_and_not_looked_at_again(post):
    uid = post.put(written())
    with open_mailbox(post.settings) as box:
        box.leave(str(uid))
        assert box.waiting() == []
    assert "\\Flagged" in post.flags[uid]
    assert uid in post.letters


def test_a_letter_too_big_is_not_even_fetched(post):
    uid = post.put(written("а" * 5000))
    with open_mailbox(post.settings, Limits(size=4000)) as box, pytest.raises(Unreadable) as refused:
        box.read(str(uid))
    assert refused.value.reason == "too_big"


def test_a_letter_that_vanished_is_damaged(post):
    with open_mailbox(post.settings) as box, pytest.raises(Unreadable):
        box.read("77")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"password": "guess"}, "not_let_in"),
        ({"folder": "Nowhere"}, "no_folder"),
        ({"port": "1"}, "unreachable"),
    ],
)
def test_a_mailbox_that_does_not_let_us_in_says_how(post, changed, reason):
    with pytest.raises(Unreachable) as refused, open_mailbox({**post.settings, **changed}):
        pass
    assert refused.value.reason == reason


def take_one(post, uid):
    with open_mailbox(post.settings) as box:
        box.waiting()
        letter = box.read(uid)
        box.remove(uid)
        return letter


@pytest.mark.parametrize("verb", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE", "EXPUNGE"])
def test_a_server_that_hangs_up_is_unreachable(post, verb):
    uid = str(post.put(written()))
    post.hang_up_at = verb
    with pytest.raises(Unreachable):
        take_one(post, uid)


def test_a_silent_server_does_not_hold_us(silent_port):
    settings = {"host": "127.0.0.1", "port": silent_port, "user": "post", "password": "x", "timeout": 0.2}
    with pytest.raises(Unreachable), open_mailbox(settings):
        pass


def test_a_server_elsewhere_is_spoken_to_over_tls_alone(monkeypatch, free_port):
    asked = []

    def over_tls(host, port, **_):
        asked.append(host)
        raise OSError

    monkeypatch.setattr("imaplib.IMAP4_SSL", over_tls)
    with pytest.raises(Unreachable), open_mailbox({"host": "mail.example.kz", "user": "u", "password": "p"}):
        pass
    assert asked == ["mail.example.kz"]


def test_without_a_host_there_is_no_mailbox(settings):
    settings.MAILBOX = {"host": ""}
    assert not mailbox.configured()


# What a letter says


def test_sender_subject_and_text_are_read():
    letter = parse(written("Қарызым бар ма?\n\nРахмет"))
    assert (letter.sender, letter.name, letter.subject) == ("e@example.kz", "Ерлан", "Сұрақ")
    assert letter.text == "Қарызым бар ма?\n\nРахмет"
    assert letter.enclosed == ()


def test_plain_text_is_preferred_and_a_page_is_read_without_what_it_would_do():
    page = "<html><head><style>p{}</style></head><body><p>Сәлем</p><script>steal()</script><b>Әлем</b></body></html>"
    assert parse(written("Анық", html=page)).text == "Анық"
    text = parse(written("", html=page)).text
    assert "Сәлем" in text
    assert "Әлем" in text
    assert "steal" not in text
    assert "<" not in text


def test_enclosures_come_along_up_to_a_number():
    files = [(f"{n}.pdf", b"%PDF-" + bytes([n])) for n in range(7)]
    letter = parse(written(files=files))
    assert [one.data[-1] for one in letter.enclosed] == [0, 1, 2, 3, 4]
    assert letter.left_out == 2


def test_a_long_text_is_cut_and_said_to_be():
    letter = parse(written("а" * 5000), Limits(characters=100))
    assert (len(letter.text), letter.cut) == (100, True)


def test_other_alphabets_are_read():
    raw = "From: e@example.kz\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\nПривет".encode(
        "cp1251"
    )
    assert parse(raw).text == "Привет"
    unknown = "From: e@example.kz\r\nContent-Type: text/plain; charset=x-none\r\n\r\nСәлем".encode()
    assert parse(unknown).text == "Сәлем"


def test_signs_that_turn_text_around_are_taken_out():
    assert parse(written("оң\u202eлос\x07")).text == "оңлос"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example.kz>"},
        {"Return_Path": "<>"},
        {"sender": "Mail Delivery <MAILER-DAEMON@example.kz>"},
    ],
)
def test_machines_are_not_answered(headers):
    assert why(written(**headers)) == "automatic"
    assert parse(written(Auto_Submitted="no"))


@pytest.mark.parametrize("sender", ["a@example.kz, b@example.kz", "nobody", "<>", "x@localhost"])
def test_a_letter_from_nobody_or_from_two_is_left(sender):
    raw = written().replace(b"<e@example.kz>", b"").replace(b"=?utf-8?b?0JXRgNC70LDQvQ==?=", sender.encode())
    assert why(raw) in {"no_sender", "damaged"}


def test_the_same_letter_has_the_same_mark_and_another_has_another():
    raw = written()
    assert parse(raw).mark == parse(raw).mark != parse(written()).mark
    bare = b"From: e@example.kz\r\n\r\nhello"
    assert parse(bare).mark != parse(bare + b"!").mark


def said_of(raw):
    try:
        parse(raw)
    except Unreadable as refused:
        return refused.reason
    return "a letter"


def test_a_nest_of_parts_ends():
    raw = written()
    for depth in range(80):
        mark = f"b{depth}".encode()
        head = b"From: e@example.kz\r\nContent-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n"
        raw = head + b"--" + mark + b"\r\n" + raw + b"\r\n--" + mark + b"--\r\n"
    assert said_of(raw) in {"a letter", "damaged"}


@given(st.binary(max_size=400))
def test_whatever_the_bytes_are_it_is_a_letter_or_unreadable(raw):
    for dirty in (
        raw,
        b"From: e@example.kz\r\n" + raw,
        b"From: e@example.kz\r\nContent-Type: multipart/" + raw,
    ):
        assert said_of(dirty) in {"a letter", "damaged", "no_sender", "automatic"}


def test_nothing_of_a_letter_is_in_what_is_logged_or_raised(post, caplog):
    caplog.set_level(logging.DEBUG)
    uid = str(post.put(written("Құпия сөз")))
    with open_mailbox(post.settings) as box:
        letter = box.read(uid)
    post.hang_up_at = "EXPUNGE"
    with pytest.raises(Unreachable) as refused:
        take_one(post, uid)
    for said in (caplog.text, repr(refused.value), repr(letter), str(refused.value.__cause__)):
        assert "Құпия" not in said
        assert "e@example.kz" not in said
