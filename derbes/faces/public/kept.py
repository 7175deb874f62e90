"""Pages that are the same for everybody are made once and kept while the edition in force stays.

What always holds: only visitors who carry no cookie of ours are shown a kept page, so nothing of one person can
reach another; the nonce of the Content-Security-Policy is new each time. These pages are compressed; pages of
one person are not, since the length of a compressed page can tell what is in it (BREACH).
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.gzip import gzip_page

from derbes.faces.public import surroundings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

P = ParamSpec("P")
MOST = 400
NONCE = b"@nonce@"
COOKIES = (settings.SESSION_COOKIE_NAME, "messages")

_pages: dict[tuple[str, str], bytes] = {}


def for_everybody(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Keep what `view` shows to visitors without a cookie, by address and edition in force."""

    @gzip_page
    @wraps(view)
    def shown(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.META.get("QUERY_STRING") or any(name in request.COOKIES for name in COOKIES):
            return view(request, *args, **kwargs)
        edition = surroundings.in_force(request)
        key = (request.path, edition.sha256 if edition else "")
        if key not in _pages:
            response = view(request, *args, **kwargs)
            if response.status_code == HttpResponse.status_code:
                _keep(key, response.content.replace(_nonce(request), NONCE))
            return response
        response = HttpResponse(_pages[key].replace(NONCE, _nonce(request)))
        patch_vary_headers(response, ["Cookie"])
        return response

    return shown


def _keep(key: tuple[str, str], page: bytes) -> None:
    if len(_pages) >= MOST:
        _pages.clear()
    _pages[key] = page


def _nonce(request: Any) -> bytes:
    return str(request.csp_nonce).encode()
