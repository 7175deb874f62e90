"""Keys, mail and antivirus are slow, silent or away: people wait for a bounded time and are told."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from django.utils import translation

from derbes import settings as ours
from derbes.core.matters.models import Matter, Stage
from derbes.core.subjects.models import State, Subject
from derbes.faces import mistakes
from derbes.flows import (
    accounts,
    codes,
    consent,
    destruction,
    installation,
    journal,
    reading,
    registration,
    scans,
    verification,
)
from derbes.outside import keys
from tests.conftest import ALIYA, NOON
from tests.torture.faults import (
    LATER,
    SAULE,
    picture,
    silent_server,
)

pytestmark = pytest.mark.django_db


class Ring:
    """Keys behind a service that is slow or away."""

    def __init__(self, ring, *, slow=0.0, failure=None):
        self._ring, self._slow, self._failure = ring, slow, failure

    def __getattr__(self, name):
        time.sleep(self._slow)
        if self._failure is not None:
            raise self._failure
        return getattr(self._ring, name)


@pytest.mark.parametrize(
    "failure", [keys.KeysMissing("The key service does not answer."), TimeoutError(), ConnectionResetError()]
)
def test_without_keys_nothing_is_done_and_nothing_is_left(aliya, agreement, everything, monkeypatch, failure):
    before, ring = everything(), keys.ring()
    with monkeypatch.context() as failing:
        failing.setattr(keys, "ring", lambda: Ring(ring, failure=failure))
        for deed in (
            lambda: registration.register(agreement, SAULE, at=LATER),
            lambda: reading.own(aliya.actor, ["iin"], at=LATER),
            lambda: destruction.demand(aliya.actor, aliya.subject, at=LATER),
            lambda: journal.integrate(at=LATER),
        ):
            with pytest.raises(type(failure)) as failed:
                deed()
            assert installation.passing(failed.value)
    assert everything() == before


def test_keys_that_are_slow_make_it_slow_and_nothing_else(aliya, monkeypatch):
    ring = keys.ring()
    monkeypatch.setattr(keys, "ring", lambda: Ring(ring, slow=0.2))
    assert reading.own(aliya.actor, ["iin"], at=LATER) == {"iin": ALIYA["iin"]}
    consent.change(
        aliya.actor, consent.Change(give=frozenset({("advertising", "")}), language="kk"), at=LATER
    )
    journal.integrate(at=LATER)
    assert journal.verify().sound


@pytest.fixture
def hanging_mail(settings):
    """Mail goes by a server that never answers."""
    with silent_server() as (host, port):
        settings.MAIL = {"driver": "smtp", "from": "no-reply@example.kz"}
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = host, port, False
        settings.EMAIL_TIMEOUT = 0.3
        yield


def test_a_mail_server_that_never_answers_holds_up_nobody_for_long(
    newcomer, bauyrzhan, hanging_mail, monkeypatch
):
    monkeypatch.setattr(
        "derbes.flows.notice._contacts", lambda *_, **__: ({"email": "aliya@example.kz"}, "kk")
    )
    clerk = accounts.actor(bauyrzhan)
    verification.take(clerk, newcomer.number, at=NOON)
    began = time.monotonic()
    verification.verify(clerk, newcomer.number, at=NOON)
    assert time.monotonic() - began < 3
    assert Subject.objects.get(subject=newcomer.subject).state == State.VERIFIED, "the decision stands"
    assert Matter.objects.get(subject=newcomer.subject).stage == Stage.CLOSED


def test_a_code_that_cannot_be_sent_says_so_in_time(newcomer, hanging_mail):
    began = time.monotonic()
    with pytest.raises(codes.NotSent):
        codes.send(newcomer.subject, "email", "sign_in", at=LATER)
    assert time.monotonic() - began < 3


def test_the_time_for_mail_is_bounded_in_every_installation():
    assert 0 < ours.EMAIL_TIMEOUT <= 10


@pytest.fixture
def dying_clamd(settings):
    """An antivirus that dies when it has had a kilobyte of the file."""

    def talk(door):
        with door:
            while True:
                try:
                    one, _ = door.accept()
                except OSError:
                    return
                with one:
                    one.recv(1024)

    door = socket.socket()
    door.bind(("127.0.0.1", 0))
    door.listen()
    host, port = door.getsockname()
    settings.ANTIVIRUS = {"address": f"tcp:{host}:{port}"}
    thread = threading.Thread(target=talk, args=[door], daemon=True)
    thread.start()
    yield
    door.shutdown(socket.SHUT_RDWR)
    door.close()
    thread.join(5)


def test_an_antivirus_that_dies_over_a_file_lets_nothing_through_and_says_so(aliya, everything, dying_clamd):
    before = everything()
    with pytest.raises(scans.FileRefused) as refused:
        scans.add(aliya.actor, aliya.subject, "id_document", picture(), "scan.jpg", at=LATER)
    assert refused.value.code == "antivirus_unavailable"
    assert everything() == before
    said = set()
    for language in ("kk", "ru", "en"):
        with translation.override(language):
            said.add(mistakes.refused_file(refused.value.code, mib=10, pages=20))
    assert len(said) == 3
