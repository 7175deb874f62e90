"""Lines of a text become blocks, and what surrounds a policy on its page is left away."""

from __future__ import annotations

import pytest

from derbes.law.reader.blocks import Block
from derbes.law.reader.furniture import cleaned
from derbes.law.reader.lines import blocks_of_lines, plain


def kept(*texts: str, **marks: bool) -> list[str]:
    """What is kept of blocks with these texts; `marks` are those of the first."""
    first, *rest = texts
    return [block.text for block in cleaned([Block(first, **marks), *(Block(text) for text in rest)])]  # type: ignore[arg-type]


BODY = ("Мы храним данные.", "Срок три года.", "Пишите нам.")
TITLES = ("1. Общие положения", "2. Данные", "3. Сроки")


# What surrounds a policy


def test_contents_that_stand_again_as_headings_are_left_away() -> None:
    listed = ("1. Общие положения ..... 2", "2. Данные … 3", "3. Сроки 15")
    text = tuple(line for pair in zip(TITLES, BODY, strict=True) for line in pair)
    assert kept("Политика", *listed, *text) == ["Политика", *text]
    assert kept("Политика", *listed[:2], *text) == ["Политика", *listed[:2], *text], (
        "two lines are no contents"
    )
    between = (listed[0], "Часть первая", listed[1], "Часть вторая", listed[2])
    assert kept(*between, *text) == ["Часть первая", "Часть вторая", *text], "one line between is passed over"
    apart = (listed[0], listed[1], "Часть", "вторая", listed[2])
    assert kept(*apart, *text) == [*apart, *text], "two lines between end the contents"
    assert kept(*TITLES) == [*TITLES]
    assert kept(*TITLES, *TITLES) == [*TITLES], "of what stands twice the later stays"


def test_long_blocks_are_no_contents() -> None:
    long = tuple(f"{n}. {'слово ' * 26}{n}" for n in (1, 2, 3))
    assert kept(*long, *BODY, *long) == [*long, *BODY, *long]


def test_a_document_ends_before_the_copyright_and_what_is_short_after_it() -> None:
    text = [f"Строка {chr(ord('а') + n)}" for n in range(30)]
    after = [f"Ссылка {chr(ord('а') + n)}" for n in range(24)]
    assert kept(*text, "© 2026 Улги", "Карта сайта", "Вакансии") == text
    long = "слово " * 40
    assert kept(*text, "© 2026 Улги", long) == [*text, long], "what is long after it is text"
    assert kept("© 2026 Улги", *BODY) == [*BODY], "in the first half only the line itself"
    assert kept(*text[:4], "© 2026 Улги", *after[:2]) == text[:4]
    assert kept(*text[:4], "© 2026 Улги", *after[:3]) == [*text[:4], *after[:3]]
    assert kept(*text, "© 2026 Улги", *after[:23]) == text
    assert kept(*text, "© 2026 Улги", *after) == [*text, *after]


def test_buttons_are_left_away_and_a_heading_over_contacts_stays() -> None:
    assert kept("Меню", *BODY, "Наверх", "RU | KZ") == [*BODY]
    assert kept("Контакты", *BODY) == [*BODY]
    heading = Block("Контакты", heading=True, level=2)
    button = Block("Поиск", heading=True, level=2)
    assert cleaned([heading, button]) == [heading]


def test_links_that_are_short_are_a_menu_unless_they_are_numbered_or_headings() -> None:
    assert kept("Вакансии", *BODY, linked=True) == [*BODY]
    assert kept("1. Вакансии", *BODY, linked=True) == ["1. Вакансии", *BODY]
    assert kept("Вакансии", *BODY, linked=True, heading=True) == ["Вакансии", *BODY]
    assert kept("В" * 39, *BODY, linked=True) == [*BODY]
    assert kept("В" * 40, *BODY, linked=True) == ["В" * 40, *BODY]


# Lines


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("![logo](a.png) Сайт", "Сайт"),
        ("[политика](https://a.kz/(x)) тут", "политика тут"),
        ("<https://a.kz> и <b>жирно</b>", "https://a.kz и жирно"),
        ("Цели {#goals}", "Цели"),
        ("**Имя** и __почта__, `код`, ~~нет~~", "Имя и почта, код, нет"),
        ("*важно* _тоже_ a_b 2*3", "важно тоже a_b 2*3"),
        (r"1\. \(две\)", "1. (две)"),
        ("&laquo;Улги&raquo;&nbsp;тут", "«Улги» тут"),
        ("a<!-- no -->b", "a b"),
    ],
)
def test_of_markdown_stays_what_is_seen(typed: str, seen: str) -> None:
    assert plain(typed) == seen


