"""Regular expressions that take too long: every pattern of the code, pumped with what its own repeats take.

A pattern is written in many places and looks harmless in each. So all of them are found (compiled ones in the
modules, literal ones in calls of `re`), taken apart, and matched against texts that repeat what one of their
repeats takes and then fail to end. What grows faster than its text shows at once.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import re._constants as said  # what a parsed pattern is made of; there is no public name for it
import re._parser as parser
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import derbes.law
from derbes.law.reader.fold import bounded, tidy

ROOT = Path(__file__).parents[2]
LENGTHS = (300, 900, 3000)  # the short one first: what is cubic would take minutes at the long one
READING = 0.15  # seconds; a paragraph is at most two and a half times as long as the longest
SLOWEST = 0.008  # seconds; what is linear takes a hundredth of it
_END = "\x00 x"
_CLASSES = {
    said.CATEGORY_SPACE: " ",
    said.CATEGORY_NOT_SPACE: "a",
    said.CATEGORY_DIGIT: "1",
    said.CATEGORY_NOT_DIGIT: "a",
    said.CATEGORY_WORD: "a",
    said.CATEGORY_NOT_WORD: "-",
}
_WHOLE = frozenset({"match", "fullmatch"})


class Written(NamedTuple):
    """A pattern as it stands in the code: where, what, with which flags, and whether it is tried at one place only."""

    where: str
    pattern: str
    flags: int
    anchored: bool


class Slow(NamedTuple):
    """A pattern and the text on which it takes `seconds`."""

    written: Written
    text: str
    seconds: float


def written(folders: tuple[str, ...] = ("derbes", "verify")) -> list[Written]:
    """Return every pattern in the code."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    trees = {path: ast.parse(path.read_text()) for path in paths if "migrations" not in path.parts}
    public = {name: used for name, used in _uses(trees.values()).items() if not name.startswith("_")}
    literal = [
        found for path, tree in trees.items() for found in _in(path, tree, {**_uses([tree]), **public})
    ]
    known = {one.pattern for one in literal}
    return [*literal, *(one for one in _put_together() if one.pattern not in known)]


def _put_together() -> Iterator[Written]:
    """Yield the patterns of the law that are made of parts, which only its modules know once they are loaded."""
    for info in pkgutil.walk_packages(derbes.law.__path__, "derbes.law."):
        for name, value in vars(importlib.import_module(info.name)).items():
            for place, pattern in enumerate(_compiled(value)):
                text = (
                    pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
                )
                yield Written(
                    f"{info.name}.{name}[{place}]", text, pattern.flags & ~re.UNICODE, anchored=False
                )


