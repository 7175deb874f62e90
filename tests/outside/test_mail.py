"""Mail: one address a message, through Django's backends; failures tell no address."""

import smtplib
import socketserver
import threading

import pytest
from django.core import mail as django_mail

from derbes.outside import mail

ALIYA = "aliya@example.kz"
CARD = mail.Attachment("receipt.json", "application/json", '{"тіл": "kk"}'.encode())


class Desk(socketserver.StreamRequestHandler):
    """Speaks as much SMTP (RFC 5321) as a message needs; it does not know Chingiz."""

    def handle(self):
        self.say(b"220 desk")
        answers = {
            b"EHLO": b"250 desk",
            b"MAIL": b"250 go on",
            b"QUIT": b"221 bye",
            b"RSET": b"250 forgotten",
        }
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                known = b"chingiz" not in line
                self.say(b"250 go on" if known else b"550 no such mailbox: " + line.strip())
            elif verb == b"DATA":
                self.take()
            else:
                self.say(answers[verb])
            self.server.told.append(line.strip())

    def take(self):
        self.say(b"354 go on")
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.taken.append(b"".join(lines))
        self.say(b"250 taken")

    def say(self, line):
        self.wfile.write(line + b"\r\n")


@pytest.fixture
def server(settings):
    with socketserver.TCPServer(("127.0.0.1", 0), Desk) as desk:
        desk.taken, desk.told = [], []
        thread = threading.Thread(target=desk.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.EMAIL_HOST, settings.EMAIL_PORT = desk.server_address
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield desk
        desk.shutdown()
        thread.join()


def by(driver, **more):
    return mail.open_mail({"driver": driver, "from": "no-reply@example.kz", **more})


def test_a_message_with_an_attachment_reaches_its_server(server):
    by("smtp").send(ALIYA, "Сіздің келісіміңіз", "Құрметті Әлия!", [CARD])
    [content] = server.taken
    assert b"receipt.json" in content
    assert [line for line in server.told if b"<" in line] == [
        b"mail FROM:<no-reply@example.kz>",
        b"rcpt TO:<aliya@example.kz>",
    ]


def test_a_server_that_refuses_is_not_sent_and_the_address_stays_unsaid(server):
    with pytest.raises(mail.NotSent) as failed:
        by("smtp").send("chingiz@example.kz", "Сәлем", "Мәтін")
    assert failed.value.reason == "refused"
    assert "chingiz" not in str(failed.value)
    assert failed.value.__suppress_context__, "the server's answer repeats the address; it is not shown"
    assert isinstance(failed.value.__context__, smtplib.SMTPRecipientsRefused)


def test_a_message_that_may_be_sent_again_is_the_same_message(server):
    for _ in range(2):
        by("smtp").send(ALIYA, "Сәлем", "Мәтін", mark="0f1e")
    assert all(b"Message-ID: <0f1e@example.kz>" in content for content in server.taken)
    assert len(server.taken) == 2


def test_a_server_that_is_away_is_not_sent(settings, free_port):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port
    with pytest.raises(mail.NotSent) as failed:
        by("smtp").send(ALIYA, "Сәлем", "Мәтін")
    assert failed.value.reason == "unreachable"


def test_a_server_elsewhere_is_not_spoken_to_in_the_clear(settings):
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "mail.example.kz", False, False
    with pytest.raises(ValueError, match="Turn TLS on"):
        by("smtp")
    settings.EMAIL_USE_TLS = True
    assert isinstance(by("smtp"), mail.Mail)


def test_the_folder_gets_the_message(tmp_path):
    by("file", path=tmp_path / "mail").send(ALIYA, "Code", "Your code: 482913")
    [file] = (tmp_path / "mail").iterdir()
    assert "Your code: 482913" in file.read_text("utf-8")


def test_the_console_shows_the_message_in_development_only(capsys):
    development = mail.open_mail({"driver": "console", "from": "no-reply@example.kz"}, development=True)
    development.send(ALIYA, "Code", "Your code: 482913")
    assert "482913" in capsys.readouterr().out
    with pytest.raises(ValueError, match="development only"):
        by("console")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "aliya",
        "@example.kz",
        "aliya@",
        "a@example.kz,b@example.kz",
        "a@example.kz\nBcc: b@example.kz",
        "Ә <a@example.kz>",
    ],
)
def test_a_message_goes_to_exactly_one_address(mailoutbox, address):
    with pytest.raises(mail.NotSent) as failed:
        by("memory").send(address, "Сәлем", "Мәтін")
    assert failed.value.reason == "not_an_address"
    assert mailoutbox == []


def test_a_subject_of_two_lines_is_refused(mailoutbox):
    with pytest.raises(mail.NotSent) as failed:
        by("memory").send(ALIYA, "Сәлем\nBcc: chingiz@example.kz", "Мәтін")
    assert failed.value.reason == "bad_subject"
    assert mailoutbox == []


def test_the_installation_sends_as_its_settings_say(settings, mailoutbox):
    settings.MAIL = {"driver": "memory", "from": "policy@example.kz", "path": None}
    settings.DEVELOPMENT = False
    mail.send(ALIYA, "Сәлем", "Мәтін", [CARD])
    [message] = django_mail.outbox
    assert (message.to, message.from_email, len(message.attachments)) == ([ALIYA], "policy@example.kz", 1)
    settings.MAIL = {"driver": "pigeon", "from": "policy@example.kz"}
    with pytest.raises(ValueError, match="no driver"):
        mail.send(ALIYA, "Сәлем", "Мәтін")


def test_a_server_is_reached_without_a_message(server, settings, free_port):
    by("smtp").reach()
    assert server.taken == []
    settings.EMAIL_PORT = free_port
    with pytest.raises(mail.NotSent, match="does not answer"):
        by("smtp").reach()
