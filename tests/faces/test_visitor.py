"""Where a visitor comes from, as evidence and for counters: nobody can make it up."""

import pytest
from django.test import RequestFactory

from derbes.faces.public import visitor


@pytest.mark.parametrize(
    ("proxies", "passed", "address"),
    [
        (0, "203.0.113.7", "127.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        (2, "10.0.0.1, 203.0.113.7, 198.51.100.2", "203.0.113.7"),
        (2, "203.0.113.7", "127.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_say_is_believed(settings, proxies, passed, address):
    settings.PROXIES = proxies
    request = RequestFactory().get("/", headers={"x-forwarded-for": passed})
    assert visitor.address(request) == address