def _compiled(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _compiled(one)
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from _compiled(one)


def _uses(trees: Any) -> dict[str, set[str]]:
    """Tell by which methods each name is used, wherever that is."""
    uses: dict[str, set[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                uses.setdefault(node.value.id, set()).add(node.attr)
    return uses


def _in(path: Path, tree: ast.Module, uses: dict[str, set[str]]) -> Iterator[Written]:
    names = {
        id(node.value): node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re"):
            continue
        pattern = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
        if isinstance(pattern, bytes):
            pattern = pattern.decode("latin-1")
        if not isinstance(pattern, str) or node.func.attr == "escape":
            continue
        named = uses.get(names.get(id(node), ""), set())
        methods = {node.func.attr} if node.func.attr != "compile" else named & {*dir(re.compile(""))}
        anchored = bool(methods) and methods <= _WHOLE
        yield Written(f"{path.relative_to(ROOT)}:{node.lineno}", pattern, _flags(node), anchored)


def _flags(call: ast.Call) -> int:
    found = re.NOFLAG
    for given in [*call.args[1:], *(keyword.value for keyword in call.keywords)]:
        for node in ast.walk(given):
            if isinstance(node, ast.Attribute):
                flag = getattr(re, node.attr, None)
                found |= flag if isinstance(flag, re.RegexFlag) else re.NOFLAG
    return int(found)


def attacks(pattern: str, flags: int, length: int) -> Iterator[str]:
    """Yield texts that repeat what a repeat of `pattern` takes, behind what stands before it."""
    seen: set[str] = set()
    for before, body in _repeats(parser.parse(pattern, flags), ("", "")):
        for pump in dict.fromkeys((body, body[:1], f"{body} ")):
            for start in dict.fromkeys(("", *before)):
                text = start + pump * (length // max(len(pump), 1)) + _END
                if pump and text not in seen:
                    seen.add(text)
                    yield text


def _repeats(nodes: Any, before: tuple[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield what may stand before a repeat (with other repeats taken as seldom as may be, and once), and its body."""
    for operator, value in nodes:
        if operator in {said.MAX_REPEAT, said.MIN_REPEAT, said.POSSESSIVE_REPEAT}:
            least, most, inner = value
            if most is said.MAXREPEAT or most > 20:
                yield from ((before, one) for one in _samples(inner))
            yield from _repeats(inner, before)
            once = _sample(inner)
            before = (before[0] + once * least, before[1] + once * max(least, 1))
        elif operator is said.BRANCH:
            for branch in value[1]:
                yield from _repeats(branch, before)
            before = _behind(before, _sample(value[1][0]))
        elif operator is said.SUBPATTERN:
            yield from _repeats(value[3], before)
            before = _behind(before, _sample(value[3]))
        elif operator is said.ATOMIC_GROUP:
            yield from _repeats(value, before)
            before = _behind(before, _sample(value))
        elif operator in {said.ASSERT, said.ASSERT_NOT}:
            yield from _repeats(value[1], before)
        else:
            before = _behind(before, _sample([(operator, value)]))


def _behind(before: tuple[str, str], text: str) -> tuple[str, str]:
    return before[0] + text, before[1] + text


def _samples(nodes: Any) -> list[str]:
    """Return texts that `nodes` take: one for each branch, so that none is overlooked."""
    found = [_sample(nodes)]
    for operator, value in nodes:
        if operator is said.BRANCH:
            found += [_sample(branch) for branch in value[1]]
        elif operator is said.SUBPATTERN:
            found += _samples(value[3])
        elif operator is said.IN:
            found += [_of_class([item]) for item in value[:4] if item[0] is not said.NEGATE]
    return found


def _sample(nodes: Any) -> str:
    """Return a text that `nodes` take, or nearly."""
    text = ""
    for operator, value in nodes:
        if operator is said.LITERAL:
            text += chr(value)
        elif operator is said.NOT_LITERAL:
            text += "a" if value != ord("a") else "b"
        elif operator is said.ANY:
            text += "a"
        elif operator is said.IN:
            text += _of_class(value)
        elif operator in {said.MAX_REPEAT, said.MIN_REPEAT, said.POSSESSIVE_REPEAT}:
            text += _sample(value[2]) * max(value[0], 1)
        elif operator is said.BRANCH:
            text += _sample(value[1][0])
        elif operator is said.SUBPATTERN:
            text += _sample(value[3])
        elif operator is said.ATOMIC_GROUP:
            text += _sample(value)
    return text


def _of_class(items: Any) -> str:
    negated = items[0][0] is said.NEGATE
    if negated:
        whole = re.compile("[" + "".join(map(_written_out, items[1:])) + "]")
        return next(sign for sign in "a (<[{-1*x" if not whole.match(sign))
    operator, value = items[0]
    if operator is said.LITERAL:
        return chr(value)
    return chr(value[0]) if operator is said.RANGE else _CLASSES.get(value, "a")


def _written_out(item: Any) -> str:
    operator, value = item
    if operator is said.LITERAL:
        return re.escape(chr(value))
    if operator is said.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    return {
        said.CATEGORY_SPACE: r"\s",
        said.CATEGORY_NOT_SPACE: r"\S",
        said.CATEGORY_DIGIT: r"\d",
        said.CATEGORY_NOT_DIGIT: r"\D",
        said.CATEGORY_WORD: r"\w",
    }.get(value, r"\W")


def slow(one: Written) -> Slow | None:
    """Return the text on which a pattern takes too long, if there is any."""
    pattern = re.compile(one.pattern, one.flags)
    tried = pattern.match if one.anchored else pattern.search
    as_seen, slowest = _as_seen(one.where)
    for length in LENGTHS:
        for text in map(as_seen, attacks(one.pattern, one.flags, length)):
            if _taken(tried, text) > slowest:
                seconds = min(_taken(tried, text) for _ in range(3))  # the machine may have been busy
                if seconds > slowest:
                    return Slow(one, text, seconds)
    return None


def _as_seen(where: str) -> tuple[Callable[[str], str], float]:
    """Return what a text has gone through before a pattern sees it, and how long may then be taken.

    The reader bounds its text before anything else, tidies it once the lines are read, and is run by one person on
    one file; all else meets whatever anybody sends.
    """
    if "reader" not in where:
        return str, SLOWEST
    early = any(
        name in where
        for name in ("reader/lines.py", "reader/hypertext.py", "reader/sources.py", "reader/fold.py")
    )
    return (bounded if early else lambda text: tidy(bounded(text))), READING


def _taken(tried: Any, text: str) -> float:
    start = time.process_time()
    tried(text)
    return time.process_time() - start
