"""The door of the API: past the middlewares of pages, since a program has no session, no form and no language in its path.

What always holds: whatever is wrong under /api/ is told as a problem (RFC 9457); no answer is kept by anybody on
the way; with a production server nothing is answered over plain HTTP.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve

from derbes.faces.api.problems import Problem, explain, tell
from derbes.flows import installation, serving

log = logging.getLogger(__name__)

Answer = Callable[[HttpRequest], HttpResponse]

PREFIX, PAGE, EXPLAINED = "/api/", "/api/docs", "/api/problems/"
ADDRESSES = "derbes.faces.api.urls"  # found there without looking through those of all pages
RETRY_SECONDS = "10"


def apart(get_response: Answer) -> Answer:
    """Answer what stands under /api/ here, and let all else go through the middlewares of pages."""

    def answer(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if not path.startswith(PREFIX) or path == PAGE:
            return get_response(request)
        try:
            _check(request)
            response = _explained(path) if path.startswith(EXPLAINED) else _called(request)
        except Problem as problem:
            response = tell(request, problem)
        except Exception as failure:  # noqa: BLE001  whatever it is, its text may hold somebody's data
            response = failed(request, failure)
        return _closed(request, response)

    return answer


def failed(request: HttpRequest, failure: Exception) -> HttpResponse:
    """Tell that we failed, or that it is the surroundings and may be tried again.

    The log has the kind of failure and where it came from, and nothing of what was sent.
    """
    at = failure.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    where = f"{at.tb_frame.f_globals.get('__name__')}:{at.tb_lineno}" if at else "?"
    log.error("failed: %s at %s", type(failure).__name__, where)
    if installation.passing(failure):
        return tell(request, Problem("not_ready", headers={"Retry-After": RETRY_SECONDS}))
    return tell(request, Problem("failed"))


def _check(request: HttpRequest) -> None:
    try:
        request.get_host()
    except DisallowedHost as unknown:
        raise Problem("host_unknown") from unknown
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise Problem("insecure")
    if serving.pending():
        raise Problem("not_ready", headers={"Retry-After": RETRY_SECONDS})


def _called(request: HttpRequest) -> HttpResponse:
    """Find the operation and call it."""
    try:
        match = resolve(request.path_info, ADDRESSES)
    except Http404 as unknown:
        raise Problem("address_unknown") from unknown
    if match.app_name != "ninja":
        raise Problem("address_unknown")
    if request.method == "POST" and request.content_type != "application/json":
        raise Problem("media_wrong")
    request.resolver_match = match
    try:
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    except RequestDataTooBig as big:
        raise Problem("too_large") from big
    except Http404 as unknown:
        raise Problem("address_unknown") from unknown
    if response.status_code == 405:  # noqa: PLR2004
        raise Problem("method_wrong", headers={"Allow": response.get("Allow", "")})
    if bearer := getattr(request, "auth", None):
        most, left, seconds = bearer.pace
        response["RateLimit-Policy"] = f'"token";q={most};w=60'
        response["RateLimit"] = f'"token";r={left};t={seconds}'
    return response


def _explained(path: str) -> HttpResponse:
    told = explain(path.removeprefix(EXPLAINED))
    if told is None:
        raise Problem("address_unknown")
    return HttpResponse(json.dumps(told, ensure_ascii=False, indent=1), content_type="application/json")


def _closed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    response["X-Content-Type-Options"] = "nosniff"
    response.setdefault("Cache-Control", "no-store")
    if settings.SECURE_HSTS_SECONDS and request.is_secure():
        response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    return response
