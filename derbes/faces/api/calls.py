"""A call: who it is, what they send, and what they are answered. One token, one story, one answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.errors import HttpError
from ninja.parser import Parser
from ninja.security import HttpBearer

from derbes.faces.api.problems import Problem
from derbes.flows import callers

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class WithToken(HttpBearer):
    """Opens an operation to tokens that have `scope`; to every token when it is empty."""

    openapi_scheme = "bearer"

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> callers.Bearer:
        """Return who calls. Raises `Problem` and what recognising raises."""
        kind, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if kind.lower() != "bearer" or not text:
            raise Problem("token_missing")
        return self.authenticate(request, text.strip())

    def authenticate(self, request: HttpRequest, token: str) -> callers.Bearer:
        """Return whose token it is."""
        bearer = callers.recognise(token, at=timezone.now())
        if self.scope and self.scope not in bearer.scopes:
            raise Problem("scope_missing", scope=self.scope)
        return bearer


class Json(Parser):
    """JSON, and nothing that only looks like it."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return what was sent. Raises `HttpError`."""
        try:
            return _READ(request.body.decode())
        except (ValueError, RecursionError) as unreadable:
            raise HttpError(400, "unreadable") from unreadable


def _no_number(_word: str) -> float:
    raise ValueError


_READ = json.JSONDecoder(parse_constant=_no_number).decode
_WRITE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def who(request: HttpRequest) -> callers.Bearer:
    """Return whose token the request came with."""
    return cast("Any", request).auth  # type: ignore[no-any-return]


def answer(told: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """Return an answer in JSON."""
    return HttpResponse(_WRITE(told), content_type="application/json", status=status)


def once(
    request: HttpRequest,
    deed: Callable[[], object],
    told: Callable[[Any], Mapping[str, Any]],
    *,
    status: int = 200,
    at: datetime,
) -> HttpResponse:
    """Do `deed` once for each Idempotency-Key, and return what `told` makes of what it returned."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and not _KEY.fullmatch(key):
        raise Problem("key_malformed")
    asked = f"{request.method} {request.path_info}\n".encode() + request.body
    given, again = callers.once(who(request), key or "", asked, deed, told, at=at)
    response = answer(given, status)
    if again:
        response["Idempotency-Replayed"] = "true"
    return response
