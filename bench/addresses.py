"""The addresses of the service and one more: a bare page, the floor for pages."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from derbes.urls import urlpatterns as ours

PAGE = b"<!doctype html><title>floor</title>" + b"x" * 20_000


def bare(_: HttpRequest) -> HttpResponse:
    """As many bytes as a page has, from memory."""
    return HttpResponse(PAGE)


urlpatterns = [path("bench/bare", bare), *ours]
