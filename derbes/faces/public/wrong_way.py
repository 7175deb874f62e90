"""Whoever comes by an address that only takes forms is led to the page above it.

A page that answers a form stands under the form's address: its language switch, its bookmark, and signing in
again all come back to there by looking, which such an address does not answer. Programs (API) still get their 405.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve

Answer = Callable[[HttpRequest], HttpResponse]


def led_back(get_response: Answer) -> Answer:
    """Redirect where `get_response` says 405 to somebody who only looks."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        looks = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and looks:
            return HttpResponseRedirect(above(request.path))
        return response

    return answer


def above(path: str) -> str:
    """Return the nearest address above `path` that leads anywhere."""
    path = path.rstrip("/")
    while path := path.rpartition("/")[0]:
        for address in (path, f"{path}/"):
            if _leads(address):
                return address
    return "/"


def _leads(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
