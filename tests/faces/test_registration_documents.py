"""Scans come in one by one, each with its own answer; a registration is resumed, represented, or thrown away."""

import io
from datetime import timedelta
from uuid import UUID

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from derbes.core.documents.models import Document
from derbes.core.journal.models import Entry
from derbes.core.matters.models import Matter
from derbes.core.subjects.models import State, Subject
from derbes.core.vault.models import PersonKey, Sealed
from derbes.outside import storage
from tests.conftest import NOON
from tests.faces.walk import CONTACTS, IDENTITY, agree, fill, page, picture

pytestmark = pytest.mark.django_db

SCANS = "/en/register/documents/id_document"


@pytest.fixture(autouse=True)
def noon(published, time_at, monkeypatch):
    time_at(NOON)
    monkeypatch.setattr("derbes.faces.public.forms.SOONEST", 0)


@pytest.fixture
def begun(client):
    agree(client)
    return client


@pytest.fixture
def represented(client):
    """Aliya's daughter registers her."""
    agree(client, whom="other")
    return client


@pytest.fixture
def stranger(published):
    """Somebody else has begun to register, in another browser."""
    other = Client()
    agree(other)
    return other


def encrypted():
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


def test_the_limits_are_told_before_anything_is_sent(begun):
    shown = page(begun.get(SCANS))
    assert "PDF, JPEG or PNG" in shown
    assert "up to 10 MB a file and 20 pages" in shown
    assert 'href="/en/policy/2026-11-22/1.6"' in shown


@pytest.mark.clause("1.6")
def test_a_good_scan_is_taken_shown_small_and_can_be_removed(begun):
    assert begun.post(SCANS, {"scans": [picture()]}).url == SCANS
    scan = Document.objects.get()
    assert f"{SCANS}/{scan.id}/preview" in page(begun.get(SCANS))
    small = begun.get(f"{SCANS}/{scan.id}/preview")
    assert small["Content-Type"] == "image/jpeg"
    assert small.content.startswith(b"\xff\xd8\xff")
    assert "no-store" in small["Cache-Control"]
    assert begun.post(f"{SCANS}/{scan.id}/remove").url == SCANS
    assert not Document.objects.exists()
    assert str(scan.id) not in set(storage.store().names())
    assert (
        begun.post(f"{SCANS}/{scan.id}/remove").url == SCANS
    )  # a second press finds it gone, and says nothing


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.pdf", b"MZ\x90 a program", "not what its name says"),
        ("a.txt", b"just words", "not a PDF, a JPEG or a PNG"),
        ("a.pdf", encrypted(), "protected by a password"),
        ("a.jpg", b"\xff\xd8\xff\xe0 cut off", "damaged"),
        ("a.jpg", b"\xff\xd8\xff" + b"0" * 10 * 1024 * 1024, "bigger than 10 MB"),
        ("a.jpg", b"", "empty"),
    ],
)
def test_each_file_that_is_not_taken_says_why_and_leaves_nothing(begun, name, data, sentence):
    kept = set(storage.store().names())
    answer = begun.post(SCANS, {"scans": [SimpleUploadedFile(name, data)]})
    assert sentence in page(answer)
    assert "<title>Error:" in page(answer)
    assert not Document.objects.exists()
    assert set(storage.store().names()) == kept


def test_of_several_files_each_is_judged_by_itself(begun):
    files = [picture(), SimpleUploadedFile("<b>.pdf", b"MZ")]
    answer = begun.post(SCANS, {"scans": files})
    assert "photo.jpg: taken." in page(answer)
    assert "&lt;b&gt;.pdf" in answer.content.decode()
    assert Document.objects.count() == 1


def test_sending_no_file_is_told(begun):
    assert "Choose a file." in page(begun.post(SCANS, {}))


def test_more_scans_than_are_kept_are_told(begun):
    assert "up to 5 files" in page(begun.get(SCANS))
    answer = begun.post(SCANS, {"scans": [picture() for _ in range(6)]})
    assert "6. There are as many files here as are kept" in page(answer)
    assert Document.objects.count() == 5


