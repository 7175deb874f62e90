"""What was typed into a form that could not be taken is handed back to who sent it, so that nobody writes twice.

What always holds: nothing of it is stored here; passwords are not handed back; what another site made a browser
send is never offered for sending once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

#: What every form has beside what people type.
_FRAME = frozenset({"csrfmiddlewaretoken", "switch", "homepage", "since"})


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the names and values of what a person typed or chose, in their order; none for a bare button."""
    if request.method != "POST":
        return []
    lists = request.POST.lists()
    return [(name, value) for name, values in lists if _shown(name) for value in values if value]


def _shown(name: str) -> bool:
    return name not in _FRAME and "password" not in name


@contextmanager
def forms_stay_good(request: HttpRequest) -> Iterator[None]:
    """Keep the secret of the forms over the sign-in within: the page that was handed back is sent at the first press.

    Django makes a new one at each sign-in, lest somebody who planted a cookie beforehand knows it. Here nobody can: in
    production the cookie's name (`__Host-`) lets only this host set it, and each form's `Origin` is compared as well.
    """
    secret = request.META.get("CSRF_COOKIE")
    yield
    if secret is not None:
        request.META["CSRF_COOKIE"] = secret


def from_here(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of ours."""
    own = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin", "") in {own, *settings.CSRF_TRUSTED_ORIGINS}


@never_cache
def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """Say with `template` why the form was not taken, with everything in it to be sent once more: 403.

    A file cannot be handed back: then the form itself is shown again, filled in, to choose the file anew.
    """
    back = {"typed": typed(request), "files": bool(request.FILES), "address": request.get_full_path()}
    return render(request, template, {**back, **context}, status=403)
