"""Antivirus: only "OK" lets a file through.

A small clamd in a thread speaks the protocol; the real one, where it is installed, gets a database of our own
with one signature.
"""

import os
import shutil
import socket
import subprocess
import threading
import time
from io import BytesIO

import pytest

from derbes.outside import antivirus
from tests.outside.sheets import EICAR


class FakeClamd:
    """Reads zINSTREAM as clamd(8) describes; `dies_after` bytes it hangs up, `says` replaces its verdict."""

    def __init__(self, listener, *, dies_after=None, says=None):
        self.listener, self.dies_after, self.says = listener, dies_after, says
        self.received = b""
        self.thread = threading.Thread(target=self.talk)
        self.thread.start()

    def talk(self):
        line, _ = self.listener.accept()
        with line, line.makefile("rb") as told:
            if told.read(10) != b"zINSTREAM\0":
                line.sendall(b"UNKNOWN COMMAND\0")
                return
            while length := int.from_bytes(told.read(4), "big"):
                self.received += told.read(length)
                if self.dies_after is not None and len(self.received) >= self.dies_after:
                    return
            line.sendall(self.says if self.says is not None else self.verdict())

    def verdict(self):
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in self.received else b"stream: OK\0"


@pytest.fixture(params=["tcp", "unix"])
def place(request, tmp_path):
    if request.param == "tcp":
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"tcp:127.0.0.1:{listener.getsockname()[1]}"
    else:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(tmp_path / "clamd.ctl"))
        listener.listen()
        address = f"unix:{tmp_path / 'clamd.ctl'}"
    with listener:
        yield listener, address


def scan(place, content, **habits):
    listener, address = place
    clamd = FakeClamd(listener, **habits)
    try:
        antivirus.Clamd(antivirus.Settings(address, timeout=2)).scan(BytesIO(content))
    finally:
        clamd.thread.join()
    return clamd


def test_a_clean_file_passes_and_arrives_whole(place):
    content = bytes(range(256)) * 1500
    assert scan(place, content).received == content


def test_eicar_is_named(place):
    with pytest.raises(antivirus.Infected) as found:
        scan(place, b"a" * 100_000 + EICAR)
    assert found.value.signature == "Eicar-Test-Signature"
    assert found.value.code == "infected"


def test_a_clamd_that_dies_in_the_middle_of_the_file_lets_nothing_through(place):
    with pytest.raises(antivirus.Unavailable) as failed:
        scan(place, b"a" * 5_000_000, dies_after=100_000)
    assert failed.value.code == "antivirus_unavailable"


@pytest.mark.parametrize(
    "reply",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: OK",
        b"",
        b"OK\0",
        b"stream: NOT OK\0",
        b"\xff" * 5000,
    ],
)
def test_any_other_reply_lets_nothing_through(place, reply):
    with pytest.raises(antivirus.Unavailable):
        scan(place, b"harmless", says=reply)


def test_a_clamd_that_says_nothing_is_waited_for_only_so_long(place):
    _listener, address = place
    with pytest.raises(antivirus.Unavailable, match="does not answer"):
        antivirus.Clamd(antivirus.Settings(address, timeout=0.2)).scan(BytesIO(b"harmless"))


@pytest.mark.parametrize("address", ["unix:/nowhere/clamd.ctl", "tcp:127.0.0.1:1"])
def test_a_clamd_that_is_away_lets_nothing_through(address):
    with pytest.raises(antivirus.Unavailable):
        antivirus.Clamd(antivirus.Settings(address, timeout=2)).scan(BytesIO(b"harmless"))


@pytest.mark.parametrize("address", ["tcp:127.0.0.1", "tcp:127.0.0.1:clamd", "/run/clamav/clamd.ctl"])
def test_an_address_that_cannot_be_understood_says_how_to_write_it(address):
    with pytest.raises(antivirus.Unavailable, match="unix:/path or tcp:host:port"):
        antivirus.Clamd(antivirus.Settings(address)).scan(BytesIO(b"harmless"))


def test_an_installation_without_antivirus_says_so(settings):
    settings.ANTIVIRUS = {"address": ""}
    assert antivirus.configured() is False
    with pytest.raises(antivirus.Unavailable, match="unix:/path or tcp:host:port"):
        antivirus.scan(BytesIO(b"harmless"))


def test_an_installation_with_antivirus_uses_it(settings, place):
    listener, address = place
    settings.ANTIVIRUS = {"address": address}
    clamd = FakeClamd(listener)
    assert antivirus.configured() is True
    with pytest.raises(antivirus.Infected):
        antivirus.scan(BytesIO(EICAR))
    clamd.thread.join()


@pytest.fixture
def real_clamd(tmp_path):
    """The address of a real clamd that knows nothing but EICAR and takes at most a megabyte."""
    program = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("clamd is not installed")
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "own.ndb").write_text(f"Own.Eicar:0:*:{EICAR.hex()}\n")
    place = tmp_path / "real.ctl"
    lines = [
        f"DatabaseDirectory {tmp_path / 'db'}",
        f"LocalSocket {place}",
        "Foreground yes",
        "StreamMaxLength 1M",
    ]
    if os.geteuid() == 0:
        lines.append("User root")
    (tmp_path / "clamd.conf").write_text("\n".join(lines) + "\n")
    with subprocess.Popen([program, "-c", tmp_path / "clamd.conf"], stdout=subprocess.DEVNULL) as clamd:
        until = time.monotonic() + 20
        while not place.exists():
            assert clamd.poll() is None, "clamd ended before it listened"
            assert time.monotonic() < until, "clamd did not listen in time"
            time.sleep(0.05)
        yield f"unix:{place}"
        clamd.terminate()


def test_the_real_clamd_is_understood(real_clamd):
    clamd = antivirus.Clamd(antivirus.Settings(real_clamd))
    clamd.scan(BytesIO(b"harmless"))
    with pytest.raises(antivirus.Infected) as found:
        clamd.scan(BytesIO(b"a" * 500_000 + EICAR))
    assert found.value.signature == "Own.Eicar.UNOFFICIAL"
    with pytest.raises(antivirus.Unavailable):
        clamd.scan(BytesIO(bytes(3_000_000)))
