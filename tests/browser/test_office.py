"""The office with a real browser: a passkey in place of password and code, keys in the queue, every page on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from derbes.flows import accounts, appeals, verification
from tests.conftest import NOON, Person
from tests.faces.at_work import at_work

pytestmark = pytest.mark.django_db(transaction=True)

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
CLERK = (
    "",
    "registrations",
    "messages",
    "account",
    "account/password",
    "account/passkeys/add",
    "account/codes/new",
)
RESPONSIBLE = ("subjects", "subjects?number=1", "retention", "retention/acts")
ADMINISTRATOR = ("", "policy", "policy/preview?folder=example/2026-11-22", "journal", "staff", "staff/employ")


def enter(page: Page, user: Any, server: Any) -> None:
    """Give the browser a session in which both factors were shown."""
    key = at_work(user).session.session_key
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server.url}])


def test_bauyrzhan_signs_in_by_a_passkey_alone(page: Page, bauyrzhan: Any, live_server: Any) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    enter(page, bauyrzhan, live_server)
    page.goto("/en/office/account/passkeys/add")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("The passkey was added")).to_be_visible()
    assert Authenticator.objects.filter(user=bauyrzhan, type="webauthn").count() == 1

    page.get_by_role("button", name="Sign out").click()
    page.goto("/en/office/registrations")
    page.get_by_role("button", name="Sign in by passkey").click()
    expect(page.get_by_role("heading", name="Registrations", exact=True)).to_be_visible()


def test_the_passkey_of_aliya_opens_no_office(page: Page, aliya: Person, live_server: Any) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    client = Client()
    client.force_login(aliya.user)
    key = client.session.session_key
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    page.goto("/en/cabinet/passkeys/add")
    page.get_by_label("Computer").check()
    page.get_by_role("button", name="Continue on the device").click()
    expect(page.get_by_text("The passkey was added")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/en/office/sign-in")
    page.get_by_role("button", name="Sign in by passkey").click()
    expect(page.get_by_text("does not belong to an account of the staff")).to_be_visible()
    page.goto("/en/cabinet/")
    assert "/sign-in" in page.url


def test_a_passkey_is_the_second_factor_after_the_password(
    page: Page, bauyrzhan: Any, live_server: Any
) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    enter(page, bauyrzhan, live_server)
    page.goto("/en/office/account/passkeys/add")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("The passkey was added")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Staff code").fill("r-17")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()


def test_the_queue_is_walked_by_keys(page: Page, bauyrzhan: Any, newcomer: Person, live_server: Any) -> None:
    enter(page, bauyrzhan, live_server)
    page.goto("/en/office/registrations")
    page.keyboard.press("/")
    expect(page.get_by_label("Number of the matter")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_label("Number of the matter")).to_have_value("j")
    page.get_by_role("heading", name="Registrations", exact=True).click()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=newcomer.number)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=newcomer.number)).to_be_visible()


def test_a_case_is_taken_opened_and_decided_without_scripts(
    page_no_js: Page, bauyrzhan: Any, newcomer: Person, live_server: Any
) -> None:
    page = page_no_js
    enter(page, bauyrzhan, live_server)
    page.goto(f"/en/office/registrations/{newcomer.number}")
    page.get_by_role("button", name="Take it").click()
    page.get_by_label("Verifying the data provided").check()
    page.get_by_label("Everything below that the purpose needs").check()
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("900101300007")).to_be_visible()
    page.get_by_role("link", name="Confirm").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("The person was told")).to_be_visible()


@pytest.mark.parametrize(
    ("who", "paths"), [("bauyrzhan", CLERK), ("gulnar", ADMINISTRATOR), ("dana", RESPONSIBLE)]
)
def test_every_page_of_the_office_fits_a_phone_and_everybody(
    who: str,
    paths: tuple[str, ...],
    phone: Page,
    newcomer: Person,
    live_server: Any,
    request: pytest.FixtureRequest,
    axe: Callable[[Page], list[str]],
    no_horizontal_scroll: Callable[[Page], None],
) -> None:
    clerk = request.getfixturevalue("bauyrzhan")
    verification.take(accounts.actor(clerk), newcomer.number, at=NOON)
    enter(phone, request.getfixturevalue(who), live_server)
    cases = tuple(f"registrations/{newcomer.number}{end}" for end in ("", "/verify", "/ask", "/refuse"))
    person = tuple(
        f"subjects/{newcomer.subject}{end}" for end in ("", "/block", "/lift", "/hold", "/died", "/unlawful")
    )
    for path in paths + {"bauyrzhan": cases, "dana": person}.get(who, ()):
        phone.goto(f"/office/{path}")
        no_horizontal_scroll(phone)
        assert axe(phone) == [], path


@pytest.mark.parametrize("width", [1024, 1280])
def test_the_navigation_of_who_does_most_stands_in_one_row_in_each_language(
    width: int, open_page: Callable[..., Page], dana: Any, gulnar: Any, live_server: Any, screenshot: Any
) -> None:
    for who in (dana, gulnar):
        page = open_page(width=width)
        enter(page, who, live_server)
        for language in ("", "/ru", "/en"):
            page.goto(f"{language}/office/punctuality")
            tops = page.eval_on_selector_all(
                ".d-nav__list > li > a, .d-nav__list > li > details > summary, .d-nav__list button",
                "nodes => nodes.map(node => Math.round(node.getBoundingClientRect().top))",
            )
            assert len(set(tops)) == 1, (who.code, language, tops)
            screenshot(page, f"navigation-{who.code}-{width}{language.replace('/', '-')}")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_picture_of_punctuality_is_as_wide_as_the_screen(
    width: int,
    open_page: Callable[..., Page],
    aliya: Any,
    dana: Any,
    live_server: Any,
    screenshot: Any,
    axe: Any,
) -> None:
    letter = appeals.Letter(text="Сұрақ", values={}, agreed=False, language="kk")
    for _ in range(3):
        appeals.write(aliya.actor, letter, at=timezone.now())
    page = open_page(width=width)
    enter(page, dana, live_server)
    page.goto("/office/punctuality")
    within = (
        "node => node.scrollWidth <= node.clientWidth && node.getBoundingClientRect().right <= innerWidth"
    )
    assert page.locator(".d-bars").evaluate(within)
    assert axe(page) == []
    screenshot(page, f"punctuality-{width}")


def test_what_lies_under_more_is_reached_by_keys_alone_and_without_scripts(
    page: Page,
    page_no_js: Page,
    phone: Page,
    dana: Any,
    live_server: Any,
    axe: Any,
    no_horizontal_scroll: Any,
    screenshot: Any,
) -> None:
    enter(page, dana, live_server)
    for number, each in enumerate((page, page_no_js, phone)):
        each.context.add_cookies(page.context.cookies())
        each.goto("/en/office/punctuality")
        more = each.locator("summary", has_text="More")
        more.focus()
        each.keyboard.press("Enter")
        link = each.locator(".d-nav").get_by_role("link", name="Journal")
        expect(link).to_be_visible()
        assert each is page_no_js or axe(each) == []
        no_horizontal_scroll(each)
        screenshot(each, f"more-{number}")
    page.keyboard.press("Escape")
    expect(page.locator(".d-nav").get_by_role("link", name="Journal")).to_be_hidden()
    expect(page.locator("summary", has_text="More")).to_be_focused()
    page_no_js.locator(".d-nav").get_by_role("link", name="Journal").click()
    expect(page_no_js.get_by_role("heading", level=1, name="Journal")).to_be_visible()
