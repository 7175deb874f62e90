"""What people read: the clauses, their numbers, and what changed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derbes.law import text
from derbes.law.text import TextError

from .example import FILES, LANGUAGES, POLICY, with_term


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_has_every_clause_once_and_in_order(language):
    found = text.clauses(text.render(FILES[f"{language}.md"], POLICY, language))
    assert [clause.number for clause in found] == ["", *POLICY.clauses]
    assert found[0].heading
    assert all(clause.markdown or clause.heading for clause in found)
    assert [clause.number for clause in found if clause.heading and clause.number] == [
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_of_days_or_years_is_written_by_hand(language):
    assert not re.search(r"\d+ (жұмыс|күн|жыл|рабоч|д[не]|лет|год|working|day|year)", FILES[f"{language}.md"])


@pytest.mark.clause("6.1")
def test_a_text_says_what_the_data_say():
    assert "30 working days" in text.render(FILES["en.md"], POLICY, "en")
    changed = text.render(FILES["en.md"], with_term("claim", days=20), "en")
    assert "20 working days" in changed
    assert "30 working days" not in changed
    assert "within 10 calendar days" in text.render(
        FILES["en.md"], with_term("claim", days=10, working=False), "en"
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "в течение 1 рабочего дня"),
        (2, "в течение 2 рабочих дней"),
        (11, "11 рабочих дней"),
        (21, "21 рабочего дня"),
    ],
)
def test_russian_bends_its_days(days, said):
    assert said in text.render("{{ terms.claim.within }}", with_term("claim", days=days), "ru")


def test_kazakh_leaves_the_noun_alone_after_a_number():
    assert text.render("{{ terms.claim.within }}", POLICY, "kk") == "30 жұмыс күні ішінде"
    assert text.render("{{ terms.claim.working_days }}", POLICY, "kk") == "30"


@pytest.mark.parametrize(
    "unknown",
    [
        "{{ terms.claim.calendar_days }}",  # it is a term in working days
        "{{ terms.nothing.days }}",
        "{{ terms.claim }}",
        "{{ data.soul }}",
        "{{ operator.secret }}",
        "{{ list.everything }}",
        "{{ retention.service.months }}",
        "{{ Terms.claim.days }}",
        "{{ terms.claim.days + 1 }}",
        "{{}}",
        "{{ edition.name }}",
    ],
)
def test_a_placeholder_that_nothing_fills_is_refused(unknown):
    with pytest.raises(TextError):
        text.render(f"before {unknown} after", POLICY, "kk")


def test_a_caller_may_fill_a_placeholder_and_a_label_bends_into_a_sentence():
    assert text.render("{{ subject.name }}", POLICY, "kk", {"subject.name": "Әлия"}) == "Әлия"
    assert text.render("{{ data.user_agent|lower }}", POLICY, "ru") == "сведения о браузере"
    assert text.render("{{ data.ip_address | lower }}", POLICY, "ru") == "IP-адрес"


def test_an_operator_who_is_not_known_is_not_invented():
    assert "(оператор толтырады)" in text.render("БСН {{ operator.bin }}", POLICY, "kk")


def test_a_clause_that_stands_twice_is_refused():
    with pytest.raises(TextError, match=r"1\.1 stands twice"):
        text.clauses("1.1. {#1.1} a\n\n1.1. {#1.1} b")


def test_bullets_and_paragraphs_stay_with_their_clause():
    found = text.clauses("# Title\n\nIntro.\n\n## 1. Head {#1}\n\nOne.\n\n1.1. {#1.1} Two:\n\n- a;\n- b.\n")
    assert [(c.number, c.heading, c.markdown) for c in found] == [
        ("", "Title", "Intro."),
        ("1", "Head", "One."),
        ("1.1", "", "Two:\n\n- a;\n- b."),
    ]


@pytest.mark.clause("6.5")
def test_two_editions_differ_clause_by_clause_and_word_by_word():
    old = "1.1. {#1.1} The answer comes in 30 days.\n\n1.2. {#1.2} Same.\n\n1.3. {#1.3} Gone."
    new = "1.1. {#1.1} The answer comes in 20 days.\n\n1.2. {#1.2} Same.\n\n1.10. {#1.10} Fresh."
    changes = {change.number: change for change in text.diff(old, new)}
    assert list(changes) == ["", "1.1", "1.2", "1.3", "1.10"]
    assert {number: change.kind for number, change in changes.items() if number} == {
        "1.1": "changed",
        "1.2": "same",
        "1.3": "removed",
        "1.10": "added",
    }
    assert [(piece.kind, piece.text) for piece in changes["1.1"].pieces] == [
        ("same", "The answer comes in "),
        ("removed", "30"),
        ("added", "20"),
        ("same", " days."),
    ]


WORDS = st.lists(st.sampled_from(["дерек", "күн", "30", "және", "(", ")", "—", "."]), max_size=20).map(
    " ".join
)


@given(WORDS, WORDS)
def test_the_pieces_of_a_difference_make_up_both_editions(one, other):
    old, new = (f"1.1. {{#1.1}} {words}" for words in (one, other))
    before, after = (text.clauses(whole)[1].markdown for whole in (old, new))
    pieces = text.diff(old, new)[1].pieces
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_edition_does_not_differ_from_itself(language):
    rendered = text.render(FILES[f"{language}.md"], POLICY, language)
    assert {change.kind for change in text.diff(rendered, rendered)} == {"same"}
