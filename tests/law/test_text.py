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


def test_the_names_of_placeholders_are_told_and_braces_of_another_shape_as_they_stand():
    found = text.placeholders("{{ operator.name }} a {{data.iin|lower}} {{ Terms }} {{}} { x }")
    assert found == ("operator.name", "data.iin", "{{ Terms }}", "{{}}")


def test_braces_of_another_shape_can_be_filled_by_the_caller_alone():
    assert text.render("{{ A b }}!", POLICY, "en", {"{{ A b }}": "X"}) == "X!"
    with pytest.raises(TextError, match=r"nothing for the placeholder \{\{ A b \}\}"):
        text.render("{{ A b }}", POLICY, "en", {"A b": "X"})
    assert text.render("{{ subject.name }}", POLICY, "en", {"subject.name": ""}) == ""
    assert text.render("{{ edition.date | lower }}", POLICY, "en", {"edition.date": "Day"}) == "day"


def test_a_title_is_the_first_line_and_another_like_it_is_text():
    found = text.clauses("# Title\n# Again\n## 1. Head {#1}\n# Within\n")
    assert [(one.number, one.heading, one.markdown) for one in found] == [
        ("", "Again", ""),
        ("1", "Head", "# Within"),
    ]
    nothing = text.clauses("only text")
    assert nothing == [text.ClauseText("", "", "only text")]


def test_a_difference_is_of_whole_clauses_with_their_headings():
    old = "## 1. Head {#1}\n\nBody.\n\n1.3. {#1.3} Gone."
    new = "## 1. Head {#1}\n\nBody.\n\n1.4. {#1.4} Fresh."
    assert text.diff(old, new) == [
        text.ClauseChange("", "same", (text.Piece("same", ""),)),
        text.ClauseChange("1", "same", (text.Piece("same", "Head\n\nBody."),)),
        text.ClauseChange("1.3", "removed", (text.Piece("removed", "Gone."),)),
        text.ClauseChange("1.4", "added", (text.Piece("added", "Fresh."),)),
    ]


def test_what_is_only_added_or_only_taken_away_leaves_no_empty_piece():
    def pieces(old, new):
        found = text.diff(f"1.1. {{#1.1}} {old}", f"1.1. {{#1.1}} {new}")[1]
        return [(piece.kind, piece.text) for piece in found.pieces]

    assert pieces("a", "a b") == [("same", "a"), ("added", " b")]
    assert pieces("a b", "a") == [("same", "a"), ("removed", " b")]


def test_a_word_that_stands_everywhere_in_a_long_clause_is_still_the_same_word():
    old, new = "the cat " * 150, "the dog " * 150
    change = text.diff(f"1.1. {{#1.1}} {old}", f"1.1. {{#1.1}} {new}")[1]
    same = "".join(piece.text for piece in change.pieces if piece.kind == "same")
    assert same.count("the") == 150
