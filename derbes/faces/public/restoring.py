"""Between a restore and its replay nobody is served: 503 on every address but the two that programs ask."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from derbes.flows import serving

ANSWERED = frozenset({"/healthz", "/readyz"})
RETRY_SECONDS = 600

Answer = Callable[[HttpRequest], HttpResponse]


def closed_while_restoring(get_response: Answer) -> Answer:
    """Answer 503 to whoever comes while what was destroyed and blocked since the backup is not replayed."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path in ANSWERED or not serving.pending():
            return get_response(request)
        response = render(None, "503.html", status=503)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response

    return answer
