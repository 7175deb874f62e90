"""The journal is shown to a real witness over loopback, to bad ones, and to a time-stamping authority."""

import json
import logging
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import derbes_audit
import pytest
from django.conf import settings as configured

from derbes.core.journal import anchors, log, prove, public
from derbes.core.journal.models import Anchor
from derbes.crypto import cosignature
from derbes.faces.jobs.management.commands import worker
from derbes.flows import access, anchoring, journal, publication
from derbes.flows.anchoring import Outcome
from derbes.outside import anchors as outside
from tests.core.ledger import reading, unguarded
from tests.verify.house import BAR, Authority
from tests.verify.papers import publish

WITNESS = Path(__file__).parents[2] / "verify" / "derbes_witness.py"


@contextmanager
def witness_at(state, name="bar.example.kz/witness"):
    """A witness as an NGO runs it: a process of its own."""
    program = [sys.executable, str(WITNESS), "--name", name, "--log", journal.key(), "--state", str(state)]
    running = subprocess.Popen([*program, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        yield running.stdout.readline().split()
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


@pytest.fixture
def witness(tmp_path):
    with witness_at(tmp_path / "witness") as told:
        yield told


@contextmanager
def answering(answer):
    """A server on loopback that answers every POST by `answer(handler, body)`."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def says(status, body):
    def answer(door, _):
        door.send_response(status)
        door.send_header("Content-Length", str(len(body)))
        door.end_headers()
        door.wfile.write(body)

    return answer


def now():
    return datetime.now(UTC)


def write(count):
    log.append_many(log.Addressed(reading(i), None, None) for i in range(count))
    journal.integrate(at=now())


def configure(settings, *words, quorum=(), tsa=()):
    settings.ANCHORS = {"witnesses": list(words), "quorum": list(quorum), "tsa": list(tsa)}


def test_nobody_is_asked_when_nobody_is_set(published):
    write(3)
    assert anchoring.settle(at=now()) == {}
    assert anchoring.stamp(at=now()) is None
    assert anchoring.standing().witnesses == ()


def test_a_witness_signs_each_checkpoint_that_goes_on(published, settings, witness):
    key, address = witness
    configure(settings, key, address)
    assert anchoring.settle(at=now()) == {}  # nothing is there yet
    write(3)
    assert anchoring.settle(at=now()) == {"bar.example.kz/witness": Outcome.SIGNED}
    first = anchoring.standing()
    assert (first.agreed, first.size, first.quorum) == (4, 4, 1)
    assert anchoring.settle(at=now()) == {"bar.example.kz/witness": Outcome.CURRENT}
    write(400)
    assert anchoring.standing().witnesses[0].behind == 400
    assert anchoring.settle(at=now()) == {"bar.example.kz/witness": Outcome.SIGNED}
    assert anchoring.standing().agreed == 404
    assert public.resource("anchors").body == b"4\n404\n"
    note = public.resource("anchor/404").body.decode()
    assert note.startswith(public.checkpoint())
    line = note.removeprefix(public.checkpoint())
    assert cosignature.verify(line, public.checkpoint(), cosignature.parse_witness(key))
    assert public.resource("anchor/5") is None
    assert public.resource("anchor/404.tst") is None


def test_what_was_said_is_never_changed(published, settings, witness):
    configure(settings, *witness)
    write(3)
    anchoring.settle(at=now())
    said = Anchor.objects.get()
    anchors.add(said.size, said.source, b"another", at=now())
    assert bytes(Anchor.objects.get().proof) == bytes(said.proof)
    for change in (lambda: Anchor.objects.update(proof=b"x"), lambda: Anchor.objects.all().delete()):
        with pytest.raises(Exception, match="append-only"), anchoring_savepoint():
            change()


@contextmanager
def anchoring_savepoint():
    from django.db import transaction

    with transaction.atomic():
        yield


def test_a_witness_that_has_seen_more_than_we_remember_says_so_and_signs(published, settings, witness):
    key, address = witness
    write(3)
    proof = prove.consistency(0)
    assert outside.add_checkpoint(address, 0, proof["proof"], proof["checkpoint"]).status == 200
    write(5)
    configure(settings, key, address)
    assert anchoring.settle(at=now()) == {"bar.example.kz/witness": Outcome.SIGNED}


def test_bad_witnesses_hold_up_nobody_and_change_nothing(published, settings, witness):
    write(3)
    false = BAR.line(prove.consistency(0)["checkpoint"].replace("4\n", "5\n", 1), now()).encode()
    stale = BAR.line(prove.consistency(0)["checkpoint"], now() - timedelta(hours=1)).encode()
    stopped = threading.Event()

    def drip(door, _):
        door.send_response(200)
        door.end_headers()
        while not stopped.wait(0.05):
            try:
                door.wfile.write(b"x")
            except OSError:
                return

    bad = {
        "away": None,
        "slow": drip,
        "endless": says(200, b"x" * 70000),
        "false": says(200, false),
        "stale": says(200, stale),
        "foreign": says(200, b"\xff\xfe"),
        "unknown": says(404, b""),
        "unsigned": says(403, b""),
        "ahead": says(409, b"900\n"),
        "mute": says(409, b"many\n"),
        "split": says(422, b""),
    }
    with contextmanager_of(bad) as addresses:
        words = [
            word
            for name, address in addresses.items()
            for word in (str(BAR.witness._replace(name=name)), address)
        ]
        configure(settings, *words, *witness)
        begun = time.monotonic()
        done = anchoring.settle(at=now(), seconds=1.0)
        took = time.monotonic() - begun
        stopped.set()
    assert took < 4
    assert done.pop("bar.example.kz/witness") is Outcome.SIGNED
    assert done == {
        "away": Outcome.AWAY,
        "slow": Outcome.AWAY,
        "endless": Outcome.AWAY,
        "false": Outcome.FALSE,
        "stale": Outcome.FALSE,
        "foreign": Outcome.AWAY,
        "unknown": Outcome.REFUSED,
        "unsigned": Outcome.REFUSED,
        "ahead": Outcome.AHEAD,
        "mute": Outcome.REFUSED,
        "split": Outcome.SPLIT,
    }
    assert list(Anchor.objects.values_list("source", flat=True)) == ["bar.example.kz/witness"]
    assert anchoring.standing().agreed == 0  # one of twelve is no quorum


@contextmanager
def contextmanager_of(bad):
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield {
            name: stack.enter_context(answering(answer)) if answer else "http://127.0.0.1:9"
            for name, answer in bad.items()
        }


def rewrite(keep):
    """The operator, who owns the database and the key, alters an entry, cuts the tail, and signs it all anew."""
    with unguarded() as cursor:
        cursor.execute("UPDATE journal_entry SET position = NULL, salt = salt")
        cursor.execute("DELETE FROM journal_tile")
        cursor.execute("DELETE FROM journal_checkpoint")
        cursor.execute("SELECT id FROM journal_entry ORDER BY id")
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute("UPDATE journal_entry SET body = replace(body, 'iin', 'sex') WHERE id = %s", [ids[1]])
        for each in ids[keep:]:
            cursor.execute("DELETE FROM journal_entry WHERE id = %s", [each])
    journal.integrate(at=now())


def forget_anchors():
    """What outsiders said since is lost as well."""
    with unguarded() as cursor:
        if cursor.db.vendor == "postgresql":
            cursor.execute("ALTER TABLE journal_anchor DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM journal_anchor")
        if cursor.db.vendor == "postgresql":
            cursor.execute("ALTER TABLE journal_anchor ENABLE TRIGGER USER")


def test_a_journal_that_was_rewritten_gets_no_signature(published, settings, witness, caplog):
    configure(settings, *witness)
    write(10)
    anchoring.settle(at=now())
    rewrite(keep=11)
    write(5)
    with caplog.at_level(logging.CRITICAL):
        assert anchoring.settle(at=now()) == {"bar.example.kz/witness": Outcome.SPLIT}
    assert "has seen another journal than ours" in caplog.text


def test_a_journal_that_was_cut_gets_no_signature_and_we_are_told(published, settings, witness, caplog):
    configure(settings, *witness)
    write(10)
    anchoring.settle(at=now())
    rewrite(keep=6)
    with caplog.at_level(logging.CRITICAL):
        assert anchoring.settle(at=now()) == {"bar.example.kz/witness": Outcome.AHEAD}
    forget_anchors()  # and whoever forgets that on purpose
    assert anchoring.settle(at=now()) == {"bar.example.kz/witness": Outcome.AHEAD}
    assert caplog.text.count("has seen another journal") >= 1


def test_a_witness_that_was_killed_remembers(published, settings, tmp_path):
    with witness_at(tmp_path / "w") as (key, address):
        configure(settings, key, address)
        write(10)
        anchoring.settle(at=now())
    rewrite(keep=11)
    write(5)
    with witness_at(tmp_path / "w") as (again, address):
        assert again == key
        configure(settings, key, address)
        assert anchoring.settle(at=now()) == {"bar.example.kz/witness": Outcome.SPLIT}


def test_after_a_restore_a_witness_signs_again_once_its_own_people_begin_anew_with_us(
    published, settings, tmp_path
):
    """docs/backup.md: what it signed of the lost journal is put aside, as evidence, by those who run it."""
    with witness_at(tmp_path / "w") as told:
        configure(settings, *told)
        write(10)
        assert anchoring.settle(at=now()) == {"bar.example.kz/witness": Outcome.SIGNED}
        rewrite(keep=6)
        forget_anchors()
        assert anchoring.settle(at=now()) == {"bar.example.kz/witness": Outcome.AHEAD}
    (signed,) = (tmp_path / "w").glob("*.json")
    signed.rename(tmp_path / "lost.json")
    with witness_at(tmp_path / "w") as told:
        configure(settings, *told)
        assert anchoring.settle(at=now()) == {"bar.example.kz/witness": Outcome.SIGNED}


@pytest.mark.parametrize(
    "words", [["nonsense", "http://x"], [str(BAR.witness)], [str(BAR.witness), "http://x"] * 2]
)
def test_what_cannot_be_read_is_said(published, settings, words):
    configure(settings, *words)
    with pytest.raises(anchoring.Misconfigured):
        anchoring.settle(at=now())
    configure(settings, quorum=["many"])
    with pytest.raises(anchoring.Misconfigured):
        anchoring.standing()
    write(1)
    configure(settings, tsa=["http://x", "/nowhere.pem"])
    with pytest.raises(anchoring.Misconfigured):
        anchoring.stamp(at=now())


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa") / "one")


def test_a_checkpoint_is_time_stamped_and_the_stamp_is_public(published, settings, authority):
    write(3)

    def stamped(door, question):
        says(200, authority.answer(question))(door, question)

    with answering(stamped) as address:
        configure(settings, tsa=[address, str(authority.root)])
        assert anchoring.stamp(at=now()) is Outcome.SIGNED
        assert anchoring.stamp(at=now()) is Outcome.CURRENT
        assert anchoring.standing().stamped.size == 4
        write(1)
        assert anchoring.stamp(at=now() + timedelta(hours=3)) is Outcome.FALSE  # its clock and ours
    token = public.resource("anchor/4.tst")
    assert token.content_type == "application/timestamp-token"
    assert public.resource("anchor/4").body.decode().startswith(configured.JOURNAL_ORIGIN)
    assert "anchor/4.tst" in list(public.paths())


def test_an_authority_that_is_away_or_lies_is_not_believed(published, settings, authority, tmp_path):
    write(3)
    stranger, old, told = Authority(tmp_path / "stranger"), authority.token("something else"), []

    def another(door, question):
        says(200, told[0] if told else stranger.answer(question))(door, question)

    configure(settings, tsa=["http://127.0.0.1:9", str(authority.root)])
    assert anchoring.stamp(at=now(), seconds=1.0) is Outcome.AWAY
    with answering(another) as address:
        configure(settings, tsa=[address, str(authority.root)])
        for answer in (None, old, b"nonsense", b""):
            told[:] = [] if answer is None else [answer]
            assert anchoring.stamp(at=now()) is Outcome.FALSE
    assert Anchor.objects.count() == 0


def test_what_the_running_system_gives_out_passes_the_audit(aliya, settings, witness, tmp_path, capsys):
    """Aliya's real export, the real public journal, the published edition, a real witness."""
    at = now()
    configure(settings, *witness)
    archive = tmp_path / "aliya.zip"
    archive.write_bytes(access.export(aliya.actor, "kk", lambda _: None, at=at).data)
    journal.integrate(at=at)
    assert anchoring.settle(at=at) == {"bar.example.kz/witness": Outcome.SIGNED}
    folder = publish(tmp_path / "journal")
    signed = tmp_path / "signed.json"
    signed.write_text(publication.edition("2026-11-22").signed)
    call = [str(folder), str(archive), "--key", journal.key(), "--edition", str(signed)]
    call += ["--witness", witness[0], "--slack", "1e9"]  # the cast lives in 2026
    assert derbes_audit.main([*call, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {one["verdict"] for one in told["findings"]} == {"holds"}, told["findings"]
    assert told["agreed"][0]["edition"] == "2026-11-22"
    assert derbes_audit.main([*call, "--language", "kk"]) == 0
    assert sha256(signed.read_bytes()).hexdigest() not in capsys.readouterr().out


def test_the_worker_asks_outsiders_beside_its_work_and_goes_on_when_they_cannot_be_read(monkeypatch):
    asked, stop = [], threading.Event()

    def unreadable(*, at):
        asked.append("witnesses")
        if len(asked) > 3:
            stop.set()
        raise anchoring.Misconfigured

    monkeypatch.setattr(worker, "OUTSIDE", 0.01)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "connection", type("Line", (), {"close": lambda: asked.append("closed")}))
    monkeypatch.setattr(worker.serving, "check", lambda: None)
    monkeypatch.setattr(worker.installation, "note", lambda *_, **__: None)
    monkeypatch.setattr(worker.anchoring, "settle", unreadable)
    monkeypatch.setattr(worker.anchoring, "stamp", lambda **_: asked.append("authority"))
    worker.Command()._ask_outsiders(stop)
    assert asked == ["witnesses", "authority", "witnesses", "witnesses", "closed"]
