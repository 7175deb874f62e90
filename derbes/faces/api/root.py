"""The API as a whole, and its description (OpenAPI 3.1): the contract with those who write programs.

What always holds: each operation says which scope it takes and which problems it can answer with.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from derbes.faces.api import bodies, consents, people
from derbes.faces.api.calls import Json, WithToken
from derbes.faces.api.door import failed
from derbes.faces.api.problems import KINDS, MEDIA, tell
from derbes.faces.api.wrong import problem_of

#: What any operation can answer with, and what only some can.
ALWAYS = (400, 401, 403, 429, 500, 503)
WITH_BODY, ABOUT_SOMEBODY = (413, 415, 422), (404,)
SOMETIMES = {"unblock": (409,), "destroy": (409,), "offer": (422,)}
UNCHANGED = {"edition": "The edition that you have is in force still (If-None-Match)"}
#: Operations that need no key: they change nothing but the journal.
REPEATABLE = frozenset({"find", "read"})

ABOUT = """\
What the office can do to a person's data, for the operator's other programs. Every call goes through the policy:
what no clause permits is refused with the clause. docs/api.md is the guide.
"""
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A key of your own for this request: sent again with it, the deed is done once and the answer given again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


class Api(NinjaAPI):
    """The API. Whatever goes wrong is a problem (RFC 9457)."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Tell what went wrong."""
        problem = problem_of(exc)
        return failed(request, exc) if problem is None else tell(request, problem)

    def get_openapi_schema(self, **_: Any) -> OpenAPISchema:
        """Return the description of all operations, with what each may answer."""
        schema = super().get_openapi_schema(path_prefix="/api/")
        details = bodies.ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        defined = schema["components"]["schemas"]
        defined.update(details.pop("$defs", {}))
        defined["ProblemDetails"] = details
        schema["components"]["responses"] = {
            f"Problem{code}": _answer(code) for code in sorted({kind.status for kind in KINDS.values()})
        }
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _describe(operation, method, self._scope(operation["operationId"]))
        return schema

    def _scope(self, operation_id: str) -> str:
        return next(
            callback.scope
            for bound in self._get_bound_routers()
            for view in bound.path_operations.values()
            for operation in view.operations
            if operation.operation_id == operation_id
            for callback in operation.auth_callbacks
            if isinstance(callback, WithToken)
        )


def _answer(code: int) -> dict[str, Any]:
    """One status with which problems are told."""
    titles = [kind.title for kind in KINDS.values() if kind.status == code]
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {"description": "; or ".join(titles), "content": {MEDIA: {"schema": schema}}}


def _describe(operation: dict[str, Any], method: str, scope: str) -> None:
    """Add to an operation what ninja does not know: scope, key, problems."""
    name = operation["operationId"]
    operation["x-scope"] = scope
    somebody = any(each["name"] == "subject" for each in operation["parameters"])
    body = "requestBody" in operation
    codes = {
        *ALWAYS,
        *(WITH_BODY if body else ()),
        *(ABOUT_SOMEBODY if somebody else ()),
        *SOMETIMES.get(name, ()),
    }
    if method == "post" and name not in REPEATABLE:
        operation["parameters"].append(_KEY)
    if name in UNCHANGED:
        operation["responses"]["304"] = {"description": UNCHANGED[name]}
    for code in sorted(codes):
        operation["responses"][str(code)] = {"$ref": f"#/components/responses/Problem{code}"}


api = Api(
    title="Derbes",
    version="1.0.0",
    description=ABOUT,
    urls_namespace="api",
    docs_url="docs",
    openapi_url="openapi.json",
    parser=Json(),
)
api.add_router("v1/policy", consents.policy)
api.add_router("v1/people", people.router)
api.add_router("v1/people", consents.router)
