"""Aliya's session ends while she writes: she signs in in a new window, comes back, and presses once."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from derbes.flows import appeals
from tests.conftest import NOON

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Құқығым бұзылды"
PRESS = "#main-form button[type=submit]:not([name=switch])"


def sign_in(page: Page, code) -> None:
    page.locator("input[name=who]").fill("8 (700) 003 77 33")
    page.locator(PRESS).first.click()
    page.locator("input[name=code]").fill(code("+7700"))
    page.locator(PRESS).first.click()
    expect(page).to_have_url(re.compile("/cabinet/$"))


def test_what_was_handed_back_goes_out_at_the_first_press_without_scripts_too(page_no_js, watch, aliya, code):
    letter = appeals.Letter(text="Сұрақ", values={}, agreed=False, language="kk")
    number = appeals.write(aliya.actor, letter, at=NOON).number
    watch.expect("403")
    page = page_no_js
    page.goto("/sign-in")
    sign_in(page, code)
    page.goto(f"/cabinet/appeals/{number}")
    page.locator("textarea[name=text]").fill(TEXT)
    Session.objects.all().delete()
    page.locator(PRESS).first.click()

    with page.context.expect_page() as opened:
        page.locator("main a[target=_blank]").click()
    sign_in(opened.value, code)
    page.locator("main button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(f"/cabinet/appeals/{number}$"))
    assert TEXT in page.locator("main").inner_text()
