"""What the state demands is data, and badly written data are refused."""

import dataclasses
from datetime import date, timedelta

import pytest

from derbes.law import norms
from derbes.law.norms import MARKS, NormError, citation

from .example import NORM_FILES, NORMS


def wrong(file, *swaps):
    text = NORM_FILES[file]
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new, 1)
    with pytest.raises(NormError) as caught:
        norms.parse({**NORM_FILES, file: text})
    return str(caught.value)


@pytest.mark.clause("6.1")
@pytest.mark.parametrize(
    ("key", "days", "unit", "cited"),
    [
        ("access_info", 3, "working", "395/НҚ p. 16"),
        ("rectify", 1, "working", "94-V art. 25(2)(8)"),
        ("block", 1, "working", "94-V art. 25(2)(8), 24(1)(3)"),
        ("withdraw", 15, "working", "94-V art. 8(7)"),
        ("automated_objection", 3, "working", "94-V art. 19-1(3)"),
        ("transfer_notice", 10, "working", "94-V art. 19(1)"),
        ("claim_consumer", 10, "calendar", "274-IV art. 42-4(2)"),
        ("claim_policy", 30, "working", "§6.2"),
    ],
)
def test_the_terms_of_the_law_are_there_with_their_norm(key, days, unit, cited):
    norm = NORMS.terms[key]
    assert (norm.days, norm.unit, citation(norm)) == (days, unit, cited)


def test_every_rule_names_an_act_with_edition_and_source_and_the_day_it_was_verified():
    rules = [
        *NORMS.terms.values(),
        *NORMS.retention.values(),
        *NORMS.disclosure.values(),
        *NORMS.limits.values(),
    ]
    for rule in (*rules, *NORMS.days_off.values()):
        act = NORMS.acts[rule.act]
        assert act.edition
        assert act.source
        assert rule.mark in MARKS
        assert date(2026, 11, 22) <= rule.verified


def test_recordings_are_kept_six_months_and_no_longer():
    recording = NORMS.retention["recording"]
    assert (recording.bound, recording.months, recording.since) == ("exactly", 6, "interaction")


def test_whoever_asks_for_secret_data_must_present_the_laws_document():
    assert "prosecutor's sanction" in NORMS.disclosure["criminal_prosecution"].documents
    assert NORMS.disclosure["representative"].documents == ("notarised power of attorney",)


def test_a_rule_holds_from_its_own_day_or_its_acts():
    size = NORMS.limits["subjects_small"]
    assert not NORMS.in_force(size, date(2026, 8, 24))
    assert NORMS.in_force(size, date(2026, 8, 25))
    withdraw = NORMS.terms["withdraw"]
    assert not NORMS.in_force(withdraw, date(2026, 1, 17))
    assert NORMS.in_force(withdraw, date(2026, 1, 18))


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "terms.toml",
            'unit     = "working"',
            'unit = "moons"',
            "terms.toml, [access_info], unit: moons is not known",
        ),
        ("terms.toml", 'mark     = "B"', 'mark = "Z"', "terms.toml, [access_info], mark: Z is not known"),
        (
            "terms.toml",
            'act      = "395/НҚ"',
            'act = "1-I"',
            "terms.toml, [access_info], act: 1-I is not known",
        ),
        ("terms.toml", "days     = 3", "", "terms.toml, [term.access_info], days: it is missing."),
        (
            "terms.toml",
            "verified = 2026-11-22",
            'verified = "then"',
            "verified: it must be a date such as 2026-11-22.",
        ),
        (
            "retention.toml",
            'bound    = "least"',
            'bound = "some"',
            "retention.toml, [site_user], bound: some is not known",
        ),
        (
            "acts.toml",
            'source         = "adilet Z1',
            'sauce = "adilet Z1',
            "acts.toml, [act.94-V], source: it is missing.",
        ),
        (
            "days_off/2026.toml",
            "2026-01-01",
            "2025-01-01",
            "days_off/2026.toml, off: 2025-01-01 is not of this year.",
        ),
        ("days_off/2024.toml", "[2024-05-04]", "[2024-05-03]", "worked: 2024-05-03 is no weekend day."),
        (
            "days_off/2026.toml",
            "    2026-01-01",
            '    "New Year"',
            "off: every item must be a date such as 2026-11-22.",
        ),
    ],
)
def test_a_norm_that_is_written_wrongly_is_refused_in_one_sentence(file, old, new, said):
    assert said in wrong(file, (old, new))


