"""Text messages: to Kazakhstan's mobiles only, by console, folder or gateway; failures tell no number."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from derbes.outside import sms

ALIYA = "+77000037733"
CODE = "Кодыңыз: 482913"


class Gateway(HTTPServer):
    """A gateway that notes what it is told and answers `status`."""

    def __init__(self, status):
        super().__init__(("127.0.0.1", 0), Desk)
        self.status, self.told, self.marks = status, [], []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1/messages?channel=policy"


class Desk(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.append((self.path, self.headers["Authorization"], json.loads(body)))
        self.server.marks.append(self.headers["Idempotency-Key"])
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Keep quiet."""


@pytest.fixture
def gateway(request):
    server = Gateway(getattr(request, "param", 200))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def by_gateway(url, **more):
    return sms.open_sms({"driver": "http_gateway", "url": url, "secret": "s3cret", "timeout": 1, **more})


def test_the_console_shows_the_code_but_not_the_whole_number(capsys):
    sms.open_sms({"driver": "console"}, development=True).send(ALIYA, CODE)
    shown = capsys.readouterr().out
    assert CODE in shown
    assert ALIYA not in shown
    assert "+770*****733" in shown


def test_the_console_is_refused_in_production():
    with pytest.raises(ValueError, match="development only"):
        sms.open_sms({"driver": "console"}, development=False)


def test_the_folder_gets_one_closed_file_a_message_with_a_name_that_tells_nothing(tmp_path):
    sender = sms.open_sms({"driver": "file", "path": tmp_path / "sms"})
    sender.send(ALIYA, CODE)
    sender.send(ALIYA, CODE)
    files = list((tmp_path / "sms").iterdir())
    assert len(files) == 2
    for file in files:
        assert file.read_text("utf-8") == f"To: {ALIYA}\n\n{CODE}\n"
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.suffix == ".txt"
        assert "7733" not in file.name or len(file.stem) == 32


def test_a_folder_that_cannot_be_written_is_not_sent(tmp_path):
    (tmp_path / "sms").write_text("a file stands where the folder should be")
    with pytest.raises(sms.NotSent) as failed:
        sms.open_sms({"driver": "file", "path": tmp_path / "sms"}).send(ALIYA, CODE)
    assert failed.value.reason == "unreachable"


def test_the_gateway_gets_the_message_with_the_secret(gateway):
    by_gateway(gateway.url).send(ALIYA, CODE)
    assert gateway.told == [("/v1/messages?channel=policy", "Bearer s3cret", {"to": ALIYA, "text": CODE})]


@pytest.mark.parametrize("gateway", [429, 500, 503], indirect=True)
def test_a_gateway_that_cannot_take_it_now_may_be_tried_later(gateway):
    with pytest.raises(sms.NotSent) as failed:
        by_gateway(gateway.url).send(ALIYA, CODE)
    assert failed.value.reason == "unreachable"
    assert len(gateway.told) == 1


def test_a_message_that_may_be_sent_again_says_which_it_is(gateway, tmp_path):
    by_gateway(gateway.url).send(ALIYA, CODE, "0f1e")
    by_gateway(gateway.url).send(ALIYA, CODE)
    assert gateway.marks == ["0f1e", None]
    for _ in range(2):
        sms.open_sms({"driver": "file", "path": tmp_path / "sms"}).send(ALIYA, CODE, "0f1e")
    assert [path.name for path in (tmp_path / "sms").iterdir()] == ["0f1e.txt"]


@pytest.mark.parametrize("gateway", [302, 401], indirect=True)
def test_a_gateway_that_refuses_is_asked_once_and_the_number_stays_unsaid(gateway):
    with pytest.raises(sms.NotSent) as failed:
        by_gateway(gateway.url).send(ALIYA, CODE)
    assert failed.value.reason == "refused"
    assert str(gateway.status) in str(failed.value)
    assert ALIYA not in str(failed.value)
    assert len(gateway.told) == 1


def test_a_gateway_that_is_away_is_unreachable(gateway):
    url = gateway.url.replace(str(gateway.server_port), "1")
    with pytest.raises(sms.NotSent) as failed:
        by_gateway(url).send(ALIYA, CODE)
    assert failed.value.reason == "unreachable"


def test_a_gateway_that_does_not_answer_is_waited_for_only_so_long(silent_port):
    with pytest.raises(sms.NotSent) as failed:
        by_gateway(f"http://127.0.0.1:{silent_port}/", timeout=0.2).send(ALIYA, CODE)
    assert failed.value.reason == "unreachable"


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://sms.example.kz/send"},
        {"url": "file:///etc/passwd"},
        {"url": ""},
        {"url": "https://"},
        {"url": "https://sms.example.kz", "secret": ""},
    ],
)
def test_a_gateway_in_the_clear_or_without_a_secret_is_refused(wrong):
    with pytest.raises(ValueError, match="SMS"):
        sms.open_sms({"driver": "http_gateway", "secret": "s3cret", **wrong})


@pytest.mark.parametrize(
    "number",
    [
        "",
        "87000037733",
        "+7700003773",
        "+770000377333",
        "+77172123456x",
        "+79161234567",
        "+77000037733\n",
        "+7٧000037733",
    ],
)
def test_only_mobiles_of_kazakhstan_are_written_to(tmp_path, number):
    with pytest.raises(sms.NotSent) as failed:
        sms.open_sms({"driver": "file", "path": tmp_path / "sms"}).send(number, CODE)
    assert failed.value.reason == "not_a_mobile"
    assert not (tmp_path / "sms").exists()


def test_a_message_without_text_is_not_sent(tmp_path):
    with pytest.raises(sms.NotSent, match="no text"):
        sms.open_sms({"driver": "file", "path": tmp_path}).send(ALIYA, "")


def test_the_secret_does_not_show():
    assert "s3cret" not in repr(sms.Settings("http_gateway", url="https://sms.example.kz", secret="s3cret"))


def test_the_installation_sends_as_its_settings_say(settings, tmp_path):
    settings.SMS = {"driver": "file", "path": tmp_path}
    settings.DEVELOPMENT = False
    sms.send(ALIYA, CODE)
    assert len(list(tmp_path.iterdir())) == 1
    settings.SMS = {"driver": "pigeon"}
    with pytest.raises(ValueError, match="no driver"):
        sms.send(ALIYA, CODE)
    settings.SMS = {"driver": "file"}
    with pytest.raises(ValueError, match="needs a path"):
        sms.send(ALIYA, CODE)


def test_a_gateway_is_reached_without_a_message(gateway):
    by_gateway(gateway.url).reach()
    assert gateway.told == []
    with pytest.raises(sms.NotSent, match="does not answer"):
        by_gateway("http://127.0.0.1:9/").reach()


def test_a_folder_that_is_not_there_yet_will_be_made(tmp_path):
    sms.open_sms({"driver": "file", "path": tmp_path / "a" / "b"}).reach()
    assert list(tmp_path.iterdir()) == []
