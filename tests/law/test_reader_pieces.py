"""The plain parts of the reader, each by itself: letters, languages, bullets, tables and encodings."""

from __future__ import annotations

import pytest

from derbes.law.reader.blocks import Block, loud, settled, unbullet
from derbes.law.reader.fold import bounded, fold, tidy
from derbes.law.reader.language import language, languages
from derbes.law.reader.reading import Unreadable
from derbes.law.reader.sources import blocks_of, text_of
from derbes.law.reader.tabular import Table, is_head

# Letters


def test_a_text_is_kept_as_a_person_sees_it() -> None:
    assert tidy(" Со\u00adгла\u200bсие  \u00a0на\tобработку ") == "Согласие на обработку"
    assert tidy("и\u0306") == "й"
    assert tidy("one \n two") == "one \n two"


def test_nothing_is_longer_than_a_person_would_write_it() -> None:
    assert bounded("-" * 250) == "-" * 100
    assert bounded("ab" * 199) == "ab" * 199
    assert bounded("ab" * 250) == "ab" * 200 + " " + "ab" * 50
    words = "слово " * 2000
    assert [len(line) for line in bounded(words).split("\n")] == [8000, 4000]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("компaния", "компания"),  # a Latin a
        ("Cочи", "сочи"),
        ("рay", "pay"),  # looks like both: as most of its letters are
        ("рa", "pa"),
        ("раy", "рау"),
        ("dоg", "dog"),
        ("жdа", "жdа"),  # neither
        ("пuн", "пuн"),
        ("жad", "жad"),
        ("dоса", "doca"),
        ("əділ", "әділ"),
        ("сор", "сор"),
        ("Ёлка", "елка"),
        ("one\ntwo", "one two"),
        ("naïvе", "naïve"),
        ("o’k – a‑b", "o'k – a-b"),
    ],
)
def test_a_word_is_compared_in_one_alphabet(written: str, read: str) -> None:
    assert fold(written) == read
    assert fold(read) == read


# Languages


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Дербес деректер өңделеді", "kk"),
        ("Персональные данные обрабатываются", "ru"),
        ("Personal data are processed", "en"),
        ("Satu және сату", "kk"),
        ("12 %, 45 — ", None),
        ("", None),
        ("a", "en"),
        ("б", "ru"),
        ("ә", "kk"),
        ("ab где", "ru"),
        ("әа", "kk"),
        ("а" * 49 + "ә", "ru"),
        ("а" * 48 + "ә", "kk"),
        ("сат " * 60 + "мен ә", "kk"),
        ("сат " * 60 + "мен", "ru"),
        ("сат " * 60 + "ә", "ru"),
        ("abc где", "ru"),
        ("abcd где", "en"),
        ("Компания «Қазына» хранит персональные данные клиентов, их договоры и переписку", "ru"),
    ],
)
def test_a_text_is_in_the_language_of_its_letters(text: str, found: str | None) -> None:
    assert language(text) == found


def test_languages_of_a_document_are_told_by_how_much_is_in_them_without_traces() -> None:
    kazakh, russian, english = "Деректер өңделеді. " * 10, "Данные хранятся. " * 20, "Data. "
    assert languages([kazakh, russian, english]) == ("ru", "kk")
    assert languages([english, kazakh[:19]]) == ("kk", "en")
    assert languages(["data", "данные" * 6]) == ("ru",)
    assert languages(["data", "данные" * 5, "123"]) == ("ru", "en")
    assert languages([]) == ()


# Bullets and headings


@pytest.mark.parametrize(
    ("text", "bare", "bulleted"),
    [
        ("• имя", "имя", True),
        ("- имя", "имя", True),
        ("—имя", "имя", True),
        ("o   name", "name", True),
        ("o name", "o name", False),
        ("-5 °C", "-5 °C", False),
        ("имя", "имя", False),
    ],
)
def test_a_typed_bullet_is_taken_off(text: str, bare: str, bulleted: bool) -> None:  # noqa: FBT001
    assert unbullet(text) == (bare, bulleted)


def test_capitals_are_loud() -> None:
    assert loud("ОБЩИЕ ПОЛОЖЕНИЯ")
    assert loud("ЦЕЛЬ 1.2.3.4.5.6.7.8.9")
    assert not loud("ТОО")
    assert loud("ЦЕЛЬ")
    assert not loud("Общие положения")
    assert loud("АБВГДЕЖЗик")
    assert not loud("АБВГДЕЖийк")


def test_blocks_are_settled() -> None:
    long = "Слово " * 60
    blocks = [
        Block("• имя"),
        Block(" — "),
        Block("два\nслова", item=True),
        Block("Цели", heading=True),
        Block("я" * 3 + " я" * 158 + "я", heading=True),
        Block(long, heading=True),
    ]
    found = settled(blocks)
    assert [(one.text[:9], one.item, one.heading) for one in found] == [
        ("имя", True, False),
        ("два слова", True, False),
        ("Цели", False, True),
        ("яяя я я я", False, True),
        ("Слово Сло", False, False),
    ]
    assert [one.heading for one in settled([Block("ая " * 106 + "ая", heading=True)])] == [True]
    assert [one.heading for one in settled([Block("ая " * 106 + "аяя", heading=True)])] == [False]
    assert [len(one.text) for one in settled([Block("слово " * 2000)])] == [8000, 3999]


# Tables


def test_a_row_of_names_heads_a_table() -> None:
    assert is_head(["№", "Цель", "Данные", ""])
    assert is_head(["Цель", "Кто угодно", "", ""]), "half of those that say something is enough"
    assert not is_head(["Цель"])
    assert not is_head(["Цель", "Да", "Нет"])
    assert not is_head(["Цель", "1."])
    assert not is_head(["Цель", "Данные " * 9])
    assert is_head(["Цель", "Данные".ljust(60, "ы")])
    assert not is_head(["Цель", "Данные".ljust(61, "ы")])


