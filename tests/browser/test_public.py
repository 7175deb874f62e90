"""Every public page on a small phone: it fits and everybody can read it; and what was typed is not lost there."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from derbes.flows import journal
from tests.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = (
    "/",
    "/policy",
    "/policy/editions/",
    "/glossary",
    "/journal",
    "/register",
    "/without-consent",
    "/feedback",
    "/appeal/find",
    "/act",
    "/sign-in",
    "/accessibility",
    "/nothing",
)


def test_every_public_page_fits_a_phone_and_is_read_by_all(
    phone: Page, aliya: Person, watch: Any, axe: Any, no_horizontal_scroll: Any
) -> None:
    journal.integrate(at=timezone.now())
    watch.expect("404")
    for path in PAGES:
        phone.goto(path)
        no_horizontal_scroll(phone)
        assert axe(phone) == [], path


@pytest.mark.usefixtures("published")
def test_what_only_scripts_can_do_is_not_offered_without_them(page: Page, page_no_js: Page) -> None:
    for path, name in (("/journal", "Көшіру"), ("/policy", "Басып шығару")):
        for visitor, count in ((page, 1), (page_no_js, 0)):
            visitor.goto(path)
            shown = [one for one in visitor.get_by_role("button", name=name).all() if one.is_visible()]
            assert len(shown) == count, (path, name, count)


def test_what_was_typed_when_the_session_ended_goes_out_after_signing_in_again(
    phone: Page, aliya: Person, watch: Any, code: Any, axe: Any, no_horizontal_scroll: Any, live_server: Any
) -> None:
    watch.expect("403")

    def sign_in(page: Page) -> None:
        page.locator("input[name=who]").fill("8 700 003 77 33")
        page.locator("#main-form button[type=submit]").first.click()
        page.locator("input[name=code]").fill(code("+77000037733"))
        page.locator("#main-form button[type=submit]").first.click()
        page.wait_for_url("**/cabinet/**")

    phone.goto("/sign-in?next=/cabinet/data/change")
    sign_in(phone)
    phone.locator("input[name=phone_home]").fill("8 7172 55 55 55")
    phone.context.clear_cookies(name="derbes_session")
    phone.locator("#main-form button[type=submit]").first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Сеансыңыз аяқталды")
    no_horizontal_scroll(phone)
    assert axe(phone) == []
    with phone.context.expect_page() as opened:
        phone.locator("main a[target=_blank]").click()
    sign_in(opened.value)
    phone.get_by_role("button", name="Қайта жіберу").click()
    phone.wait_for_url("**/cabinet/data**")
    phone.goto("/cabinet/data")
    expect(phone.get_by_text("+7 717 255 55 55")).to_be_visible()
