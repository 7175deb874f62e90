"""The page that describes the API works under our content policy, and asks no other host for anything."""

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_description_of_the_api_is_shown(page, live_server):
    page.goto(f"{live_server.url}/api/docs")
    page.get_by_text("/api/v1/people/find").first.wait_for()
    assert page.get_by_role("heading", name="Derbes").is_visible()
    page.get_by_text("/api/v1/people/find").first.click()
    page.get_by_text("verification").or_(page.get_by_text("purpose")).first.wait_for()
