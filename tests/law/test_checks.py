"""Madina may promise more than the law, never less."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.law import checks
from derbes.law.policy import parse
from derbes.law.vocabulary import Basis, Operation

from .example import (
    FILES,
    NORMS,
    POLICY,
    changed,
    varied,
    with_purpose,
    with_recipient,
    with_term,
    with_void,
)

BY_LAW = sorted(key for key, term in POLICY.terms.items() if NORMS.terms[term.keeps].act != "policy")
ASKED = sorted(key for key, purpose in POLICY.purposes.items() if purpose.basis is Basis.CONSENT)


def codes(policy=POLICY, files=FILES, previous=None, severity="refuse"):
    found = checks.check(policy, files, NORMS, previous)
    return {problem.code for problem in found if problem.severity == severity}


def codes_of(files):
    return codes(parse(files), files)


def test_nothing_stands_in_the_way_of_the_example():
    assert codes() == set()
    assert codes(severity="warn") == {"example"}


@pytest.mark.clause("6.1")
@given(st.sampled_from(BY_LAW), st.integers(1, 100), st.booleans())
def test_a_term_longer_than_its_norm_is_refused(key, more, working):
    days = POLICY.terms[key].days + more
    assert "term_weaker" in codes(with_term(key, days=days, working=working))


@given(st.sampled_from(BY_LAW), st.data())
def test_a_term_as_short_as_its_norm_or_shorter_is_accepted(key, data):
    days = data.draw(st.integers(1, POLICY.terms[key].days))
    assert "term_weaker" not in codes(with_term(key, days=days, working=data.draw(st.booleans())))


def test_a_longer_term_for_claims_is_the_operators_own_affair_but_is_pointed_out():
    policy = with_term("claim", days=31)
    assert "term_weaker" not in codes(policy)
    assert "term_weaker" in codes(policy, severity="warn")


def test_working_days_are_measured_by_the_longest_calendar_where_the_law_counts_calendar_days():
    assert "term_weaker" in codes(with_term("access", keeps="claim_consumer", days=10))
    assert "term_weaker" not in codes(with_term("claim", keeps="claim_consumer", days=10, working=False))
    assert "term_weaker" not in codes(with_term("claim", keeps="claim_consumer", days=3))


@pytest.mark.parametrize("key", BY_LAW)
def test_a_term_that_the_law_gives_cannot_be_left_out_or_hidden_behind_another(key):
    without = varied(terms={name: term for name, term in POLICY.terms.items() if name != key})
    assert "term_missing" in codes(without)
    assert codes(with_term(key, keeps="claim_policy")) & {"term_missing"}
    assert "term_without_norm" in codes(with_term(key, keeps="nothing"))


@given(st.sampled_from(ASKED), st.integers(0, 50), st.integers(0, 400))
def test_data_that_rest_on_consent_are_kept_no_longer_than_allowed(key, years, days):
    retention = dataclasses.replace(POLICY.purposes[key].retention, years=years, days=days)
    refused = codes(with_purpose(key, retention=retention))
    most = 30 if key == "verification" else 3 * 365
    assert ("kept_too_long" in refused) == (years * 365 + days > most)


def test_a_scan_goes_when_the_decision_is_made():
    retention = dataclasses.replace(POLICY.purposes["verification"].retention, since="service_end")
    assert "kept_from_elsewhere" in codes(with_purpose("verification", retention=retention))
    service = POLICY.purposes["service"]
    assert "kept_from_elsewhere" in codes(with_purpose("service", data=service.data | {"id_document"}))


def test_less_than_the_three_years_of_the_policy_is_pointed_out():
    retention = dataclasses.replace(POLICY.purposes["service"].retention, years=2)
    assert "kept_too_short" in codes(with_purpose("service", retention=retention), severity="warn")


@pytest.mark.clause("2.2.4")
@pytest.mark.parametrize("key", ["advertising", "research", "quality", "personalisation"])
def test_what_is_a_choice_cannot_be_made_a_condition(key):
    assert "purpose_forced" in codes(with_purpose(key, needed=True))
    assert "purpose_forced" in codes(with_purpose(key, basis=Basis.LAW))
    assert "required_by_choice" in codes(with_purpose(key, required=POLICY.purposes[key].data))


@pytest.mark.clause("2.2.5")
def test_research_without_depersonalising_is_refused():
    assert "research_personal" in codes(with_purpose("research", operations=frozenset({Operation.USE})))


@pytest.mark.clause("2.1")
@pytest.mark.clause("3.8")
def test_a_field_that_no_purpose_needs_cannot_be_in_the_policy():
    without = {
        key: dataclasses.replace(purpose, data=purpose.data - {"phone_home"}, required=purpose.required)
        for key, purpose in POLICY.purposes.items()
        if key != "rights"
    }
    policy = varied(purposes={**without, "rights": POLICY.purposes["rights"]})
    assert "field_without_purpose" in codes(policy)


def test_a_person_may_see_every_field_of_theirs():
    rights = POLICY.purposes["rights"]
    assert "field_without_rights" in codes(with_purpose("rights", data=rights.data - {"iin"}))


def test_a_recipient_abroad_and_a_transfer_to_nobody_are_pointed_out():
    assert "recipient_abroad" in codes(with_recipient("insurer", country="DE"), severity="warn")
    nobody = with_recipient("mobile_operator", purposes=frozenset())
    assert "transfer_to_nobody" in codes(nobody, severity="warn")


@pytest.mark.clause("5.1")
@pytest.mark.parametrize(
    "thing",
    [
        "operator.name",
        "operator.bin",
        "consent.terms",
        "consent.transfer",
        "consent.cross_border",
        "consent.publication",
        "consent.data",
        "consent.other",
    ],
)
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_consent_that_lacks_one_of_the_eight_things_is_refused(thing, language):
    assert "consent_incomplete" in codes_of(changed(f"consent/{language}.md", (f"{{{{ {thing} }}}}", "—")))


def test_a_consent_that_does_not_name_the_subject_is_refused():
    named = "{{ subject.name }}"
    files = changed("consent/ru.md", (named, "я"), (named, "я"))
    assert "consent_incomplete" in codes_of(files)


@pytest.mark.clause("5.2")
@pytest.mark.parametrize(
    "anchor", ["act.transfer", "act.cross_border", "act.publication", "purpose.advertising"]
)
def test_each_purpose_and_each_act_has_a_consent_of_its_own(anchor):
    assert "consent_missing" in codes_of(changed("consent/kk.md", (f"{{#{anchor}}}", "{#gone}")))


@pytest.mark.parametrize("name", ["purpose.data", "purpose.operations", "purpose.term"])
def test_a_consent_draws_its_data_and_term_from_the_policy(name):
    assert "consent_incomplete" in codes_of(changed("consent/ru.md", (f"{{{{ {name} }}}}", "…")))


@pytest.mark.parametrize("name", ["kk.md", "ru.md", "consent/kk.md", "consent/ru.md"])
def test_kazakh_and_russian_are_obligatory(name):
    files = {key: text for key, text in FILES.items() if key != name}
    assert "text_missing" in codes(POLICY, files)


def test_english_may_be_left_out_altogether():
    files = {key: text for key, text in FILES.items() if "en.md" not in key}
    assert codes(POLICY, files) == set()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_language_has_the_same_clauses(language):
    assert "clause_not_in_text" in codes_of(changed(f"{language}.md", ("{#3.4}", "")))
    assert "clause_not_in_policy" in codes_of(changed(f"{language}.md", ("3.4. {#3.4}", "3.44. {#3.44}")))
    assert "text_wrong" in codes_of(changed(f"{language}.md", ("3.4. {#3.4}", "3.3. {#3.3}")))
    swapped = (("6.3. {#6.3}", "6.9. {#6.9}"), ("6.4. {#6.4}", "6.3. {#6.3}"), ("6.9. {#6.9}", "6.4. {#6.4}"))
    assert codes_of(changed(f"{language}.md", *swapped)) == {"clause_out_of_order"}


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("kk", "60 жұмыс күні ішінде"),
        ("kk", "60 (алпыс) жұмыс күні"),
        ("ru", "60 рабочих дней"),
        ("ru", "5 лет"),
        ("en", "60 working days"),
    ],
)
def test_a_text_cannot_promise_a_number_of_its_own(language, written):
    assert "number_in_text" in codes_of(changed(f"{language}.md", ("{{ terms.claim.within }}", written)))


def test_a_placeholder_that_nothing_fills_is_refused():
    assert "text_wrong" in codes_of(
        changed("kk.md", ("{{ terms.claim.within }}", "{{ terms.claims.within }}"))
    )
    assert "text_wrong" in codes_of(changed("consent/kk.md", ("{{ edition.date }}", "{{ edition.data }}")))


def test_a_real_operator_must_say_who_they_are():
    real = changed("policy.toml", ("example         = true", "example = false"))
    found = [p for p in checks.check(parse(real), real, NORMS) if p.code == "operator_incomplete"]
    assert {problem.params["key"] for problem in found} == {"bin", "register_number", "phone", "address"}
    filled = changed(
        "policy.toml",
        ("example         = true", "example = false"),
        ('bin             = ""', 'bin = "210140000010"'),
    )
    assert "operator_bin" in codes_of(filled)


@pytest.mark.clause("6.4")
def test_a_void_clause_stops_what_rests_on_it_alone_but_not_what_the_law_orders():
    assert "void_purpose" in codes(with_void("2.2.4"), severity="warn")
    assert codes(with_void("2.2.4")) == set()
    assert "void_law" in codes(with_void("6.1"))


def test_an_enforced_clause_names_its_norm():
    clause = dataclasses.replace(POLICY.clauses["5.1"], norm="")
    assert "clause_without_norm" in codes(varied(clauses={**POLICY.clauses, "5.1": clause}))


@pytest.mark.clause("6.5")
@pytest.mark.parametrize(
    ("edition", "refused"), [("2026-11-22", True), ("2026-11-21", True), ("2026-11-22.2", False)]
)
def test_an_edition_comes_after_the_one_in_force(edition, refused):
    assert ("edition_not_later" in codes(varied(edition=edition), previous=POLICY)) == refused


def test_a_clause_that_people_have_cited_does_not_vanish_unseen():
    previous = varied(edition="2026-01-01", clauses={**POLICY.clauses, "6.8": POLICY.clauses["6.7"]})
    assert "clause_gone" in codes(previous=previous, severity="warn")


def test_a_problem_is_a_whole_sentence_with_its_clause_and_norm():
    (problem,) = [
        p for p in checks.check(with_term("withdraw", days=20), FILES, NORMS) if p.severity == "refuse"
    ]
    assert problem.sentence == "The term withdraw is 20 days, but no more than 15 working days are allowed."
    assert (problem.clause, problem.norm) == ("5", "94-V art. 8(7)")
    assert checks.already_published("2026-11-22").severity == "refuse"
