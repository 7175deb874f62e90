"""Addresses of registration. None holds anything of a person but the opaque number of a scan."""

from django.urls import path

from derbes.faces.public.registration import confirming, consent, details, documents, sending, tasks

urlpatterns = [
    path("register", consent.start, name="register"),
    path("register/consent", consent.consent, name="consent"),
    path("without-consent", consent.without, name="without_consent"),
    path("register/tasks", tasks.tasks, name="tasks"),
    path("register/details/<slug:category>", details.details, name="details"),
    path("register/details/<slug:category>/read-back", details.read_back, name="read_back"),
    path("register/confirm/<slug:field>", confirming.confirm, name="confirm"),
    path("register/documents/<slug:kind>", documents.documents, name="documents"),
    path("register/documents/<slug:kind>/<uuid:scan>/preview", documents.preview, name="scan_preview"),
    path("register/documents/<slug:kind>/<uuid:scan>/remove", documents.remove, name="scan_remove"),
    path("register/check", sending.check, name="check"),
    path("register/sent", sending.sent, name="sent"),
    path("register/discard", sending.discard, name="discard"),
    path("register/discarded", sending.discarded, name="discarded"),
]
