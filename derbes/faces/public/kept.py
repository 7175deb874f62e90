"""Pages that are the same for everybody are made once and kept while the edition in force stays.

What always holds: only visitors who carry no cookie of ours but a form's are shown a kept page, so nothing of one
person can reach another; the nonce of the Content-Security-Policy and the form's token are new each time. These pages
are compressed; pages of one person are not, since the length of a compressed page can tell what is in it (BREACH).
"""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import patch_vary_headers
from django.views.decorators.gzip import gzip_page

from derbes.faces.public import surroundings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

P = ParamSpec("P")
MOST = 400
NONCE, TOKEN = b"@nonce@", b"@token@"
COOKIES = (settings.SESSION_COOKIE_NAME, "messages")

_pages: dict[tuple[str, str], bytes] = {}
_TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]+(?=")')


def for_everybody(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Keep what `view` shows to visitors without a cookie, by address and edition in force."""

    @gzip_page
    @wraps(view)
    def shown(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        own = request.META.get("QUERY_STRING") or any(name in request.COOKIES for name in COOKIES)
        if own or request.method == "POST":
            return view(request, *args, **kwargs)
        edition = surroundings.in_force(request)
        key = (request.path, edition.sha256 if edition else "")
        if key not in _pages:
            response = view(request, *args, **kwargs)
            if response.status_code == HttpResponse.status_code:
                _keep(key, _TOKEN.sub(TOKEN, response.content.replace(_nonce(request), NONCE)))
            return response
        page = _pages[key].replace(NONCE, _nonce(request))
        response = HttpResponse(page.replace(TOKEN, get_token(request).encode()) if TOKEN in page else page)
        patch_vary_headers(response, ["Cookie"])
        return response

    return shown


def _keep(key: tuple[str, str], page: bytes) -> None:
    if len(_pages) >= MOST:
        _pages.clear()
    _pages[key] = page


def _nonce(request: Any) -> bytes:
    return str(request.csp_nonce).encode()
