"""Addresses of the cabinet. None holds anything of a person but opaque numbers."""

from django.urls import path

from derbes.faces.cabinet import (
    access,
    appeals,
    consents,
    correction,
    data,
    destroying,
    home,
    life,
    looks,
    passkeys,
    receipts,
    sessions,
)

app_name = "cabinet"

urlpatterns = [
    path("", home.home, name="home"),
    # my data
    path("data", data.mine, name="data"),
    path("data/scans/<uuid:scan>", data.scan, name="scan"),
    path("data/scans/<uuid:scan>/preview", data.preview, name="preview"),
    path("data/change", correction.change, name="change"),
    path("data/change/contact/<slug:field>", correction.contact, name="new_contact"),
    path("data/change/document", correction.document, name="change_document"),
    path("data/change/<str:number>", correction.one, name="correction"),
    path("data/changes", correction.changes, name="changes"),
    path("data/right", correction.right, name="still_right"),
    path("export", access.page, name="access"),
    # what happens to it
    path("life", life.page, name="life"),
    path("life/block", life.block, name="block"),
    path("life/unblock", life.unblock, name="unblock"),
    path("life/leave", life.leave, name="leave"),
    path("life/destroy", destroying.before, name="destroy"),
    path("life/destroy/code", destroying.by_code, name="destroy_code"),
    # my consents
    path("consents", consents.all_of_them, name="consents"),
    path("consents/words", receipts.words, name="words"),
    path("consents/<slug:purpose>", consents.one, name="consent"),
    path("consents/<slug:purpose>/<slug:act>", consents.one, name="consent_to_act"),
    path("receipts/<uuid:occasion>", receipts.receipt, name="receipt"),
    path("receipts/<uuid:occasion>/receipt.json", receipts.for_programs, name="receipt_json"),
    path("receipts/<uuid:occasion>/receipt.pdf", receipts.on_paper, name="receipt_pdf"),
    # my appeals
    path("appeals", appeals.listing, name="appeals"),
    path("appeals/<str:number>", appeals.one, name="appeal"),
    path("appeals/<str:number>/file", appeals.file, name="appeal_file"),
    path("appeals/<str:number>/letter.pdf", appeals.letter, name="appeal_letter"),
    path("appeals/<str:number>/back", appeals.take_back, name="appeal_back"),
    # who looked
    path("looks", looks.page, name="looks"),
    path("looks/history.json", looks.history, name="history"),
    path("looks/usage.json", looks.usage, name="usage"),
    # signing in
    path("sessions", sessions.page, name="sessions"),
    path("sessions/end", sessions.end, name="end_session"),
    path("sessions/end-others", sessions.end_others, name="end_other_sessions"),
    path("passkeys", passkeys.page, name="passkeys"),
    path("passkeys/add", passkeys.add, name="add_passkey"),
    path("passkeys/<int:number>/name", passkeys.name, name="name_passkey"),
    path("passkeys/<int:number>/remove", passkeys.remove, name="remove_passkey"),
    path("passkeys/sign-in", passkeys.sign_in, name="passkey_sign_in"),
]
