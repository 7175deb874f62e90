"""What programs read: the journal's tree (C2SP tlog-tiles) and whether this installation is well."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from derbes.flows import installation
from derbes.flows import journal as flow

YEAR = 31536000


@require_safe
def journal(request: HttpRequest, name: str) -> HttpResponse:
    """The checkpoint, tiles, entry bundles and the verifier key, for anyone."""
    if name == "key":
        return HttpResponse(flow.key() + "\n", content_type="text/plain; charset=utf-8")
    found = flow.resource(name)
    if found is None:
        raise Http404
    response = HttpResponse(found.body, content_type=found.content_type)
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if found.immutable else "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The program that checks what is proved here: one file that needs nothing of ours."""
    program = settings.BASE_DIR / "verify" / "derbes_verify.py"
    response = HttpResponse(program.read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="derbes_verify.py"'
    return response


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether work can be done, and which part is not well. Without antivirus, mail, worker much can be done: 200."""
    well, parts = installation.ready(at=timezone.now())
    return JsonResponse(parts, status=200 if well else 503)
