"""What every page has around its own content: who the operator is, and which edition of the policy is in force.

What always holds: the edition in force is asked for at most once a request, and only if the page shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from derbes.flows import publication

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest

_KEPT = "_edition_in_force"
#: For how many seconds a process shows what it found to be in force without asking again. What a person agrees to is
#: asked anew when they agree.
MOMENT = 1.0
_found_last: tuple[float, publication.Edition | None] = (float("-inf"), None)


@dataclass(frozen=True, slots=True)
class OperatorShown:
    """The operator in the page's language. Empty values are not shown."""

    name: str
    bin: str
    address: str
    email: str
    phone: str
    register_number: str
    responsible: str
    example: bool


def language() -> str:
    """The language of the page."""
    return get_language() or settings.LANGUAGE_CODE


def said(texts: Mapping[str, str], code: str | None = None) -> str:
    """The text in the language `code` (the page's when not given), or in Kazakh when it is lacking there."""
    return texts.get(code or language()) or texts.get("kk", "")


def in_force(request: HttpRequest) -> publication.Edition | None:
    """The edition in force at the time of the request, or None before the first publication."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, _found())
    kept: publication.Edition | None = getattr(request, _KEPT)
    return kept


def _found() -> publication.Edition | None:
    global _found_last  # noqa: PLW0603  one pair, replaced whole: threads may ask twice, and nothing worse
    since, edition = _found_last
    if monotonic() - since >= MOMENT:
        try:
            edition = publication.in_force(timezone.now())
        except publication.NothingPublished:
            edition = None
        _found_last = (monotonic(), edition)
    return edition


def of_every_page(request: HttpRequest) -> dict[str, Any]:
    """Return `operator` (asked for only by pages that show it) and `development`."""
    operator = SimpleLazyObject(lambda: _operator(in_force(request)))
    return {"operator": operator, "development": settings.DEVELOPMENT}


def _operator(edition: publication.Edition | None) -> OperatorShown | dict[str, str]:
    if edition is None:
        return {}
    operator = edition.policy.operator
    return OperatorShown(
        name=said(operator.name),
        bin=operator.bin,
        address=said(operator.address),
        email=operator.email,
        phone=operator.phone,
        register_number=operator.register_number,
        responsible=said(operator.responsible),
        example=edition.policy.example,
    )
