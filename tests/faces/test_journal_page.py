"""Anybody can read about the journal, and fetch it."""

import pytest
from django.utils import timezone

from derbes.flows import journal

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
