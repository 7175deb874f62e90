"""Aliya registers, thinks better of it, and has everything destroyed, on a phone without scripts: nothing of her is left."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from derbes.core.acts.models import Act, Finding
from derbes.core.documents.models import Document
from derbes.core.vault.models import Found, PersonKey, Sealed
from derbes.outside import storage
from tests.browser import search
from tests.browser.test_life import SECRETS, agree, confirm, fill, go_on, send, send_scans

pytestmark = pytest.mark.django_db(transaction=True)


def registered(page: Page, code: Any) -> None:
    agree(page)
    fill(page)
    confirm(page, "phone_mobile", code, "+7700")
    confirm(page, "email", code, "@example.kz")
    send_scans(page)
    send(page)


def what_is_sealed() -> list[bytes]:
    """Her wrapped key, what is sealed with it, and the digests by which she is found."""
    keys = [bytes(row) for row in PersonKey.objects.values_list("wrapped", flat=True)]
    found = [bytes(row) for row in Found.objects.values_list("digest", flat=True)]
    bodies = Sealed.objects.values_list("body", flat=True)
    sealed = [text.encode() for body in bodies for text in json.loads(body).values()]
    return [*keys, *found, *sealed]


@pytest.mark.clause("4.2")
@pytest.mark.clause("5.3")
def test_everything_of_hers_is_destroyed(
    open_page: Any, published: str, code: Any, capfd: Any, no_horizontal_scroll: Any, screenshot: Any
) -> None:
    aliya = open_page(width=320, javascript=False)
    registered(aliya, code)
    sealed, files = what_is_sealed(), [one for row in Document.objects.all() for one in (row.id, row.preview)]
    assert len(sealed) > 3
    assert len(files) == 4

    aliya.goto("/cabinet/life")
    no_horizontal_scroll(aliya)
    aliya.locator("a[href$='/cabinet/life/destroy']").click()
    told = aliya.locator("main").inner_text()
    assert "ЖСН" in told
    no_horizontal_scroll(aliya)
    go_on(aliya)
    expect(aliya.locator(".govuk-error-summary")).to_be_visible()
    assert PersonKey.objects.exists(), "nothing goes without a tick and a code"
    aliya.locator("input[name=known]").check()
    aliya.locator("input[name=contact][value=phone_mobile]").check()
    go_on(aliya)
    expect(aliya).to_have_url(re.compile("/cabinet/life/destroy/code$"))
    no_horizontal_scroll(aliya)
    aliya.locator("input[name=code]").fill(code("+7700"))
    go_on(aliya)

    act = Act.objects.get()
    expect(aliya.locator("main")).to_contain_text(act.number)
    no_horizontal_scroll(aliya)
    screenshot(aliya, "destroyed")
    with aliya.expect_download() as last:
        aliya.locator("a[download]").click()
    assert last.value.suggested_filename == f"{act.number}.json"
    assert json.loads(last.value.path().read_text())["document"]["type"] == "history"
    with aliya.expect_download() as paper:
        aliya.locator("a[href$='/act/act.pdf']").click()
    assert paper.value.suggested_filename == f"{act.number}.pdf"
    assert paper.value.path().read_bytes().startswith(b"%PDF")

    nothing_is_left(sealed, files, capfd.readouterr().out)
    aliya.goto("/cabinet/")
    expect(aliya).to_have_url(re.compile("/sign-in"))
    seen_by_its_number(open_page(), act.number)


def nothing_is_left(sealed: list[bytes], files: list[Any], printed: str) -> None:
    """Neither what she typed nor its sealed form: in the database file, its log, the files, what was printed."""
    assert Finding.objects.get().nothing_left, Finding.objects.get().residue
    assert not PersonKey.objects.exists()
    assert not any(storage.store().exists(str(name)) for name in files)
    search.assert_nowhere(SECRETS, printed)
    if connection.vendor == "sqlite":
        search.assert_gone(sealed)


def seen_by_its_number(page: Page, number: str) -> None:
    """Whoever has the number sees the act, and no name in it."""
    page.goto("/act")
    page.locator("input[name=number]").fill(number.lower())
    go_on(page)
    expect(page.locator("main")).to_contain_text(number)
    assert not any(secret in page.content() for secret in SECRETS)
