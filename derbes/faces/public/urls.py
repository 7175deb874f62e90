"""Addresses of the public face. Each story has its own group; put a new one under its heading."""

from django.urls import include, path, register_converter

from derbes.faces.public import acts, appeal, feedback, leaving, ledger, pages, policy, signing

app_name = "public"


class EditionName:
    """An edition's name: its date, and a number when the day has several."""

    regex = r"\d{4}-\d{2}-\d{2}(?:\.[1-9]\d?)?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ClauseNumber(EditionName):
    """A clause's number at any depth."""

    regex = r"\d{1,3}(?:\.\d{1,3}){0,3}"


register_converter(EditionName, "edition")
register_converter(ClauseNumber, "clause")

urlpatterns = [
    # what is asked for most, first: addresses are tried in their order
    path("", pages.home, name="home"),
    path("policy", policy.in_force, name="policy"),
    path("", include("derbes.faces.public.registration.urls")),
    # the policy
    path("policy.jsonld", policy.for_programs, name="policy_jsonld"),
    path("policy.atom", policy.feed, name="policy_atom"),
    path("policy/editions/", policy.editions, name="editions"),
    path("policy/diff", policy.choose_difference, name="choose_difference"),
    path("policy/diff/<edition:old>/<edition:new>", policy.difference, name="difference"),
    path("policy/<edition:edition>/", policy.one_edition, name="edition"),
    path("policy/<edition:edition>/signed.json", policy.signed, name="signed"),
    path("policy/<edition:edition>/policy.pdf", policy.on_paper, name="paper"),
    path("policy/<edition:edition>/<clause:clause>", policy.clause, name="clause"),
    path("glossary", pages.glossary, name="glossary"),
    path("accessibility", pages.accessibility, name="accessibility"),
    path("leave", leaving.leave, name="leave"),
    path("journal", ledger.journal, name="journal"),
    path("act", acts.page, name="act"),
    path("act/act.pdf", acts.on_paper, name="act_pdf"),
    # feedback, appeals, signing in
    path("feedback", feedback.feedback, name="feedback"),
    path("feedback/sent", feedback.sent, name="feedback_sent"),
    path("appeal", appeal.page, name="appeal"),
    path("appeal/find", appeal.find, name="appeal_find"),
    path("appeal/code", appeal.code, name="appeal_code"),
    path("appeal/file", appeal.file, name="appeal_file"),
    path("appeal/letter.pdf", appeal.letter, name="appeal_letter"),
    path("appeal/back", appeal.take_back, name="appeal_back"),
    path("appeal/export", appeal.export, name="appeal_export"),
    path("sign-in", signing.sign_in, name="sign_in"),
    path("sign-in/code", signing.code, name="sign_in_code"),
    path("sign-out", signing.sign_out, name="sign_out"),
]
