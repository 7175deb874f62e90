"""A file of the policy is read key by key: each by its kind, none passed over, and what is wrong is told with its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from derbes.law.tables import Table, TableError, read

if TYPE_CHECKING:
    from collections.abc import Callable


def table(text: str) -> Table:
    return Table.of(text, "policy.toml", TableError)


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(TableError) as refusal:
        do()
    return str(refusal.value)


def test_each_kind_of_value_is_read_as_it_is() -> None:
    whole = table("""
text = " said "
number = 0
flag = false
day = 2026-11-22
days = [2026-11-22, 2026-11-23]
words = ["b", "a"]
none = []
moment = 2026-11-22T00:00:00Z
[limits]
one = 1
""")
    assert (whole.text("text"), whole.number("number"), whole.flag("flag")) == ("said", 0, False)
    assert whole.day("day") == date(2026, 11, 22)
    assert whole.days("days") == (date(2026, 11, 22), date(2026, 11, 23))
    assert (whole.words("words"), whole.words("none")) == (("b", "a"), ())
    moment = whole.moment("moment")
    assert (moment, type(moment)) == (datetime(2026, 11, 22, tzinfo=UTC), datetime)
    assert whole.numbers("limits") == {"one": 1}
    assert "text" in whole
    assert "soul" not in whole
    whole.close()


def test_what_is_absent_is_what_it_is_by_default() -> None:
    empty = table("")
    assert (empty.text("a", "x"), empty.number("a", 7), empty.flag("a", default=True)) == ("x", 7, True)
    assert (empty.words("a", ("x",)), empty.moment("a"), list(empty.tables("a"))) == (("x",), None, [])


@pytest.mark.parametrize(
    ("text", "read", "said"),
    [
        ("a = 1", lambda one: one.text("a"), "it must be a text"),
        ("", lambda one: one.text("a"), "it is missing"),
        ("a = -1", lambda one: one.number("a"), "-1 is negative"),
        ("a = true", lambda one: one.number("a"), "a whole number"),
        ("a = 1", lambda one: one.flag("a"), "true or false"),
        ("a = 2026-11-22T00:00:00", lambda one: one.moment("a"), "time zone"),
        ("a = 2026-11-22", lambda one: one.moment("a"), "it must be a moment"),
        ("a = '2026-11-22'", lambda one: one.day("a"), "it must be a date"),
        ("a = [2026-11-22T00:00:00Z]", lambda one: one.days("a"), "every item must be a date"),
        ("a = [1]", lambda one: one.words("a"), "every item must be a text"),
        ("a = ['x', 1]", lambda one: one.words("a"), "every item must be a text"),
        ("a = ['x', 'x']", lambda one: one.words("a"), "an item stands twice"),
        ("a = {one = 0}", lambda one: one.numbers("a"), r"policy.toml, [a], one"),
        ("a = {kk = 'x', ru = ' '}", lambda one: one.languages("a"), "policy.toml, [a], ru"),
        ("a = {ru = 'x'}", lambda one: one.languages("a"), "policy.toml, [a], kk"),
        ("a = {kk = 'x', ru = 'x', de = 'x'}", lambda one: one.languages("a"), "policy.toml, [a], de"),
        ("", lambda one: one.languages("a"), "it is missing"),
        ("[a.b.c]\nd = 1", lambda one: one.table("a").table("b").table("c").text("d"), "policy.toml, [a.b.c], d"),
        ("[a.b]\nd = 1", lambda one: dict(one.tables("a"))["b"].close(), "policy.toml, [a.b], d"),
        ("b = 1\na = 1", lambda one: one.close(), "policy.toml, a"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(text: str, read: Callable[[Table], object], said: str) -> None:
    assert said in refused(lambda: read(table(text)))


def test_a_language_that_is_not_obligatory_falls_back_to_kazakh() -> None:
    assert table("a = {kk = 'k', ru = 'r'}").languages("a") == {"kk": "k", "ru": "r", "en": "k"}
    assert table("a = {kk = 'k', ru = 'r', en = ''}").languages("a")["en"] == "k"
    assert table("a = {kk = 'k', ru = 'r', en = 'e'}").languages("a")["en"] == "e"


def test_what_waits_for_a_person_is_named_however_deep_it_lies() -> None:
    whole = table("""
confirmed = true
[a.b]
confirmed = false
[a.b.c]
confirmed = false
[d]
confirmed = true
""")
    assert whole.awaiting() == ("a.b", "a.b.c")
    assert whole.table("a").awaiting() == ("a.b", "a.b.c")


@dataclass(frozen=True)
class Shape:
    key: str
    name: str
    count: int = 3
    words: tuple[str, ...] = ()


def test_a_shape_takes_its_values_by_their_types_and_leaves_none_over() -> None:
    assert read(Shape, "k", table("name = 'x'")) == Shape("k", "x")
    assert read(Shape, "k", table("name = 'x'\ncount = 4\nwords = ['w']")) == Shape("k", "x", 4, ("w",))
    assert "name" in refused(lambda: read(Shape, "k", table("count = 4")))
    assert "policy.toml, soul" in refused(lambda: read(Shape, "k", table("name = 'x'\nsoul = 1")))
