"""Anybody can read about the journal, and fetch it."""

import pytest
from django.utils import timezone

from derbes.core.journal import anchors
from derbes.flows import journal
from tests.verify.house import BAR

pytestmark = pytest.mark.django_db


@pytest.mark.clause("4.1")
@pytest.mark.parametrize("prefix", ["", "/ru", "/en"])
def test_the_page_shows_the_checkpoint_and_the_key(published, client, prefix):
    journal.integrate(at=timezone.now())
    page = client.get(f"{prefix}/journal").content.decode()
    note = client.get("/journal/checkpoint").content.decode()
    assert note.splitlines()[2] in page
    assert journal.key() in page


def test_an_empty_journal_says_so_and_does_not_fail(db, client):
    assert client.get("/en/journal").status_code == 200
    assert client.get("/journal/checkpoint").status_code == 404


def test_what_is_no_part_of_the_journal_is_not_found(published, client):
    for path in ("tile/0/001", "tile/entries/007", "../settings", "entry"):
        assert client.get(f"/journal/{path}").status_code == 404
    assert client.get("/journal/key").content.decode().strip() == journal.key()


@pytest.mark.parametrize(
    ("prefix", "says"), [("", "Жеткілікті қол саны: 1"), ("/en", "Signatures that are enough: 1")]
)
def test_the_page_says_who_outside_has_signed(published, client, settings, prefix, says):
    assert "No witness has been set up" in client.get("/en/journal").content.decode()
    journal.integrate(at=timezone.now())
    note = client.get("/journal/checkpoint").content.decode()
    settings.ANCHORS = {"witnesses": [str(BAR.witness), "http://127.0.0.1:9"], "quorum": [], "tsa": []}
    anchors.add(1, BAR.witness.name, BAR.line(note, timezone.now()).encode(), at=timezone.now())
    page = client.get(f"{prefix}/journal").content.decode()
    assert BAR.witness.name in page
    assert says in page
    assert client.get("/journal/anchors").content == b"1\n"
    assert client.get("/journal/anchor/1").content.decode().startswith(note)
    assert client.get("/journal/anchor/2").status_code == 404
    settings.ANCHORS = {"witnesses": ["nonsense"], "quorum": [], "tsa": []}
    assert client.get("/en/journal").status_code == 200
