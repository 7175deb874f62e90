"""Pages that are the same for everybody are made once and kept while the edition in force stays.

What always holds: only visitors who carry no cookie of ours but a form's are shown a kept page, so nothing of one
person can reach another; the nonce of the Content-Security-Policy and the form's token are new each time. These pages
are compressed; pages of one person are not, since the length of a compressed page can tell what is in it (BREACH).
"""

from __future__ import annotations

import os
import re
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpResponse
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token
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
        response = HttpResponse(page.replace(TOKEN, _token(request)) if TOKEN in page else page)
        patch_vary_headers(response, ["Cookie"])
        return response

    return shown


def _keep(key: tuple[str, str], page: bytes) -> None:
    if len(_pages) >= MOST:
        _pages.clear()
    _pages[key] = page


def _nonce(request: Any) -> bytes:
    return str(request.csp_nonce).encode()


def _token(request: HttpRequest) -> bytes:
    """The form's token, as `get_token` makes it. For a visitor who has no secret yet all of it is made by one draw:
    Django asks the system for each of its 64 letters, which is a tenth of the time of such a page.
    """
    if "CSRF_COOKIE" in request.META:
        return get_token(request).encode()
    secret, mask = _draw(CSRF_SECRET_LENGTH), _draw(CSRF_SECRET_LENGTH)
    cipher = bytes((one + other) % _SOME for one, other in zip(secret, mask, strict=True))
    request.META |= {"CSRF_COOKIE": secret.translate(_LETTERS).decode(), "CSRF_COOKIE_NEEDS_UPDATE": True}
    return (mask + cipher).translate(_LETTERS)


def _draw(count: int) -> bytes:
    """As many numbers below that of the letters, each as likely as any other."""
    drawn = b""
    while len(drawn) < count:
        drawn += os.urandom(2 * count).translate(_FOLDED, _ODD)
    return drawn[:count]


_SOME = len(CSRF_ALLOWED_CHARS)
_LETTERS = CSRF_ALLOWED_CHARS.encode().ljust(256)
_FOLDED = bytes(byte % _SOME for byte in range(256))
_ODD = bytes(range(256 // _SOME * _SOME, 256))  # left out, or the first letters would come more often
