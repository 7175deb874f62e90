"""Every address. Kazakh has no prefix; Russian and English have theirs, so no cookie is needed to know the language."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from derbes.faces.public import machine

urlpatterns = [
    path("journal/<path:name>", machine.journal, name="journal-resource"),
    path("verify/derbes_verify.py", machine.verifier, name="verifier"),
    path("healthz", machine.healthz, name="healthz"),
    path("readyz", machine.readyz, name="readyz"),
    *i18n_patterns(
        path("", include("derbes.faces.public.urls")),
        path("cabinet/", include("derbes.faces.cabinet.urls")),
        path("office/", include("derbes.faces.office.urls")),
        prefix_default_language=False,
    ),
    path("", include("derbes.faces.api.urls")),  # last: its door finds what is there by itself
]

handler400 = "derbes.faces.public.errors.bad_request"
handler403 = "derbes.faces.public.errors.forbidden"
handler404 = "derbes.faces.public.errors.not_found"
handler429 = "derbes.faces.public.errors.too_many"
handler500 = "derbes.faces.public.errors.failed"
