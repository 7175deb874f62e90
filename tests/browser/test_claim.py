"""Aliya files a claim on 10 December 2026 and sees 27 January 2027; a clerk stops the clock and she lets it go on."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from derbes.flows import accounts, appeals
from derbes.law.appeals import Kind

pytestmark = pytest.mark.django_db(transaction=True)

TENTH = datetime(2026, 12, 10, 12, tzinfo=ZoneInfo("Asia/Almaty"))


@pytest.fixture
def clock(monkeypatch):
    """Set the clock of the server; it begins at noon of 10 December 2026 in Almaty."""

    def set_to(at: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: at)

    set_to(TENTH)
    monkeypatch.setattr("derbes.faces.public.forms.SOONEST", 0)
    return set_to


def sign_in(page: Page, code) -> None:
    page.goto("/sign-in")
    page.locator("input[name=who]").fill("8 (700) 003 77 33")
    page.locator("#main-form button[type=submit]:not([name=switch])").first.click()
    page.locator("input[name=code]").fill(code("+7700"))
    page.locator("#main-form button[type=submit]:not([name=switch])").first.click()
    expect(page).to_have_url(re.compile("/cabinet/$"))


def file_claim(page: Page) -> str:
    page.goto("/feedback")
    page.locator("input[name=kind][value=claim]").check()
    page.locator("textarea[name=text]").fill("Деректерім рұқсатсыз берілген")
    page.locator("#main-form button[type=submit]:not([name=switch])").first.click()
    told = page.locator("main").inner_text()
    assert "2027 жылғы 27 қаңтар" in told
    number = re.search(r"A\d\d-\w{4}-\w{4}", told)
    assert number is not None
    return number[0]


@pytest.mark.clause("6.2")
def test_a_claim_its_date_and_every_reason(open_page, aliya, dana, code, clock, axe, no_horizontal_scroll):
    phone, clerk = open_page(width=320), accounts.actor(dana)
    sign_in(phone, code)
    number = file_claim(phone)

    appeals.take(clerk, number, at=TENTH)
    appeals.pause(clerk, number, "details_wanted", "Қай күні болды?", at=TENTH + timedelta(days=4))
    clock(TENTH + timedelta(days=7))
    phone.goto(f"/cabinet/appeals/{number}")
    waiting = phone.locator("main").inner_text()
    assert "мәліметтер қажет" in waiting
    assert "Қай күні болды?" in waiting
    assert not axe(phone)
    no_horizontal_scroll(phone)

    phone.locator("textarea[name=text]").fill("Дүйсенбіде болды")
    phone.locator("#main-form button[type=submit]:not([name=switch])").first.click()
    resumed = phone.locator("main").inner_text()
    assert "адам жауап берді" in resumed
    assert "2027 жылғы 27 қаңтар" in resumed, "the date that it was"
    assert "2027 жылғы 29 қаңтар" in resumed, "two working days later: 16 December is a day off"


@pytest.mark.clause("6.2")
def test_the_unregistered_see_the_same_clock_by_number_and_code(open_page, published, code, clock, axe):
    letter = appeals.Letter(
        text="Шағымым бар", values={"email": "d@example.kz"}, agreed=False, language="kk", kind=Kind.CLAIM
    )
    number = appeals.send(letter, at=TENTH).number
    phone = open_page(width=320, javascript=False)
    phone.goto("/appeal/find")
    phone.locator("input[name=number]").fill(number.lower())
    phone.locator("#main-form button[type=submit]:not([name=switch])").first.click()
    phone.locator("input[name=code]").fill(code("d@example.kz"))
    phone.locator("#main-form button[type=submit]:not([name=switch])").first.click()
    seen = phone.locator("main").inner_text()
    assert number in seen
    assert "2027 жылғы 27 қаңтар" in seen
    assert "30 жұмыс күні" in seen