def test_cells_are_told_with_their_column_or_with_their_row() -> None:
    table = Table()
    assert table.row(["", ""]) is None
    assert table.row(["№", "Цель", "Данные"]) == Block("№ Цель Данные", row=True)
    row = table.row(["1", "Доставка", "", "", "x"])
    assert row == Block("1 Доставка x", row=True, cells=(("Цель", "Доставка"), ("Доставка", "x")))
    row = table.row(["2.", "Реклама", "почта"])
    assert row == Block("2. Реклама почта", row=True, cells=(("Цель", "Реклама"), ("Данные", "почта")))
    assert table.row(["№", "Цель", "Данные"]) == Block(
        "№ Цель Данные", row=True, cells=(("№", "№"), ("Цель", "Цель"), ("Данные", "Данные"))
    ), "only the first row can be a head"


def test_one_row_heads_a_table() -> None:
    table, columns = Table(), ["№", "Цель", "Данные"]
    assert table.row(columns) == table.row([*columns], head=True)
    assert len(table.row(columns).cells) == 3
    assert len(Table().row(["имя", "почта", "паспорт"]).cells) == 3


def test_a_table_without_a_head_is_told_by_the_first_cell_of_each_row() -> None:
    table = Table()
    assert table.row(["Срок", "5 лет"]) == Block(
        "Срок 5 лет", row=True, cells=(("", "Срок"), ("Срок", "5 лет"))
    ), "two columns are names and values"
    assert table.row(["Цель", "Данные", "Срок"]).cells[1] == ("Цель", "Данные")
    assert Table().row(["1.", "Имя"]) == Block("1. Имя", row=True)
    assert Table().row(["1.", "2."]) == Block("1. 2.", row=True)


def test_a_head_that_the_format_marks_needs_no_known_words() -> None:
    table = Table()
    assert table.row(["Что", "Как"], head=True) == Block("Что Как", row=True)
    assert table.row(["имя", "анкета"]).cells == (("Что", "имя"), ("Как", "анкета"))
    given = Table(["Что", "Как"])
    assert given.row(["№", "Цель", "Данные"]).cells == (("Что", "№"), ("Как", "Цель"), ("№", "Данные"))


# Encodings


@pytest.mark.parametrize(
    "data",
    [
        "Дәлел".encode(),
        b"\xef\xbb\xbf" + "Дәлел".encode(),
        b"\xff\xfe" + "Дәлел".encode("utf-16-le"),
        b"\xfe\xff" + "Дәлел".encode("utf-16-be"),
    ],
)
def test_a_text_says_its_encoding_by_its_first_bytes(data: bytes) -> None:
    assert text_of(data) == "Дәлел"


def test_what_is_no_utf_8_is_as_the_page_says_or_windows_1251() -> None:
    assert text_of("Согласие".encode("cp1251")) == "Согласие"
    said = "<meta charset={}>Согласие".format
    assert text_of(said("'koi8-r'").encode("koi8-r")).endswith("Согласие")
    assert text_of(said("KOI8-R").encode("koi8-r")).endswith("Согласие")
    for strange in ("idna", "no-such", "punycode"):
        assert text_of(said(strange).encode("cp1251")).endswith("Согласие")
    late = b" " * 4096 + said("koi8-r").encode("cp1251")
    assert text_of(late).endswith("Согласие"), "it is said at the beginning"
    assert text_of(b"\x98" + "Да".encode("cp1251")) == "\ufffdДа"
    assert text_of(b"\xff\xfe" + "Да".encode("utf-16-le") + b"!") == "Да\ufffd"


def test_a_page_is_told_from_a_text_by_its_name_or_its_tags() -> None:
    tags = b"<p>a</p><p>b</p><div>c</div><p>d</p>"
    assert [one.text for one in blocks_of(tags, "page.HTML")] == ["a", "b", "c", "d"]
    assert [one.text for one in blocks_of(tags + b"<p>e</p>", "page")] == ["a", "b", "c", "d", "e"]
    assert len(blocks_of(tags, "page.txt")) == 1
    for name in ("page.htm", "page.xhtml"):
        assert len(blocks_of(tags, name)) == 4
    for name in ("page.md", "page.markdown"):
        assert len(blocks_of(tags + b"<p>e</p>", name)) == 1


def test_in_markdown_a_line_that_begins_small_goes_on_with_the_one_before() -> None:
    for name, count in (("a.txt", 2), ("a.md", 1), ("a.markdown", 1)):
        assert len(blocks_of("Мы храним\nваши данные.".encode(), name)) == count


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_text_of_two_bytes_a_letter_is_no_binary(encoding: str) -> None:
    (one,) = blocks_of("\ufeffSite".encode(encoding), "a.txt")
    assert one.text == "Site"


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (b"%PDF", "pdf"),
        (b"{\\rtf", "rtf"),
        (b"\x89PNG", "image"),
        (b"\xff\xd8\xff", "image"),
        (b"a\x00", "binary"),
    ],
)
def test_what_is_no_text_is_named(start: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as told:
        blocks_of(start + b"abc", "a.txt")
    assert told.value.code == code


def test_what_is_too_large_is_not_read() -> None:
    for data in (b"PK" + bytes(20_000_000), b"a" * 4_000_001):
        with pytest.raises(Unreadable) as told:
            blocks_of(data, "a.txt")
        assert told.value.code == "too_large"
    assert len(blocks_of(b"a" * 4_000_000, "a.txt")) == 1
    with pytest.raises(Unreadable) as told:
        blocks_of(b"PK" + bytes(19_999_998), "a.docx")
    assert told.value.code == "broken"
