"""A TOML table read strictly: every value has its type, every key is known, every complaint says where.

Whoever reads a policy or a norm through a `Table` gets what was asked for or an error of the reader's own
kind, in one sentence with file, table and key.
"""

from __future__ import annotations

import tomllib
from dataclasses import MISSING, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from derbes.law.vocabulary import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Reader = Callable[["Table", str], Any]

_Shape = TypeVar("_Shape")

#: Without these two a text is not published at all (62-VI art. 15(1)(2)).
OBLIGATORY = ("kk", "ru")


class TableError(ValueError):
    """What is wrong with a table, and at which `place`.

    `params` fill the English `template`, which is what gets translated; `sentence` is place and template filled.
    """

    def __init__(self, template: str, place: str = "", **params: object) -> None:
        self.template = template
        self.place = place
        self.params = params
        filled = template % params if params else template
        self.sentence = f"{place}: {filled}" if place else filled
        super().__init__(self.sentence)


class Table:
    """One table of one file. Each key is taken once; `close` refuses those that nobody took."""

    def __init__(self, raw: Mapping[str, Any], file: str, name: str, error: type[TableError]) -> None:
        self._raw = raw
        self._left = set(raw) - {"confirmed"}
        self._file = file
        self._error = error
        self.name = name

    @classmethod
    def of(cls, text: str, file: str, error: type[TableError]) -> Table:
        """Return the top table of `text`, or raise `error` when it is not TOML."""
        try:
            return cls(tomllib.loads(text), file, "", error)
        except (ValueError, RecursionError) as wrong:  # also of a number without end, of brackets without end
            raise error("%(file)s is not well-formed TOML: %(why)s.", file=file, why=str(wrong)) from wrong

    def wrong(self, key: str, why: str, **params: object) -> TableError:
        """Return the error that says `why`, an English template, of `key` in this table."""
        return self.wrong_in(self.name, key, why, **params)

    def wrong_in(self, table: str, key: str, why: str, **params: object) -> TableError:
        """Return the error that says `why` of `key` in another `table` of this file."""
        parts = (self._file, f"[{table}]" if table else "", key)
        return self._error(why, place=", ".join(part for part in parts if part), **params)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of this table, in the file's order."""
        return tuple(self._raw)

    def __contains__(self, key: str) -> bool:
        return key in self._raw

    def text(self, key: str, default: str | None = None) -> str:
        """Return a string, without outer space."""
        return str(self._take(key, str, "a text", default)).strip()

    def number(self, key: str, default: int | None = None) -> int:
        """Return a whole number, not negative."""
        value = int(self._take(key, int, "a whole number", default))
        if value < 0:
            raise self.wrong(key, "%(value)s is negative.", value=value)
        return value

    def numbers(self, key: str) -> Mapping[str, int]:
        """Return the table under `key`, all of whose values are whole numbers above zero."""
        table = self.table(key)
        values = {name: table.number(name) for name in table.keys}
        for name, value in values.items():
            if value == 0:
                raise table.wrong(name, "it must be more than zero.")
        return values

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """Return true or false."""
        return bool(self._take(key, bool, "true or false", default))

    def moment(self, key: str) -> datetime | None:
        """Return a moment with its time zone, or None when the key is absent."""
        if key not in self._raw:
            return None
        value = self._take(key, datetime, "a moment such as 2026-11-22T00:00:00Z", None)
        if value.tzinfo is None:
            raise self.wrong(key, "a moment needs its time zone, such as Z.")
        return datetime.fromisoformat(value.isoformat())

    def day(self, key: str) -> date:
        """Return a date."""
        value = self._take(key, date, "a date such as 2026-11-22", None)
        return date(value.year, value.month, value.day)

    def days(self, key: str) -> tuple[date, ...]:
        """Return a list of dates."""
        values = self._take(key, list, "a list of dates", None)
        if not all(type(value) is date for value in values):
            raise self.wrong(key, "every item must be a date such as 2026-11-22.")
        return tuple(values)

    def words(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of strings, none twice."""
        values = self._take(key, list, "a list of texts", None if default is None else list(default))
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key, "every item must be a text.")
        if len(set(values)) != len(values):
            raise self.wrong(key, "an item stands twice.")
        return tuple(values)

    def languages(self, key: str) -> Mapping[str, str]:
        """Return one text per language; a language that is not obligatory falls back to Kazakh."""
        table = self.table(key)
        texts = {language: table.text(language) for language in LANGUAGES if language in table}
        for language in OBLIGATORY:
            if not texts.get(language):
                raise table.wrong(language, "the text is missing; Kazakh and Russian are obligatory.")
        table.close()
        return {language: texts.get(language) or texts["kk"] for language in LANGUAGES}

    def table(self, key: str) -> Table:
        """Return the table under `key`."""
        raw = self._take(key, dict, "a table", None)
        return Table(raw, self._file, f"{self.name}.{key}".lstrip("."), self._error)

    def tables(self, key: str) -> Iterator[tuple[str, Table]]:
        """Return the named tables under `key`; none when the key is absent."""
        if key not in self._raw:
            return
        group = self.table(key)
        for name in group.keys:
            yield name, group.table(name)

    def awaiting(self) -> tuple[str, ...]:
        """Return the names of the tables within that a program proposed and no person has confirmed."""
        return tuple(self._awaiting(self._raw, self.name))

    @classmethod
    def _awaiting(cls, raw: Mapping[str, Any], name: str) -> Iterator[str]:
        if raw.get("confirmed") is False:
            yield name
        for key, value in raw.items():
            if isinstance(value, dict):
                yield from cls._awaiting(value, f"{name}.{key}".lstrip("."))

    def close(self) -> None:
        """Refuse the keys that nobody took: a misspelt promise must not vanish in silence."""
        for key in sorted(self._left):
            raise self.wrong(key, "nothing by this name is known here.")

    def _take(self, key: str, kind: type, said: str, default: object) -> Any:
        self._left.discard(key)
        value = self._raw.get(key, default)
        if value is None:
            raise self.wrong(key, "it is missing.")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(key, "it must be %(said)s.", said=said)
        return value


def read(shape: type[_Shape], key: str, table: Table, also: Mapping[str, Reader] | None = None) -> _Shape:
    """Return the frozen `shape` that `table` holds: each attribute is a key of the table, read by its type.

    An attribute with a default may be absent; `key` and `number` are the table's own name. `also` reads the
    types that are not of this module.
    """
    values: dict[str, Any] = {}
    for attribute in fields(shape):  # type: ignore[arg-type]
        name = attribute.name
        if name in {"key", "number"}:
            values[name] = key
        elif name in table or (attribute.default is MISSING and attribute.default_factory is MISSING):
            reader = (also or {}).get(str(attribute.type)) or _READERS[str(attribute.type)]
            values[name] = reader(table, name)
    table.close()
    return shape(**values)


_READERS: Mapping[str, Reader] = {
    "str": Table.text,
    "int": Table.number,
    "bool": Table.flag,
    "date": Table.day,
    "date | None": Table.day,
    "Mapping[str, str]": Table.languages,
    "tuple[str, ...]": Table.words,
    "tuple[date, ...]": Table.days,
    "frozenset[str]": lambda table, key: frozenset(table.words(key)),
}
