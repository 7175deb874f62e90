"""Clause numbers: how they stand in real documents, and what only looks like them."""

from __future__ import annotations

import pytest

from derbes.law.reader import read


def found(text: str, name: str = "policy.md") -> list[str]:
    return [clause.number for clause in read(text.encode(), name).clauses if clause.number]


@pytest.mark.parametrize(
    "text",
    [
        "# 1. Общие положения\n\n1.1. Первый пункт.\n\n1.2. Второй пункт.",
        "**1. Общие положения**\n\n**1.1.** Первый пункт.\n\n**1.2**. Второй пункт.",
        "1 ОБЩИЕ ПОЛОЖЕНИЯ\n\n1.1 Первый пункт.\n\n1.2 Второй пункт.",
        "- 1. Общие положения\n- 1.1. Первый пункт.\n- 1.2. Второй пункт.",
        "1.\u00a0\u00a0Общие положения\n\n1.1\u00a0Первый пункт.\n\n1.2\u00a0Второй пункт.",
        "1\\. Общие положения\n\n1\\.1\\. Первый пункт.\n\n1\\.2\\. Второй пункт.",
        "1.\n\nОбщие положения\n\n1.1.\n\nПервый пункт.\n\n1.2.\n\nВторой пункт.",
        "| 1. | Общие положения |\n| 1.1. | Первый пункт. |\n| 1.2. | Второй пункт. |",
        "1. 1. Общие положения\n\n1.1. 1.1. Первый пункт.\n\n1.2. 1.2. Второй пункт.",
        "1.Общие положения\n\n1.1.Первый пункт.\n\n1.2.Второй пункт.",
        "Статья 1. Общие положения\n\n1.1. Первый пункт.\n\n1.2. Второй пункт.",
        "1. Общие положения\n\n1.1. Первое правило. 1.2. Второе правило.",
    ],
)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert found(text) == ["1", "1.1", "1.2"]


@pytest.mark.parametrize(
    "line",
    [
        "90 күн ішінде жауап беріледі.",
        "30 календарных дней даётся на ответ.",
        "14.03.2026 редакция утверждена директором.",
        "8 (727) 300 11 22 — телефон для справок.",
        "2013 жылғы заңға сәйкес.",
    ],
)
def test_what_only_looks_like_a_number_is_none(line: str) -> None:
    text = f"1. Мерзімдер\n\n1.1. Бірінші тармақ.\n\n{line}\n\n1.2. Екінші тармақ.\n\n2. Басқа\n\n2.1. Үшінші тармақ."
    assert found(text) == ["1", "1.1", "1.2", "2", "2.1"]


def test_a_reference_inside_a_sentence_is_no_clause() -> None:
    text = (
        "3. Terms\n\n3.1. As sections 5.2. and 5.3. say, the Operator answers.\n\n3.2. See 4.1. Then write."
    )
    assert found(text) == ["3", "3.1", "3.2"]


def test_a_reference_at_the_start_of_a_wrapped_line_is_no_clause() -> None:
    lines = [
        "3.1 The operator stores the data for the period that is named in clauses",
        "5.2 and 5.3 of this document and then it",
        "deletes them without delay, as the law of the country requires it to do.",
        "",
        "3.2 The operator answers every letter that a person writes to its office",
        "and keeps the answer together with the letter for three years after that.",
    ]
    assert found("\n".join(["3 TERMS", "", *lines]), "policy.txt") == ["3", "3.1", "3.2"]


def test_a_chapter_may_start_at_its_second_clause() -> None:
    assert found("1.2. Бірінші.\n\n1.3. Екінші.\n\n2. Тарау\n\n2.2. Үшінші.") == ["1.2", "1.3", "2", "2.2"]


def test_a_missing_and_a_doubled_number_are_kept_as_they_stand() -> None:
    assert found("1. А\n\n1.1. Бір.\n\n1.1. Екі.\n\n1.4. Төрт.\n\n3. Б\n\n3.1. Бес.") == [
        "1",
        "1.1",
        "1.1",
        "1.4",
        "3",
        "3.1",
    ]


def test_four_levels_are_followed() -> None:
    text = "2. А\n\n2.1. Бір.\n\n2.1.1. Екі.\n\n2.1.1.1. Үш.\n\n2.1.1.2. Төрт.\n\n2.1.2. Бес.\n\n2.10. Он."
    assert found(text) == ["2", "2.1", "2.1.1", "2.1.1.1", "2.1.1.2", "2.1.2", "2.10"]


def test_an_ordered_list_gives_numbers_only_where_the_text_has_none() -> None:
    page = "<ol><li>Один<ol><li>Раз.</li><li>Два.</li></ol></li><li>Ещё<ol><li>Три.</li></ol></li></ol>"
    clauses = read(page.encode(), "policy.html").clauses
    assert [(clause.number, clause.generated) for clause in clauses] == [
        ("1", True), ("1.1", True), ("1.2", True), ("2", True), ("2.1", True),
    ]  # fmt: skip
    typed = "<ol><li>1. Один<ol><li>1.1. Раз.</li><li>1.2. Два.</li></ol></li><li>2. Ещё</li></ol>"
    clauses = read(typed.encode(), "policy.html").clauses
    assert [(clause.number, clause.generated) for clause in clauses] == [
        ("1", False), ("1.1", False), ("1.2", False), ("2", False),
    ]  # fmt: skip


def test_contents_menu_and_footer_are_left_out() -> None:
    page = """<html><body><nav><a href=/>Главная</a><a href=/c>Каталог</a></nav>
    <ul class="toc"><li><a href="#1">1. Сбор</a></li><li><a href="#2">2. Сроки</a></li></ul>
    <main><h2>1. Сбор</h2><p>1.1. Магазин собирает имя.</p><h2>2. Сроки</h2><p>2.1. Срок — год.</p></main>
    <footer>© 2026. 8 (727) 300 11 22</footer></body></html>"""
    clauses = read(page.encode(), "policy.html").clauses
    assert [clause.text for clause in clauses] == ["Сбор", "Магазин собирает имя.", "Сроки", "Срок — год."]


def test_an_unnumbered_point_is_cited_by_the_clause_above_it() -> None:
    clauses = read("1. Сбор\n\n1.1. Берём:\n\n- имя;\n- телефон.\n\n1.2. Ещё.".encode(), "policy.md").clauses
    assert [(clause.number, clause.reference) for clause in clauses][2:4] == [(None, "1.1"), (None, "1.1")]
