"""What goes wrong, said to programs and to who writes them: RFC 9457, in the reader's language, never with their data.

What always holds: every `type` is an address of ours that explains it; what was sent is never repeated, for it
may be anybody's data; of a mistake of ours only its kind is logged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.utils.translation.trans_real import parse_accept_lang_header

from derbes.law.vocabulary import LANGUAGES

MEDIA = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, what it is called, and what to do about it."""

    status: int
    title: str
    todo: str


KINDS: Mapping[str, Kind] = {
    "body_unreadable": Kind(
        400, _("The body is no JSON"), _("Send one JSON object in UTF-8, as the schema says.")
    ),
    "host_unknown": Kind(
        400, _("This is not the address of the service"), _("Use the address that you were given.")
    ),
    "key_malformed": Kind(
        400,
        _("The Idempotency-Key cannot be used"),
        _("Send 1 to 255 visible ASCII characters, such as a UUID: a new key for each new request."),
    ),
    "token_missing": Kind(
        401, _("There is no token"), _("Send the header Authorization: Bearer, and the token after it.")
    ),
    "token_unknown": Kind(
        401, _("The token is not known"), _("Check that it was copied whole. A lost token is issued anew.")
    ),
    "token_expired": Kind(
        401, _("The token has expired"), _("Have a new one issued in the office, and use that.")
    ),
    "token_withdrawn": Kind(
        401, _("The token was withdrawn"), _("Ask who administers the tokens of this operator.")
    ),
    "insecure": Kind(
        403,
        _("The request came unencrypted"),
        _("Use https. The token has been seen on the way: have it withdrawn and a new one issued."),
    ),
    "scope_missing": Kind(
        403,
        _("The token is not good for this"),
        _("Have a token issued whose scopes include this operation."),
    ),
    "power_missing": Kind(
        403,
        _("The role of the token has no power to do this"),
        _("The policy says what a role may do. Have a token issued with a role that has the power."),
    ),
    "refused": Kind(
        403,
        _("The policy does not allow it"),
        _("The clause and the norm say why. The attempt stands in the journal."),
    ),
    "address_unknown": Kind(
        404, _("There is nothing at this address"), _("Check the address against the schema.")
    ),
    "person_unknown": Kind(
        404,
        _("There is no such person"),
        _("They never were here, or their data were destroyed: the two cannot be told apart."),
    ),
    "receipt_unknown": Kind(
        404, _("There is no such receipt"), _("Use the address that came with the answer about the consent.")
    ),
    "method_wrong": Kind(
        405, _("This address does not take this method"), _("The header Allow says which it takes.")
    ),
    "not_now": Kind(
        409, _("It cannot be done now"), _("The ground says what stands in the way. Nothing was changed.")
    ),
    "too_large": Kind(413, _("The body is too large"), _("Send less at once.")),
    "media_wrong": Kind(
        415, _("The body has the wrong type"), _("Send JSON, with the header Content-Type: application/json.")
    ),
    "invalid": Kind(
        422,
        _("Something in the request is wrong"),
        _("Each of the errors says where, and what to do. Nothing was kept."),
    ),
    "not_agreed": Kind(
        422,
        _("The consent is not complete"),
        _(
            "Without these statements and purposes there is no registration. Nothing was kept. Ask the person anew, or leave it."
        ),
    ),
    "key_reused": Kind(
        422,
        _("The Idempotency-Key was used for another request"),
        _("Send the same request as before, or a new key."),
    ),
    "too_often": Kind(429, _("Too many requests"), _("Wait as many seconds as the header Retry-After says.")),
    "failed": Kind(
        500,
        _("Something went wrong on our side"),
        _("Send it again later, with the same Idempotency-Key: nothing is done twice."),
    ),
    "not_ready": Kind(
        503, _("The service cannot answer just now"), _("Send it again after the seconds in Retry-After.")
    ),
}


class Problem(Exception):
    """A problem to be told; `members` are extension members (RFC 9457 §3.2), `headers` go with the answer.

    A member that is a function is called when the reader's language is in force.
    """

    def __init__(self, kind: str, /, *, headers: Mapping[str, str] | None = None, **members: Any) -> None:
        super().__init__(kind)
        self.kind = kind
        self.headers = dict(headers or {})
        self.members = members


def address(code: str) -> str:
    """Return the address that explains a kind of problem."""
    return f"{settings.ORIGIN}/api/problems/{code}"


def language(request: HttpRequest) -> str:
    """Return the language in which the caller wants to read: of Accept-Language the first that we have."""
    for wanted, _quality in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        if (short := wanted.partition("-")[0]) in LANGUAGES:
            return short
    return LANGUAGES[0]


def tell(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a problem as the answer to a request."""
    kind, spoken = KINDS[problem.kind], language(request)
    with translation.override(spoken):
        body = {
            "type": address(problem.kind),
            "title": gettext(kind.title),
            "status": kind.status,
            "detail": gettext(kind.todo),
            **{name: told() if callable(told) else told for name, told in problem.members.items()},
        }
    response = HttpResponse(json.dumps(body, ensure_ascii=False), content_type=MEDIA, status=kind.status)
    response["Content-Language"] = spoken
    response["Vary"] = "Accept-Language"
    if kind.status == 401:  # noqa: PLR2004
        response["WWW-Authenticate"] = 'Bearer realm="derbes"'
    for name, value in problem.headers.items():
        response[name] = value
    return response


def explain(code: str) -> dict[str, Any] | None:
    """Return what a kind of problem means, in all languages; None when there is no such kind."""
    kind = KINDS.get(code)
    if kind is None:
        return None
    told: dict[str, Any] = {"type": address(code), "status": kind.status, "title": {}, "detail": {}}
    for spoken in LANGUAGES:
        with translation.override(spoken):
            told["title"][spoken] = gettext(kind.title)
            told["detail"][spoken] = gettext(kind.todo)
    return told
