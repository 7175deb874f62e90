"""What people see when something cannot be done: one page a status, in their language, saying what to do next.

What always holds: no page shows data, a path or a trace; the page for our own failure needs no database.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig
from django.shortcuts import render

from derbes.faces import handed_back, refusals
from derbes.flows import installation

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

TOO_MANY_RETRY_SECONDS = 60
AWAY_RETRY_SECONDS = 30


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; or 413 when the request was larger than the settings allow."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403. A refusal by the policy names its clause, why, and what to do: pass `clause` and `code` on the exception."""
    why = refusals.to_person(getattr(exception, "code", ""))
    return render(request, "403.html", {"clause": getattr(exception, "clause", ""), "why": why}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    del exception
    return render(request, "404.html", status=404)


def too_large(request: HttpRequest) -> HttpResponse:
    """413."""
    return render(request, "413.html", status=413)


def too_many(request: HttpRequest, retry_after: int = TOO_MANY_RETRY_SECONDS) -> HttpResponse:
    """429, with the number of seconds after which it may be tried again."""
    minutes = max(1, -(-retry_after // 60))
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(retry_after)
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """500 for a mistake of ours; 503 when it is the database, the disk or the keys, and it may be tried again.

    Rendered without context processors: whatever failed must not fail this page too.
    """
    if not installation.passing(sys.exc_info()[1]):
        return render(None, "500.html", status=500)
    response = render(None, "503_away.html", status=503)
    response["Retry-After"] = str(AWAY_RETRY_SECONDS)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from a page of ours, or came too late: then it is handed back.

    `reason` is Django's and not shown.
    """
    del reason
    if handed_back.from_here(request):
        return handed_back.page(request, "403_csrf.html")
    return render(request, "403_csrf.html", status=403)
