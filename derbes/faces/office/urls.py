"""Addresses of the office. Numbers of matters and opaque ids are all that they hold.

The names of signing in are django-allauth's and stand outside of the namespace, since it looks them up.
"""

from django.urls import include, path

from derbes.faces.office import (
    agreements,
    answering,
    calendars,
    corrections,
    endings,
    entering,
    home,
    incident_people,
    incidents,
    journal,
    letters,
    policies,
    punctuality,
    registrations,
    retention,
    staff,
    subjects,
    tokens,
)

pages = [
    path("", home.home, name="home"),
    # registrations
    path("registrations", registrations.queue, name="registrations"),
    path("registrations/<str:number>", registrations.case, name="registration"),
    path("registrations/<str:number>/take", registrations.take, name="take"),
    path("registrations/<str:number>/open", registrations.read, name="read"),
    path("registrations/<str:number>/scan", registrations.scan, name="scan"),
    path("registrations/<str:number>/verify", registrations.verify, name="verify"),
    path("registrations/<str:number>/ask", registrations.ask, name="ask"),
    path("registrations/<str:number>/refuse", registrations.refuse, name="refuse"),
    # changes on a document
    path("corrections", corrections.queue, name="corrections"),
    path("corrections/<str:number>", corrections.case, name="correction"),
    path("corrections/<str:number>/take", corrections.take, name="take_correction"),
    path("corrections/<str:number>/open", corrections.compare, name="compare"),
    path("corrections/<str:number>/scan", corrections.scan, name="scan_of_correction"),
    path("corrections/<str:number>/accept", corrections.accept, name="accept_correction"),
    path("corrections/<str:number>/refuse", corrections.refuse, name="refuse_correction"),
    # appeals, their calendar, and how punctual we were
    path("messages", letters.queue, name="messages"),
    path("messages/enter", answering.receive, name="receive_message"),
    path("messages/<str:number>", letters.letter, name="message"),
    path("messages/<str:number>/take", letters.take, name="take_message"),
    path("messages/<str:number>/open", letters.read, name="read_message"),
    path("messages/<str:number>/file", letters.file, name="file_of_message"),
    path("messages/<str:number>/answer", answering.answer, name="answer_message"),
    path("messages/<str:number>/letter.pdf", letters.on_paper, name="letter_pdf"),
    path("messages/<str:number>/<slug:deed>", letters.act, name="act_on_message"),
    path("calendar", calendars.page, name="calendar"),
    path("punctuality", punctuality.page, name="punctuality"),
    # the life of a person's data
    path("subjects", subjects.find, name="subjects"),
    path("subjects/<uuid:subject>", subjects.one, name="subject"),
    path("subjects/<uuid:subject>/block", subjects.block, name="block"),
    path("subjects/<uuid:subject>/lift", subjects.lift, name="lift"),
    path("subjects/<uuid:subject>/hold", subjects.hold, name="hold"),
    path("subjects/<uuid:subject>/holds/<uuid:hold>/release", subjects.release, name="release"),
    path("subjects/<uuid:subject>/agreements", agreements.begin, name="begin"),
    path("subjects/<uuid:subject>/agreements/<uuid:agreement>/end", agreements.end, name="end"),
    path("subjects/<uuid:subject>/agreements/<uuid:agreement>/owed", agreements.owed, name="owed"),
    path("subjects/<uuid:subject>/died", endings.died, name="died"),
    path("subjects/<uuid:subject>/unlawful", endings.unlawful, name="unlawful"),
    # terms, and acts
    path("retention", retention.page, name="retention"),
    path("retention/approve", retention.approve, name="approve_terms"),
    path("retention/run", retention.run, name="run_terms"),
    path("retention/acts", retention.register, name="acts"),
    path("retention/acts/<str:number>", retention.act, name="act"),
    path("retention/acts/<str:number>/act.pdf", retention.on_paper, name="act_pdf"),
    # breaches
    path("breaches", incidents.listing, name="incidents"),
    path("breaches/enter", incidents.enter, name="enter_incident"),
    path("breaches/<str:number>", incidents.one, name="incident"),
    path("breaches/<str:number>/describe", incidents.describe, name="describe_incident"),
    path("breaches/<str:number>/search", incident_people.look_for, name="search_affected"),
    path("breaches/<str:number>/name", incident_people.name, name="name_affected"),
    path("breaches/<str:number>/list", incident_people.for_authority, name="list_affected"),
    path("breaches/<str:number>/letter/<str:language>", incidents.letter, name="incident_letter"),
    path("breaches/<str:number>/letter/<str:language>/letter.pdf", incidents.on_paper, name="incident_pdf"),
    path("breaches/<str:number>/told", incidents.told, name="authority_told"),
    path("breaches/<str:number>/tell", incidents.tell, name="tell_people"),
    path("breaches/<str:number>/close", incidents.close, name="close_incident"),
    # the policy
    path("policy", policies.drafts, name="policy"),
    path("policy/preview", policies.preview, name="preview"),
    # the journal
    path("journal", journal.listing, name="journal"),
    path("journal/check", journal.check, name="check_journal"),
    # the staff
    path("tokens", tokens.listing, name="tokens"),
    path("tokens/issue", tokens.issue, name="issue"),
    path("tokens/<slug:code>/withdraw", tokens.withdraw, name="withdraw_token"),
    path("staff", staff.listing, name="staff"),
    path("staff/employ", staff.employ, name="employ"),
    path("staff/<str:code>/dismiss", staff.dismiss, name="dismiss"),
    path("staff/<str:code>/renew", staff.renew, name="renew"),
]

signing = [
    path("sign-in", entering.SignIn.as_view(), name="account_login"),
    path("sign-in/second", entering.SecondFactor.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey", entering.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("sign-out", entering.SignOut.as_view(), name="account_logout"),
    path("account/again", entering.Again.as_view(), name="account_reauthenticate"),
    path("account/closed", entering.Closed.as_view(), name="account_inactive"),
    path("account/password", entering.ChangePassword.as_view(), name="account_change_password"),
    path("account", entering.Factors.as_view(), name="mfa_index"),
    path("account/app", entering.AddApp.as_view(), name="mfa_activate_totp"),
    path("account/app/remove", entering.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("account/codes", entering.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("account/codes/new", entering.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("account/passkeys/add", entering.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove", entering.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
]

urlpatterns = [path("", include((pages, "office"))), *signing]
