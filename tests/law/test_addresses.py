"""An address is read a short way, which asks the library once for a domain, or a long way to the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import email_validator
import pytest
from email_validator import EmailNotValidError

from derbes.law import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the library is asked from now on. It must never look into the network."""
    calls: list[str] = []

    def validate(text: str, *, check_deliverability: bool) -> email_validator.ValidatedEmail:
        assert check_deliverability is False
        calls.append(text)
        return email_validator.validate_email(text, check_deliverability=check_deliverability)

    monkeypatch.setattr(addresses, "validate_email", validate)
    addresses._domain.cache_clear()
    yield calls
    addresses._domain.cache_clear()


def test_for_a_domain_the_library_is_asked_once(asked: list[str]) -> None:
    assert addresses.normal("aliya@Clinic.example.kz") == "aliya@clinic.example.kz"
    assert addresses.normal("Dana.S+x@Clinic.example.kz") == "Dana.S+x@clinic.example.kz"
    assert asked == ["a@Clinic.example.kz"]


@pytest.mark.parametrize(
    "text", ["postmaster@example.kz", "әлия@example.kz", "a..b@example.kz@", "a" * 54 + "@example.kz"]
)
def test_what_is_unusual_is_read_the_long_way(asked: list[str], text: str) -> None:
    try:
        assert addresses.normal(text)
    except EmailNotValidError:
        assert "@example.kz@" in text
    assert asked == [text]


def test_an_address_longer_than_any_is_refused(asked: list[str]) -> None:
    with pytest.raises(EmailNotValidError):
        addresses.normal("a" * 250 + "@example.kz")
    assert len(asked) == 1


@pytest.mark.parametrize(
    "text", ["aliya@nowhere", "aliya@", "aliya", "aliya@b@example.kz", "aliya@-.kz", "aliya@[127.0.0.1]"]
)
def test_what_is_no_domain_is_refused(asked: list[str], text: str) -> None:
    with pytest.raises(EmailNotValidError):
        addresses.normal(text)
    assert asked
