"""A whole life, in Kazakh, in a real browser: Aliya reads, disagrees, agrees, registers, is verified, sees who looked,
takes back a consent, and proves it to somebody else. Afterwards nothing that she typed lies about in clear.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from derbes.flows import accounts, journal
from tests.browser import search
from tests.conftest import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = {
    "surname": "Сәрсенова",
    "given_name": "Әлия",
    "patronymic": "Қайратқызы",
    "iin": "900101 300 007",
    "phone_mobile": "8 (700) 003 77 33",
    "email": "Aliya.Sarsenova@Example.KZ",
}
SECRETS = (
    "Сәрсенова",
    "Қайратқызы",
    "900101300007",
    "900101 300 007",
    "77000037733",
    "003 77 33",
    "arsenova@",
    "ARSENOVA",
)
PATIENCE = 2.2  # seconds that a person needs at least for a form


def scan(words: str) -> bytes:
    """A picture of a document with an author in its metadata, as phones make them."""
    picture = Image.new("RGB", (900, 600), "#eef3f1")
    ImageDraw.Draw(picture).text((60, 60), words, fill="black")
    marks = Image.Exif()
    marks[0x013B] = "ALIYA SARSENOVA"
    out = BytesIO()
    picture.save(out, "JPEG", exif=marks)
    return out.getvalue()


def go_on(page: Page) -> None:
    """Send the form in the middle of the page."""
    page.locator("#main-form button[type=submit]:not([name=switch])").first.click()


def disagree(page: Page) -> None:
    page.goto("/policy")
    expect(page.locator("html")).to_have_attribute("lang", "kk")
    assert page.get_by_text("5.3").count() > 0
    page.goto("/register")
    page.locator("a[href='/without-consent']").first.click()
    expect(page).to_have_url(re.compile("/without-consent$"))


def agree(page: Page) -> None:
    page.goto("/register")
    page.locator("input[name=whom][value=self]").check()
    page.wait_for_timeout(PATIENCE * 1000)
    go_on(page)
    boxes = page.locator("input[type=checkbox]")
    assert not any(boxes.nth(n).is_checked() for n in range(boxes.count())), "nothing is ticked beforehand"
    page.wait_for_timeout(PATIENCE * 1000)
    go_on(page)
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert page.title().startswith(("Қате:", "Error:"))
    for name in ("processing", "own", "read", "accept"):
        page.locator(f"input[name=statement-{name}]").check()
    for name in ("service", "identification", "verification", "contract", "communication", "advertising"):
        page.locator(f"input[name=purpose-{name}]").check()
    page.wait_for_timeout(PATIENCE * 1000)
    go_on(page)
    expect(page).to_have_url(re.compile("/register/tasks$"))


def fill(page: Page) -> None:
    page.goto("/register/details/identity")
    for name in ("surname", "given_name", "patronymic", "iin"):
        page.locator(f"input[name={name}]").fill(TYPED[name])
    for part, value in (("day", "01"), ("month", "01"), ("year", "1990")):
        page.locator(f"input[name=birth_date_{part}]").fill(value)
    go_on(page)
    assert "1990" in page.locator("main").inner_text(), "the birth date is shown back"
    page.goto("/register/details/contact")
    for name in ("phone_mobile", "email"):
        page.locator(f"input[name={name}]").fill(TYPED[name])
    go_on(page)


def confirm(page: Page, field: str, code, to: str) -> None:
    page.goto(f"/register/confirm/{field}")
    page.locator("button[name=send]").first.click()
    page.locator("input[name=code]").fill(code(to))
    go_on(page)


def send_scans(page: Page) -> None:
    page.goto("/register/documents/id_document")
    files = [
        {"name": "Сәрсенова жеке куәлік.jpg", "mimeType": "image/jpeg", "buffer": scan(side)}
        for side in ("front", "back")
    ]
    page.locator("input[type=file]").set_input_files(files)
    page.locator("#main-form button[type=submit]:not([name=switch])").first.click()
    expect(page.locator("img")).to_have_count(3)  # the mark of the site, and two previews


def send(page: Page) -> str:
    page.goto("/register/check")
    page.locator("#main-form button[type=submit]:not([name=switch])").first.click()
    expect(page).to_have_url(re.compile("/register/sent$"))
    number = re.search(r"R\d\d-\w{4}-\w{4}", page.locator("main").inner_text())
    assert number is not None
    return number[0]


def verify(page: Page, clerk, number: str) -> None:
    page.goto("/office/")
    page.locator("input[name=login]").fill(clerk.code)
    page.locator("input[name=password]").fill("correct horse battery")
    page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=code]").fill(clerk.totp())
    page.locator("main form button[type=submit]").first.click()
    page.goto(f"/office/registrations/{number}")
    assert "900101300007" not in page.content(), "values are hidden until a purpose is named"
    page.locator(f"form[action$='/registrations/{number}/take'] button").click()
    page.locator("input[name=purpose][value=verification]").check()
    for box in page.locator("input[name=fields]").all():
        box.check()
    page.locator("form[action$='/open'] button[type=submit]").click()
    assert "900101300007" in page.content()
    page.goto(f"/office/registrations/{number}/verify")
    page.locator("main form button[type=submit]").first.click()


class Clerk:
    """Bauyrzhan with his authenticator."""

    def __init__(self, user) -> None:
        self.code = user.code
        self._secret = accounts.enrol(user)

    def totp(self) -> str:
        counter = next(iter(totp.yield_hotp_counters_from_time()))
        return totp.format_hotp_value(totp.hotp_value(self._secret, counter))


@pytest.mark.clause("1.6")
@pytest.mark.clause("1.7")
@pytest.mark.clause("4.2")
@pytest.mark.clause("5.1")
def test_a_whole_life(open_page, bauyrzhan, code, tmp_path, capfd, no_horizontal_scroll):
    aliya, office = open_page(width=320), open_page()
    clerk = Clerk(bauyrzhan)
    disagree(aliya)
    assert not anything_kept()
    agree(aliya)
    fill(aliya)
    confirm(aliya, "phone_mobile", code, "+7700")
    confirm(aliya, "email", code, "@example.kz")
    send_scans(aliya)
    no_horizontal_scroll(aliya)
    number = send(aliya)
    verify(office, clerk, number)
    journal.integrate(at=timezone.now())

    aliya.goto("/cabinet/looks?who=others")
    look = aliya.locator("main").inner_text()
    assert clerk.code in look
    assert "ЖСН" in look
    no_horizontal_scroll(aliya)
    aliya.locator("form[action$='/history.json'] button").scroll_into_view_if_needed()
    with aliya.expect_download() as history:
        aliya.locator("form[action$='/history.json'] button").click()
    history_file = saved(history.value, tmp_path / "history.json")

    aliya.goto("/cabinet/consents/advertising")
    aliya.locator("button[value=withdraw]").click()
    with aliya.expect_download() as receipt:
        aliya.locator("a[href$='receipt.json']").first.click()
    receipt_file = saved(receipt.value, tmp_path / "receipt.json")

    assert "withdrawn" in receipt_file.read_text()
    tree = copied_journal(aliya, tmp_path / "journal")
    key = journal.key()
    assert accepted("receipt", str(receipt_file), "--key", key)
    assert accepted("history", str(history_file), "--journal", str(tree), "--key", key)
    forge(receipt_file)
    assert not accepted("receipt", str(receipt_file), "--key", key)
    search.assert_nowhere(SECRETS, capfd.readouterr().out)


def saved(download, path: Path) -> Path:
    download.save_as(path)
    return path


def copied_journal(page: Page, folder: Path) -> Path:
    """Take a copy of the public journal, as anybody can."""
    size = int(page.request.get("/journal/checkpoint").text().splitlines()[1])
    full, rest = divmod(size, 256)
    assert full == 0, "a life is shorter than a tile"
    for path in ("checkpoint", f"tile/0/000.p/{rest}", f"tile/entries/000.p/{rest}"):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(page.request.get(f"/journal/{path}").body())
    return folder


def accepted(*arguments: str) -> bool:
    program = [sys.executable, str(ROOT / "verify" / "derbes_verify.py"), *arguments]
    return subprocess.run(program, capture_output=True, check=False).returncode == 0


def forge(receipt: Path) -> None:
    """Change one byte of the text that was agreed to."""
    file = json.loads(receipt.read_text())
    file["document"]["text"] = file["document"]["text"][:-2] + "!" + file["document"]["text"][-1:]
    receipt.write_text(json.dumps(file, ensure_ascii=False))


def anything_kept() -> bool:
    from derbes.core.subjects.models import Subject
    from derbes.core.vault.models import Sealed

    return Subject.objects.exists() or Sealed.objects.exists()
