"""The watch itself: what a story must never do is seen, and what is fine is let pass."""

import pytest

ELSEWHERE = "http://elsewhere.example.kz/picture.png"


def page_with(body):
    return f"<!doctype html><html lang='kk'><head><title>Бет</title></head><body><main>{body}</main></body></html>"


@pytest.fixture
def seen(watch):
    """The offences of this test, which are meant and not held against it."""
    yield watch.offences
    watch.offences.clear()


@pytest.fixture
def forgiving(watch, monkeypatch):
    monkeypatch.setattr(watch, "judge", lambda: None)


def test_a_page_that_asks_another_host_is_seen(page, seen, forgiving):
    page.set_content(page_with(f"<img alt='' src='{ELSEWHERE}'>"))
    assert f"asked another host: {ELSEWHERE}" in seen


def test_an_error_in_the_console_is_seen(page, seen, forgiving):
    page.evaluate("console.error('Қате')")
    assert any("Қате" in offence for offence in seen)


def test_a_script_that_fails_is_seen(page, seen, forgiving):
    with page.context.expect_event("weberror"):
        page.evaluate("setTimeout(() => { throw new Error('Қате') }, 0)")
    assert any("script failed" in offence for offence in seen)


def test_a_story_with_an_offence_fails(watch):
    watch.offences.append("asked another host")
    with pytest.raises(pytest.fail.Exception, match="asked another host"):
        watch.judge()
    watch.expect("another host")
    watch.judge()


def test_a_picture_without_a_text_is_a_finding(page, axe):
    page.set_content(page_with("<h1>Сәлем</h1>"))
    assert axe(page) == []
    page.set_content(page_with("<h1>Сәлем</h1><img src='data:,'>"))
    assert any(finding.startswith("image-alt") for finding in axe(page))


def test_a_page_wider_than_the_phone_is_a_finding(phone, no_horizontal_scroll):
    phone.set_content(page_with("<p>Сәлем</p>"))
    no_horizontal_scroll(phone)
    phone.set_content(page_with("<pre>" + "ұ" * 200 + "</pre>"))
    with pytest.raises(AssertionError, match="scrolls sideways at 320 px"):
        no_horizontal_scroll(phone)