def texts(text: str, *, soft: bool = False) -> list[str]:
    return [block.text for block in blocks_of_lines(text, soft=soft)]


WRAPPED = [f"слово {n} и ещё немного слов, чтобы строка была длинной в меру" for n in range(6)]


def test_a_text_that_was_wrapped_by_hand_is_joined_again() -> None:
    text = "\n".join([*(line.capitalize() for line in WRAPPED), "Конец."])
    assert len(texts(text)) == 1
    short = "\n".join(["Слово"] * 7)
    assert len(texts(short)) == 7
    wide = "\n".join([*(line.capitalize() for line in WRAPPED), "С" * 131])
    assert len(texts(wide)) == 7, "a line of that width is not wrapped by hand"
    assert len(texts("\n".join(line.capitalize() for line in WRAPPED[:5]))) == 5, "five lines do not tell"


def test_a_full_line_that_is_finished_goes_on_and_one_before_a_list_does_not() -> None:
    lines = [line.capitalize() for line in WRAPPED]
    assert len(texts("\n".join([*lines[:3], lines[3] + ".", *lines[4:]]))) == 1
    for end in (":", ";"):
        assert len(texts("\n".join([*lines[:3], lines[3] + end, *lines[4:]]))) == 2


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ("Мы храним,", "если надо", 1),
        ("Мы храним-", "ся", 1),
        ("Мы храним", "если надо", 2),
        ("Мы храним", "Если надо", 2),
        ("Мы храним.", "если надо", 2),
        ("М" * 56, "если надо", 1),
        ("М" * 55, "если надо", 2),
        ("Мы храним,", "- если надо", 2),
        ("Мы храним,", "1.1 если надо", 2),
        ("# Мы храним,", "если надо", 2),
    ],
)
def test_a_line_goes_on_with_an_unfinished_one_when_it_begins_small(
    before: str, after: str, count: int
) -> None:
    assert len(texts(f"{before}\n{after}")) == count


def test_headings_are_told_by_their_signs() -> None:
    text = "Политика\n========\n## 2. Цели ##\n#!x\n**Данные**\nОБЩИЕ ПОЛОЖЕНИЯ\n**Данные.**\nСрок"
    found = blocks_of_lines(text, soft=False)
    assert [(one.text, one.heading, one.level) for one in found] == [
        ("Политика", True, 0),
        ("2. Цели", True, 2),
        ("#!x", False, 0),
        ("Данные", True, 0),
        ("ОБЩИЕ ПОЛОЖЕНИЯ", True, 0),
        ("Данные.", False, 0),
        ("Срок", False, 0),
    ]
    assert [one.heading for one in blocks_of_lines("Б" * 119 + "\n\n" + "Б" * 120, soft=False)] == [
        True,
        False,
    ]


def test_a_line_after_an_unfinished_long_one_is_marked_joined() -> None:
    long = "Обработка идёт по правилам, которые названы в пункте закона под номером"
    found = blocks_of_lines(f"{long}\n2.1 настоящей политики\nЕщё", soft=False)
    assert [one.joined for one in found] == [False, True, False]
    found = blocks_of_lines(f"{long}.\n2.1 настоящей политики", soft=False)
    assert [one.joined for one in found] == [False, False]
    found = blocks_of_lines(f"{long}\n\n2.1 настоящей политики", soft=False)
    assert [one.joined for one in found] == [False, False]


def test_tables_are_read_with_and_without_a_rule_under_the_head() -> None:
    ruled = "| Что | Как |\n|:---|---:|\n| имя | анкета \\| форма |\n\n| имя | анкета |"
    found = blocks_of_lines(ruled, soft=False)
    assert [one.cells for one in found] == [
        (),
        (("Что", "имя"), ("Как", "анкета | форма")),
        (("", "имя"), ("имя", "анкета")),
    ]
    assert all(one.row for one in found)
    assert [one.text for one in blocks_of_lines("|---|\nДа | нет | не знаю", soft=False)] == [
        "Да | нет | не знаю"
    ]
    assert [one.row for one in blocks_of_lines("Текст\n|---|---|", soft=False)] == [False]


def test_quotes_fences_rules_and_breaks_are_no_text() -> None:
    text = "> Цитата\n```\nкод\n~~~\n***\nа<br/>б\rв\x0bг\x0cд\u2028е"
    assert texts(text) == ["Цитата", "код", "а", "б", "в", "г", "д", "е"]
    assert [one.item for one in blocks_of_lines("• имя\n\nпочта", soft=False)] == [True, False]
