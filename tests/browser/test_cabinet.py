"""Aliya in her cabinet with a real browser: a passkey made, used, renamed and removed; every page on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from derbes.flows import accounts
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = (
    "",
    "data",
    "consents",
    "consents/contract",
    "consents/advertising",
    "consents/words",
    "life",
    "life/block",
    "life/leave",
    "life/destroy",
    "looks",
    "sessions",
    "passkeys",
    "passkeys/add",
)
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def enter(page: Page, aliya: Person, server: Any) -> None:
    """Give the browser a session of Aliya's, as a one-time code would."""
    client = Client()
    client.force_login(aliya.user)
    key = client.session.session_key
    accounts.began(aliya.user, key, "code", at=timezone.now())
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server.url}])


def test_a_passkey_is_made_and_signs_in_and_is_removed(page: Page, aliya: Person, live_server: Any) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    enter(page, aliya, live_server)
    page.goto("/en/cabinet/passkeys/add")
    page.get_by_label("Computer").check()
    page.get_by_role("button", name="Continue on the device").click()
    expect(page.get_by_text("The passkey was added")).to_be_visible()

    page.goto("/en/cabinet/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/en/cabinet/")
    assert "/sign-in" in page.url
    page.get_by_role("button", name="passkey").click()
    page.wait_for_url("**/cabinet/")
    page.goto("/en/cabinet/sessions")
    expect(page.get_by_text("by passkey")).to_be_visible()

    page.goto("/en/cabinet/passkeys")
    expect(page.get_by_text("Last used")).to_be_visible()
    page.get_by_role("link", name="Rename Computer").click()
    page.get_by_label("Phone or tablet").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Phone or tablet").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The passkey was removed")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/en/sign-in")
    page.get_by_role("button", name="passkey").click()
    expect(page.get_by_text("This passkey is not known here")).to_be_visible()


def test_without_scripts_the_page_says_that_passkeys_need_them(
    page_no_js: Page, aliya: Person, live_server: Any
) -> None:
    enter(page_no_js, aliya, live_server)
    page_no_js.goto("/en/cabinet/passkeys/add")
    expect(page_no_js.get_by_text("Passkeys need scripts")).to_be_visible()
    expect(page_no_js.get_by_role("button", name="Continue on the device")).to_be_hidden()


def test_a_consent_is_withdrawn_without_scripts(page_no_js: Page, aliya: Person, live_server: Any) -> None:
    enter(page_no_js, aliya, live_server)
    page_no_js.goto("/en/cabinet/")
    page_no_js.get_by_role("link", name="Withdraw Performing the contract").click()
    page_no_js.get_by_role("button", name="Withdraw this consent").click()
    expect(page_no_js.get_by_role("heading", name="Your word is recorded")).to_be_visible()


def test_every_page_fits_a_phone_and_is_read_by_all(
    phone: Page,
    aliya: Person,
    live_server: Any,
    language: str,
    axe: Any,
    no_horizontal_scroll: Any,
    address: Any,
) -> None:
    enter(phone, aliya, live_server)
    for path in PAGES:
        phone.goto(address(f"/cabinet/{path}", language))
        no_horizontal_scroll(phone)
        assert axe(phone) == []
