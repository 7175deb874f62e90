"""The catalogues say in Kazakh and in Russian all that the code says in English, whole and in their own letters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.formats import date_format

from scripts import messages
from tests.faces import reading

ROOT = Path(__file__).parent.parent.parent
TRANSLATED = ("kk", "ru")
_PLACE = re.compile(r"%(?:\([^)]+\))?[sd]|\{\w+\}")
_MARKUP = re.compile(r"</?[a-z][^>]*>")
#: Keys of policy.toml that the law's sentences name.
_KEYS = frozenset({"draft", "language", "title", "posting", "days", "rights", "true", "false"})
_WORD = re.compile(r"[^\W\d_]+")


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_has_the_messages_of_the_code_and_no_others(language):
    written = messages.catalogue_of(language).read_text()
    assert written == messages.updated(language), "run `make messages`, translate what is empty"


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_is_translated_and_nothing_is_guessed(language):
    catalogue = messages.read(language)
    assert [entry.id for entry in catalogue if entry.fuzzy and entry.id] == []
    assert [entry.id for entry in catalogue if entry.id and not messages.whole(entry)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_and_the_markup_of_its_message(language):
    wrong = [
        (english, said)
        for english, said in translated(language)
        if places(english) != places(said)
        or sorted(_MARKUP.findall(english)) != sorted(_MARKUP.findall(said))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_sentence_stays_a_sentence(language):
    full, led = (".", "?"), (".", "?", ":")
    wrong = [
        (english, said)
        for english, said in translated(language)
        if " " in english
        and (
            any(said.endswith(end) and not english.endswith(end) for end in full)
            or any(english.endswith(end) and not said.endswith(end) for end in led)
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_word_mixes_the_letters_of_two_alphabets(language):
    mixed = re.compile(r"[a-z][а-яёәғқңөұүһі]|[а-яёәғқңөұүһі][a-z]", re.IGNORECASE)
    said = [said for _, said in reading.pairs(language)]
    assert [
        word for text in said for word in _WORD.findall(_PLACE.sub(" ", text)) if mixed.search(word)
    ] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_are_written_in_their_language(language):
    prose = [(_MARKUP.sub("", said), said) for _, said in reading.pairs(language)]
    strange = [
        ({*reading.strange_words(_PLACE.sub("0", text), language)} - _KEYS, said) for text, said in prose
    ]
    assert [found for found in strange if found[0]] == []


@pytest.mark.parametrize(("language", "forms"), [("kk", 2), ("ru", 3)])
def test_a_number_has_its_forms(language, forms):
    catalogue = messages.read(language)
    assert catalogue.num_plurals == forms
    with translation.override(language):
        said = {translation.ngettext("%(days)s day", "%(days)s days", n) % {"days": n} for n in (1, 3, 5, 21)}
    assert len(said) == 4
    expected = {"kk": {"1 күн", "3 күн", "5 күн", "21 күн"}, "ru": {"1 день", "3 дня", "5 дней", "21 день"}}
    assert said == expected[language]


@pytest.mark.parametrize(
    ("language", "said"),
    [("kk", "2026 жылғы 22 қараша"), ("ru", "22 ноября 2026 г."), ("en", "22 November 2026")],
)
def test_a_date_reads_as_in_a_letter(language, said):
    with translation.override(language):
        assert date_format(date(2026, 11, 22)) == said


def translated(language: str) -> list[tuple[str, str]]:
    """What is translated so far: what is not has a test of its own."""
    return [(english, said) for english, said in reading.pairs(language) if said]


def places(text: str) -> list[str]:
    return sorted(_PLACE.findall(text))


# Labels


def test_no_label_is_frozen_in_the_language_of_the_first_reader():
    """gettext asked while a module is imported answers once for ever; lazily it answers each reader."""
    frozen = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "derbes").rglob("*.py"))
        for line in frozen_calls(ast.parse(path.read_text()))
    ]
    assert frozen == []


def test_a_frozen_label_would_be_found():
    module = "from django.utils.translation import gettext as _\nNAME = _('Name')\ndef ask():\n    return _('Age')\n"
    assert list(frozen_calls(ast.parse(module))) == [2]


def frozen_calls(module: ast.Module) -> Iterable[int]:
    at_once = {"gettext", "ngettext", "pgettext", "npgettext"}
    names = {
        alias.asname or alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in at_once
    }
    todo: list[ast.AST] = [module]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node.lineno
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            todo.extend(node.args.defaults)
        else:
            todo.extend(ast.iter_child_nodes(node))
