"""Links that leave the site: marked, and through a page that says so (§6.3).

What always holds: only addresses that a page of ours linked to are shown there, so nobody can use the
notice page to lend our name to an address of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_signer = Signer(salt="derbes.leave")


def notice_address(address: str) -> str:
    """The address of the notice page before `address`, in the active language."""
    return f"{reverse('public:leave')}?{urlencode({'to': _signer.sign(address)})}"


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Say that the policy does not cover the other site, and offer to go there."""
    try:
        address = _signer.unsign(request.GET.get("to", ""))
    except BadSignature as problem:
        raise Http404 from problem
    return render(request, "public/leave.html", {"address": address, "host": urlsplit(address).hostname})
