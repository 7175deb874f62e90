"""My appeals: each with its number, its clock and all that was said (§6.2, §6.7)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from derbes.faces import asked, asking
from derbes.faces.cabinet.entrance import Visitor, own
from derbes.flows import appeals


@require_safe
@own
def listing(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """All of them, the newest first."""
    rows = [asked.shown(case) for case in appeals.own(visitor.actor, at=visitor.at)]
    return render(request, "cabinet/appeals.html", {"rows": rows, "section": "cabinet"})


@require_http_methods(["GET", "HEAD", "POST"])
@own
def one(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """One appeal."""
    return asking.page(request, _door(visitor, number))


@require_POST
@own
def take_back(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """End it."""
    return asking.take_back(request, _door(visitor, number))


@require_POST
@own
def file(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """A document that was attached."""
    return asking.file(request, _door(visitor, number))


@require_safe
@own
def letter(request: HttpRequest, visitor: Visitor, number: str) -> HttpResponse:
    """The answer on paper."""
    return asking.letter(request, _door(visitor, number))


def _door(visitor: Visitor, number: str) -> asking.Door:
    names = ("appeal", "appeal_file", "appeal_letter", "appeal_back")
    page, document, paper, back = (reverse(f"cabinet:{name}", args=[number]) for name in names)
    return asking.Door(visitor.actor, number, visitor.at, page, document, paper, back, "cabinet")