def test_a_missing_file_is_named():
    with pytest.raises(NormError, match=r"lack terms\.toml"):
        norms.parse({name: text for name, text in NORM_FILES.items() if name != "terms.toml"})


def test_a_rule_without_an_article_is_cited_by_its_act_alone():
    whole = dataclasses.replace(NORMS.terms["withdraw"], article="")
    assert citation(whole) == "94-V"
    assert NORMS.cite(NORMS.terms["withdraw"]) == "94-V art. 8(7)"


@pytest.mark.parametrize("place", ["rule", "act"])
def test_a_norm_holds_from_its_first_day_to_its_last(place):
    first, last, day = date(2026, 1, 1), date(2026, 6, 30), timedelta(days=1)
    bare = {"effective_from": None, "effective_to": None}
    within = {"effective_from": first, "effective_to": last}

    def holds(at, **changes):
        dates = within | changes
        rule = dataclasses.replace(NORMS.terms["withdraw"], **(dates if place == "rule" else bare))
        act = dataclasses.replace(NORMS.acts["94-V"], **(dates if place == "act" else bare))
        return dataclasses.replace(NORMS, acts={"94-V": act}).in_force(rule, at)

    assert [holds(at) for at in (first - day, first, last, last + day)] == [False, True, True, False]
    assert [holds(at, effective_from=None) for at in (date.min, last + day)] == [True, False]
    assert [holds(at, effective_to=None) for at in (first - day, date.max)] == [False, True]


def test_the_dates_of_a_rule_go_before_those_of_its_act():
    rule = dataclasses.replace(
        NORMS.terms["withdraw"], effective_from=date(2026, 2, 1), effective_to=date(2026, 3, 1)
    )
    act = dataclasses.replace(
        NORMS.acts["94-V"], effective_from=date(2025, 1, 1), effective_to=date(2027, 1, 1)
    )
    norms_of = dataclasses.replace(NORMS, acts={"94-V": act})
    assert not norms_of.in_force(rule, date(2026, 1, 31))
    assert not norms_of.in_force(rule, date(2026, 3, 2))
    assert norms_of.in_force(rule, date(2026, 2, 1))


@pytest.mark.parametrize(
    "file", ["terms.toml", "retention.toml", "disclosure.toml", "limits.toml", "days_off/2026.toml"]
)
def test_a_rule_of_an_unknown_act_is_refused_with_its_place(file):
    act = next(line for line in NORM_FILES[file].splitlines() if line.startswith("act"))
    said = wrong(file, (act, 'act = "0-X"'))
    assert f"{file}, [" in said
    assert "0-X is not known" in said
    if file.startswith("days_off"):
        assert f"{file}, []" in said


def test_what_nobody_knows_in_a_file_of_norms_is_refused():
    for file in NORM_FILES:
        with pytest.raises(NormError):
            norms.parse({**NORM_FILES, file: "soul = 1\n" + NORM_FILES[file]})


def test_a_year_has_a_note_only_when_one_is_written():
    year = NORM_FILES["days_off/2026.toml"]
    lines = [line for line in year.splitlines() if not line.startswith("note")]
    bare = norms.parse({**NORM_FILES, "days_off/2026.toml": "\n".join(lines)})
    assert bare.days_off[2026].note == ""
    noted = norms.parse({**NORM_FILES, "days_off/2026.toml": "\n".join(["note = 'said'", *lines])})
    assert noted.days_off[2026].note == "said"
    assert bare.days_off.keys() == NORMS.days_off.keys()
