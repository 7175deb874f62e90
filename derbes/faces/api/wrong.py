"""What the stories raise, as problems. Where something is wrong is told by names of ours alone, never by what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.db import OperationalError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel

from derbes.faces import mistakes, refusals
from derbes.faces.api import bodies
from derbes.faces.api.problems import Problem
from derbes.flows import callers, consent, destruction, gate, publication, registration
from derbes.law.identifiers import Malformed
from derbes.law.lifecycle import NoSuchStep
from derbes.law.permission import Powerless, Refused

#: What is wrong with a part of a request, by the kinds of pydantic; all else is `form`.
SENTENCES: Mapping[str, str] = {
    "missing": _("This is missing."),
    "extra_forbidden": _("There is something here that the schema does not have. Send only what it has."),
    "literal_error": _("It can only be one of: %(expected)s."),
    "too_long": _("There are more than %(max_length)s of them."),
    "too_short": _("There are fewer than %(min_length)s of them."),
    "string_too_long": _("It is longer than %(max_length)s characters."),
    "string_too_short": _("It is shorter than %(min_length)s characters."),
    "ahead": _("This moment must be ahead, with an offset from UTC."),
    "form": _("It does not have the form that the schema says."),
}

_NAMES = frozenset(
    name
    for model in vars(bodies).values()
    if isinstance(model, type) and issubclass(model, BaseModel)
    for name in model.model_fields
)
_PLACES = frozenset({"query", "path", "header"})

Told = Callable[[Any], Problem]


def problem_of(failure: Exception) -> Problem | None:
    """Return the problem that an exception is, or None when it is a mistake of ours."""
    for kinds, told in _TOLD:
        if isinstance(failure, kinds):
            return told(failure)
    return None


def mistake(pointer: str, code: str, **params: object) -> dict[str, str]:
    """Return one thing that is wrong, in the language in force."""
    sentence = SENTENCES.get(code, SENTENCES["form"])
    return {
        "pointer": pointer,
        "code": code if code in SENTENCES else "form",
        "detail": gettext(sentence) % params,
    }


def _invalid(failure: ValidationError) -> Problem:
    return Problem("invalid", errors=lambda: [_mistake(error) for error in failure.errors[:50]])


def _mistake(error: Mapping[str, Any]) -> dict[str, str]:
    return mistake(_pointer(error["loc"]), error["type"], **(error.get("ctx") or {}))


def _pointer(where: Iterable[str | int]) -> str:
    """The place, as far as it consists of names of ours and of numbers."""
    place, *rest = where
    steps = [str(place)] if place in _PLACES else []
    for one in rest:
        if isinstance(one, str) and one not in _NAMES:
            if one == "body" and not steps:
                continue
            break
        steps.append(str(one))
    return "#/" + "/".join(steps) if steps else "#"


def _illformed(failure: registration.Illformed) -> Problem:
    return Problem(
        "invalid",
        errors=lambda: [
            {"pointer": f"#/values/{name}", "code": wrong.code, "detail": mistakes.malformed(wrong)}
            for name, wrong in sorted(failure.errors.items())
        ],
    )


def _malformed(failure: Malformed) -> Problem:
    return Problem(
        "invalid",
        errors=lambda: [{"pointer": "#/value", "code": failure.code, "detail": mistakes.malformed(failure)}],
    )


def _refused(refusal: Refused) -> Problem:
    members: dict[str, Any] = {"code": refusal.code, "clause": refusal.clause}
    if refusal.norm:
        members["norm"] = refusal.norm
    return Problem("refused", detail=lambda: refusals.to_staff(refusal.code), **members)


def _not_agreed(failure: registration.NotAgreed) -> Problem:
    return Problem(
        "not_agreed",
        statements=sorted(failure.statements),
        purposes=sorted(failure.purposes),
        clause="5.1",
    )


_WAIT = {"Retry-After": "1"}
_TOLD: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Told], ...] = (
    (Problem, lambda problem: problem),
    (ValidationError, _invalid),
    (AuthenticationError, lambda _: Problem("token_missing")),
    (HttpError, lambda _: Problem("body_unreadable")),
    (RequestDataTooBig, lambda _: Problem("too_large")),
    (callers.Unrecognised, lambda one: Problem(f"token_{one.code}")),
    (callers.TooOften, lambda one: Problem("too_often", headers={"Retry-After": str(one.seconds)})),
    (callers.OtherRequest, lambda _: Problem("key_reused")),
    (Refused, _refused),
    (Powerless, lambda one: Problem("power_missing", power=one.power, clause=one.clause)),
    (registration.Illformed, _illformed),
    (Malformed, _malformed),
    (registration.NotAgreed, _not_agreed),
    (destruction.NotNow, lambda one: Problem("not_now", ground=one.ground, norm=one.norm)),
    (NoSuchStep, lambda _: Problem("not_now", ground="no_such_step")),
    (
        (consent.Unplaced, publication.NothingPublished, OperationalError),
        lambda _: Problem("not_ready", headers=_WAIT),
    ),
    (ObjectDoesNotExist, lambda _: Problem("receipt_unknown")),
    (gate.Unknown, lambda _: Problem("person_unknown")),
)
