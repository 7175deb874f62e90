"""The addresses of the service and one more: a page from memory, the floor for pages."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from derbes.urls import *  # noqa: F403  the handlers of errors too
from derbes.urls import urlpatterns as ours


def bare(_: HttpRequest, size: int) -> HttpResponse:
    """As many bytes as a page has."""
    return HttpResponse(b"x" * size)


urlpatterns = [path("bench/bare/<int:size>", bare), *ours]
