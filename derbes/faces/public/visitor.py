"""Whoever asks for a page: from where, with what, and what they are told when a story refuses.

What always holds: the address and the browser leave here for the proof of a consent and for the counters of
tries, and for nothing else; a page that shows personal data is kept by no browser and no proxy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from derbes.faces.public import errors
from derbes.flows import accounts, registration

View = Callable[..., HttpResponse]


def address(request: HttpRequest) -> str:
    """The network address that the request came from: as the first of our own proxies saw it, if there are any."""
    passed = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if settings.PROXIES and len(passed) >= settings.PROXIES:
        return passed[-settings.PROXIES].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def agent(request: HttpRequest) -> str:
    """What the browser says of itself."""
    return str(request.META.get("HTTP_USER_AGENT", ""))


def private(view: View) -> View:
    """Let `view` be kept nowhere, and turn what stories refuse into pages: 403 with the clause, 429."""

    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except registration.Refused as refusal:
            return errors.forbidden(request, refusal)
        except accounts.TooOften as too_often:
            return errors.too_many(request, too_often.seconds)

    return opened
