"""A page as people read it: its words with their place, its links and its forms; and which words are foreign to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

from babel.messages.catalog import Message

from scripts import messages

#: Elements that have no end tag (HTML Living Standard §13.1.2).
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr", "col", "area", "base"})
#: What stands in these is code, or was typed by the reader.
NOT_PROSE = frozenset({"script", "style", "code", "pre", "kbd", "samp", "textarea"})
FOR_MACHINES = "d-mono"
SAID_BY_ATTRIBUTE = ("title", "alt", "aria-label", "placeholder", "content", "summary")

#: Latin words that stand in Kazakh and Russian as they are: formats, standards, names of programs and files.
LATIN = re.compile(
    r"\b(?:PDF|JPEG|PNG|ZIP|JSON|TOML|QR|SMS|PIN|TOTP|UUID|URL|IP|TLS|DPV|WCAG|AA|JavaScript|Atom|cookie|UTF|KZ|"
    r"English|Derbes|Data Tracker|tlog|RFC|ASCII|UTC|https|Idempotency-Key|Retry-After|Content-Type|"
    r"Authorization: Bearer|Allow|crm|[A-Z]{2})\b"
)
#: What Aliya's browser calls itself: kept as it was sent.
AGENT = "Mozilla/5.0 (Linux; Android 11)"
#: Codes of the staff's units, as the cast has them: no code is translated.
UNITS = frozenset({"registry", "marketing", "compliance", "audit", "it", "legal"})
#: Kazakh words in Russian pages: the cast's names, and the language's own.
KAZAKH = frozenset({"Сәрсенова", "Әлия", "Қайратқызы", "Қазақша"})

#: What a language calls itself stands so on every page.
OWN_NAMES = frozenset({"English"})

#: An address, a file's name, a key of a table, a place to be filled in.
_CODE = re.compile(r"\S*[0-9_@/.=+:\\#]\S*[\w/=]|\S+/|\S*@\S*|https?:\S+|%?\{\w+\}|\[\w+\]|\w+ = \w+")
_LATIN_WORD = re.compile(r"(?<![\w-])[A-Za-z][A-Za-z'’]+(?![\w])")
_KAZAKH_WORD = re.compile(r"\b\w*[ӘәҒғҚқҢңӨөҰұҮүҺһІі]\w*\b")


@dataclass
class Form:
    """A form: where it is sent, and what it holds as the page came."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)  # name to type
    ticks: dict[str, list[str]] = field(default_factory=dict)  # name to the values of its boxes or buttons
    buttons: dict[str, str] = field(default_factory=dict)  # name to value; empty name: a nameless button
    posts: bool = False


class Page(HTMLParser):
    """What a page says (`texts`: a text and whether it is an attribute), where it leads and what it asks."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.language = ""
        self.texts: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._open: list[tuple[str, bool]] = []
        self._inside: Form | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        self.language = have.get("lang", "") if tag == "html" else self.language
        silent = self._silent or tag in NOT_PROSE or have.get("lang", self.language) != self.language
        silent = silent or FOR_MACHINES in have.get("class", "").split()
        if not silent:
            self._hear(tag, have)
        if tag == "a" and "hreflang" not in have:
            self.links.append(have.get("href", ""))
        self._ask(tag, have)
        if tag not in VOID:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        self._inside = None if tag == "form" else self._inside
        if any(name == tag for name, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._say(data)

    @property
    def _silent(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def _say(self, text: str) -> None:
        if plain := " ".join(text.split()):
            self.texts.append(plain)

    def _hear(self, tag: str, have: Mapping[str, str]) -> None:
        said = [
            name for name in SAID_BY_ATTRIBUTE if not (tag == "meta" and have.get("name") != "description")
        ]
        said += ["value"] if tag == "input" and have.get("type") in {"submit", "button"} else []
        said += [name for name in have if name.startswith("data-i18n")]
        for name in said:
            self._say(have.get(name, ""))

    def _ask(self, tag: str, have: Mapping[str, str]) -> None:
        if tag == "form":
            self._inside = Form(have.get("action", ""), posts=have.get("method", "").lower() == "post")
            self.forms.append(self._inside)
        form = self._inside
        name, kind = have.get("name", ""), have.get("type", "text")
        if form is None or name in {"csrfmiddlewaretoken", "switch"}:
            return
        if tag == "button" or (tag == "input" and kind == "submit"):
            form.buttons[name] = have.get("value", "")
        elif tag == "input" and kind == "hidden":
            form.hidden[name] = have.get("value", "")
        elif tag in {"input", "textarea", "select"} and name:
            form.fields[name] = kind if tag == "input" else tag
            if kind in {"checkbox", "radio"}:
                form.ticks.setdefault(name, []).append(have.get("value", "on"))


def foreign(page: Page) -> Iterator[str]:
    """Yield what stands on a Kazakh or Russian page and is of neither language: the English message, or the word."""
    english, other = untranslated(), others(page.language)
    for text in page.texts:
        if text in english:
            yield f"not translated: {text}"
        elif text in other:
            yield f"in the other language: {text}"
        elif strange := strange_words(text, page.language):
            yield f"“{' '.join(strange)}” in: {text}"


def strange_words(text: str, language: str) -> list[str]:
    """Return the words of `text` that are written in Latin letters, or in Russian with Kazakh ones."""
    prose = LATIN.sub(" ", _CODE.sub(" ", text.replace(AGENT, "")))
    latin = [word for word in _LATIN_WORD.findall(prose) if word not in UNITS]
    kazakh = [word for word in _KAZAKH_WORD.findall(prose) if word not in KAZAKH] if language == "ru" else []
    return latin + kazakh


def forms_of(entry: Message) -> list[tuple[str, str]]:
    """Return pairs of an English message and its translation; of a plural, each form with its own."""
    if not entry.pluralizable:
        return [(entry.id, entry.string)]
    one, many = entry.id
    return [(one, entry.string[0]), *((many, string) for string in entry.string[1:])]


@cache
def pairs(language: str) -> frozenset[tuple[str, str]]:
    """Return all messages of the catalogue of `language` with their translations."""
    return frozenset(pair for entry in messages.read(language) if entry.id for pair in forms_of(entry))


@cache
def untranslated() -> frozenset[str]:
    """Return the English messages that would be a mistake on a Kazakh or Russian page."""
    same = {english for language in messages.PLURALS for english, said in pairs(language) if english == said}
    return frozenset(" ".join(english.split()) for english, _ in pairs("kk")) - same - OWN_NAMES


@cache
def others(language: str) -> frozenset[str]:
    """Return what is said in the other of the two languages and not in `language`."""
    own = {said for _, said in pairs(language)}
    return frozenset(said for _, said in pairs("ru" if language == "kk" else "kk")) - own