@pytest.mark.clause("2.1")
def test_a_document_that_nobody_asked_for_cannot_be_sent(begun):
    assert begun.post("/register/documents/authority_document", {"scans": [picture()]}).status_code == 404
    assert begun.get("/register/documents/message").status_code == 404
    assert begun.get("/register/details/visit").status_code == 404
    assert begun.get("/register/confirm/iin").status_code == 404


@pytest.mark.clause("3.3")
def test_nobody_comes_to_another_persons_registration(begun, stranger, client):
    begun.post(SCANS, {"scans": [picture()]})
    scan = Document.objects.get()
    assert stranger.get(f"{SCANS}/{scan.id}/preview").status_code == 404
    stranger.post(f"{SCANS}/{scan.id}/remove")
    assert Document.objects.count() == 1
    assert Client().get("/register/tasks").url == "/register"
    assert Client().get(f"{SCANS}/{scan.id}/preview").url == "/en/register"


def test_the_staff_have_no_registration_here(chingiz):
    clerk = Client()
    clerk.force_login(chingiz)
    assert clerk.get("/register/tasks").url == "/register"


@pytest.mark.clause("2.4")
def test_who_represents_another_must_send_the_authority(represented, code):
    fill(represented, code)
    answer = represented.post("/en/register/check")
    assert "authority_document" in page(answer)
    assert not Matter.objects.exists()
    represented.post("/register/documents/authority_document", {"scans": [picture()]})
    assert represented.post("/register/check").url == "/register/sent"
    assert Subject.objects.get().represented


@pytest.mark.clause("2.4")
def test_once_sent_who_represents_another_is_shown_nothing_until_the_authority_is_confirmed(
    represented, code
):
    fill(represented, code)
    represented.post("/register/documents/authority_document", {"scans": [picture()]})
    represented.post("/register/check")
    Matter.objects.update(stage="waiting")  # more was asked, and the forms are open again
    for address in ("check", "details/identity", "details/contact"):
        shown = page(represented.get(f"/register/{address}"))
        assert not any(value in shown for value in ("Сәрсенова", "+77000037733", "003 77 33", "Aliya@"))
    scan = Document.objects.first()
    assert represented.get(f"{SCANS}/{scan.id}/preview").status_code == 404
    Subject.objects.update(state=State.VERIFIED)
    assert "Сәрсенова" in page(represented.get("/register/details/identity"))


@pytest.mark.clause("1.6")
def test_a_registration_is_resumed_elsewhere_by_a_confirmed_contact(begun, code):
    begun.post("/register/details/identity", IDENTITY)
    begun.post("/register/details/contact", CONTACTS)
    begun.post("/register/confirm/email", {"send": "1"})
    begun.post("/register/confirm/email", {"code": code("@example.kz")})
    elsewhere = Client()
    elsewhere.post("/sign-in", {"who": "ALIYA@example.kz"})
    answer = elsewhere.post("/sign-in/code", {"code": code("@example.kz")})
    assert answer.url == "/register/tasks"
    assert "Сәрсенова" in page(elsewhere.get("/register/details/identity"))


def test_a_draft_that_is_thrown_away_is_gone(begun):
    begun.post("/register/details/identity", IDENTITY)
    begun.post(SCANS, {"scans": [picture()]})
    subject = UUID(begun.session["draft"])
    names = {str(name) for row in Document.objects.all() for name in (row.id, row.preview)}
    assert "cannot be undone" in page(begun.get("/en/register/discard"))
    assert PersonKey.objects.filter(subject=subject).exists()
    assert begun.post("/register/discard").url == "/register/discarded"
    assert not PersonKey.objects.filter(subject=subject).exists()
    assert not Sealed.objects.filter(subject=subject).exists()
    assert not names & set(storage.store().names())
    assert Entry.objects.filter(operation="destroy").exists()
    assert begun.get("/register/tasks").url == "/register"


def test_what_was_sent_is_not_thrown_away_here(begun, code):
    fill(begun, code)
    begun.post("/register/check")
    assert begun.post("/register/discard").url == "/register/sent"
    assert PersonKey.objects.exists()


def test_a_draft_that_died_meanwhile_is_told(begun, time_at):
    from derbes.flows import destruction

    destruction.sweep_drafts(at=NOON + timedelta(days=15))
    answer = begun.get("/en/register/tasks", follow=True)
    assert "No registration is open here" in page(answer)
