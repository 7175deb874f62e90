"""The message catalogues from the code: `make messages` finds every message and keeps what is translated.

What always holds: the same code gives the same bytes (no times, no line numbers); nothing is guessed, so no
entry is fuzzy; what nobody says any more is dropped. Messages of Django and django-allauth that people here
can meet are found in their installed sources and translated by us, since neither speaks Kazakh well.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
PLURALS = {
    "kk": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
}
#: Modules of the law that word what a lawyer or a person reads; faces translate their sentences by gettext.
LAW = (
    "checks",
    "coherence",
    "consent_text",
    "consequences",
    "policy",
    "promises",
    "readable",
    "tables",
    "text",
)
#: Files of other packages whose messages can reach a page.
BORROWED: Mapping[str, tuple[str, ...]] = {
    "django": (
        "utils/dates.py",
        "forms/fields.py",
        "forms/forms.py",
        "core/validators.py",
        "contrib/auth/password_validation.py",
    ),
    "allauth": ("account/adapter.py", "mfa/adapter.py"),
}
WHOSE = {"law": "The law's sentences", "django": "Django", "allauth": "allauth"}

_PARTS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), ("id",)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ("id", "plural")),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ("context", "id")),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ("context", "id", "plural")),
}
#: A call as Django's `templatize` writes it for each message of a template.
_IN_TEMPLATE = re.compile(
    r"""\b(?:n?p?gettext|_)\((?:(?:\s*u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|\s*count)\s*,?)+\)"""
)
#: A sentence, or the name of a type as `Table` says it: "a whole number".
_SENTENCE = re.compile(r"[A-Za-z%].* .*[.:]|(?:a|true) [a-zA-Z][^_\[\]]*")


class Message(NamedTuple):
    """One message, the file that says it first, and whose it is: ours (empty), or a key of WHOSE."""

    id: str
    plural: str = ""
    context: str | None = None
    place: str = ""
    whose: str = ""


def messages() -> list[Message]:
    """Return every message once, in the order of the files that say it: ours, the law's, other packages'."""
    found: dict[tuple[str | None, str], Message] = {}
    for message in (*_ours(), *_laws(), *_borrowed()):
        known = found.setdefault((message.context, message.id), message)
        if message.plural and not known.plural:
            found[message.context, message.id] = known._replace(plural=message.plural)
    return list(found.values())


def _ours() -> Iterator[Message]:
    for path in sorted((ROOT / "derbes").rglob("*")):
        place = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py":
            yield from of_python(path.read_text(), place)
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            yield from of_template(path.read_text(), place)


def _laws() -> Iterator[Message]:
    for name in LAW:
        place = f"derbes/law/{name}.py"
        for text in sentences((ROOT / place).read_text()):
            yield Message(text, place=place, whose="law")


def _borrowed() -> Iterator[Message]:
    for package, files in BORROWED.items():
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            sys.exit(f"{package} is not installed: `make setup` first")
        for name in files:
            for message in of_python((Path(spec.origin).parent / name).read_text(), f"{package}/{name}"):
                yield message._replace(whose=package)


def of_python(source: str, place: str) -> Iterator[Message]:
    """Yield the messages that the module `source` passes to gettext in any of its forms."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=_position):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        texts = [text for text in map(_text, call.args) if text is not None]
        parts = _PARTS.get(name, ())
        if parts and len(texts) >= len(parts):
            yield Message(**dict(zip(parts, texts, strict=False)), place=place)


def of_template(source: str, place: str) -> Iterator[Message]:
    """Yield the messages of the Django template `source`."""
    yield from of_python("\n".join(_IN_TEMPLATE.findall(templatize(source, place))), place)


def sentences(source: str) -> list[str]:
    """Return the sentences that the module `source` holds as values: not docstrings, not parts of f-strings."""
    nodes = list(ast.walk(ast.parse(source)))
    apart = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    apart |= {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    texts = [node for node in nodes if _text(node) and id(node) not in apart]
    found = [_text(node) or "" for node in sorted(texts, key=_position)]
    return [text for text in found if _SENTENCE.fullmatch(text)]


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _position(node: ast.AST) -> tuple[int, int]:
    return node.lineno, node.col_offset  # type: ignore[attr-defined]


def catalogue_of(language: str) -> Path:
    """Return where the catalogue of `language` lies."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return the catalogue of `language` as it is written."""
    with catalogue_of(language).open("rb") as lines:
        return read_po(lines, locale=language)


def updated(language: str) -> str:
    """Return the catalogue of `language` with every message of the code, translated where it was."""
    old = read(language) if catalogue_of(language).exists() else Catalog(language)
    new = Catalog(language)
    for message in messages():
        known = old.get(message.id, message.context)
        new.add(
            (message.id, message.plural) if message.plural else message.id,
            _kept(known, message, new.num_plurals),
            [(message.place, 0)],
            auto_comments=[WHOSE[message.whose]] if message.whose else [],
            context=message.context,
        )
    return _written(language, new)


def _written(language: str, catalogue: Catalog) -> str:
    out = io.BytesIO()
    write_po(out, catalogue, width=110, omit_header=True, include_lineno=False)
    return _header(language) + out.getvalue().decode()


def _kept(known: Entry | None, message: Message, forms: int) -> str | tuple[str, ...]:
    """Return the translation so far, in as many forms as it needs now."""
    string = known.string if known else ""
    if message.plural:
        return tuple(string) if isinstance(string, list | tuple) else ("",) * forms
    return string if isinstance(string, str) else string[0]


def _header(language: str) -> str:
    lines = (
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {PLURALS[language]}",
    )
    head = "".join(f'"{line}\\n"\n' for line in lines)
    return f'# Translations are written here by hand; `make messages` adds and drops entries.\nmsgid ""\nmsgstr ""\n{head}\n'


def fill(table: Path) -> None:
    """Translate what is empty by `table`: a line has the message, Kazakh and Russian, parted by tabs.

    Forms of a number are parted by |, in the order of the catalogue; one form stands for all.
    """
    lines = table.read_text().splitlines()
    rows = [line.replace("\\n", "\n").split("\t") for line in lines if line.count("\t") == len(PLURALS)]
    for column, language in enumerate(PLURALS, start=1):
        said = {row[0]: row[column].strip() for row in rows if row[column].strip()}
        catalogue = read(language)
        for entry in catalogue:
            key = entry.id[0] if entry.pluralizable else entry.id
            if entry.id and key in said and not whole(entry):
                entry.string = _forms(said[key], catalogue.num_plurals) if entry.pluralizable else said[key]
        catalogue_of(language).write_text(_written(language, catalogue))


def _forms(said: str, count: int) -> tuple[str, ...]:
    forms = said.split("|")
    return tuple(forms) if len(forms) == count else (forms[-1],) * count


def main() -> None:
    """Bring every catalogue up to date, fill it from the tables named, and say what is still to be translated."""
    for language in PLURALS:
        catalogue_of(language).parent.mkdir(parents=True, exist_ok=True)
        catalogue_of(language).write_text(updated(language))
    for table in sys.argv[1:]:
        fill(Path(table))
    for language in PLURALS:
        path = catalogue_of(language)
        empty = [entry.id for entry in read(language) if entry.id and not whole(entry)]
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(empty)} to translate\n")


def whole(entry: Entry) -> bool:
    return all(entry.string) if entry.pluralizable else bool(entry.string)


if __name__ == "__main__":
    main()
