"""The small changes that are made to a module, one at a time: each a mistake that somebody could have written.

Only what stands in functions is changed, since that can be exchanged in a running program. Texts that are only
read by people (docstrings, what a `raise` says, sentences) are left alone.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import NamedTuple

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Div: ast.Mult,
}  # fmt: skip
_NAMED = {"min": "max", "max": "min", "any": "all", "all": "any"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Mutant(NamedTuple):
    """A change: in which function (its qualified name and first line), on which line, what, and the code with it."""

    path: str
    function: str
    first: int
    line: int
    text: str
    change: str
    code: CodeType


def mutants(path: Path, name: str) -> Iterator[Mutant]:
    """Yield the changes to the module at `path`, which is called `name` in what is told."""
    source = path.read_text()
    lines = source.splitlines()
    count = len(list(_sites(ast.parse(source))))
    for number in range(count):
        tree = ast.parse(source)
        site = list(_sites(tree))[number]
        site.make()
        ast.fix_missing_locations(tree)
        for code in _codes(compile(tree, str(path), "exec")):
            if (code.co_qualname, code.co_firstlineno) == (site.function, site.first):
                yield Mutant(
                    name,
                    site.function,
                    site.first,
                    site.line,
                    lines[site.line - 1].strip(),
                    site.change,
                    code,
                )


class _Site(NamedTuple):
    function: str
    first: int
    line: int
    change: str
    make: Callable[[], None]


def _codes(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes(inner)


def _sites(tree: ast.Module) -> Iterator[_Site]:
    """The outermost functions, methods too; what stands within them is theirs."""
    for holder, prefix in (
        (tree, ""),
        *((node, f"{node.name}.") for node in tree.body if isinstance(node, ast.ClassDef)),
    ):
        for node in holder.body:
            if isinstance(node, _FUNCTIONS):
                first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                for line, change, make in _within(node):
                    yield _Site(prefix + node.name, first, line, change, make)


Told = tuple[int, str, Callable[[], None]]


def _within(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Told]:
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop(0)
        yield from _of_statement(node)
        if isinstance(node, ast.Raise) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            continue
        yield from _of_expression(node)
        todo += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.arguments)]
        if isinstance(node, _FUNCTIONS):
            todo = [one for one in todo if one not in node.decorator_list and one is not node.returns]
        if isinstance(node, ast.AnnAssign):
            todo.remove(node.annotation)


def _of_statement(node: ast.AST) -> Iterator[Told]:
    if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        yield node.lineno, "left out", _becomes(node, ast.Pass())
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield node.lineno, "returns None", _sets(node, "value", ast.Constant(None))
    elif isinstance(node, ast.Continue):
        yield node.lineno, "continue → break", _becomes(node, ast.Break())
    elif isinstance(node, ast.Break):
        yield node.lineno, "break → continue", _becomes(node, ast.Continue())
    elif isinstance(node, ast.AugAssign) and type(node.op) in _COUNTED:
        yield node.lineno, _told(node.op, other := _COUNTED[type(node.op)]()), _sets(node, "op", other)


def _of_expression(node: ast.AST) -> Iterator[Told]:  # noqa: C901  one line for each kind of mistake
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            other = _COMPARED[type(operator)]()
            yield node.lineno, _told(operator, other), _replaces(node.ops, place, other)
    elif isinstance(node, ast.BoolOp):
        swapped = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield node.lineno, _told(node.op, swapped), _sets(node, "op", swapped)
        for place in range(len(node.values)):
            yield node.lineno, f"without part {place + 1}", _drops(node, place)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.lineno, "without not", _becomes(node, copy.deepcopy(node.operand))
    elif isinstance(node, ast.BinOp) and type(node.op) in _COUNTED:
        if not (isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant)):
            yield node.lineno, _told(node.op, other := _COUNTED[type(node.op)]()), _sets(node, "op", other)
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield (
            node.test.lineno,
            "condition turned round",
            _sets(node, "test", ast.UnaryOp(ast.Not(), node.test)),
        )
    elif isinstance(node, ast.comprehension):
        for place in range(len(node.ifs)):
            yield node.ifs[place].lineno, "without its if", lambda place=place: node.ifs.pop(place)  # type: ignore[misc]
    elif isinstance(node, ast.Name) and node.id in _NAMED and isinstance(node.ctx, ast.Load):
        yield node.lineno, f"{node.id} → {_NAMED[node.id]}", _sets(node, "id", _NAMED[node.id])
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node)


def _of_constant(node: ast.Constant) -> Iterator[Told]:
    if isinstance(node.value, bool):
        yield node.lineno, f"{node.value} → {not node.value}", _sets(node, "value", not node.value)
    elif isinstance(node.value, int):
        yield node.lineno, f"{node.value} → {node.value + 1}", _sets(node, "value", node.value + 1)
    elif isinstance(node.value, str | bytes) and not any(
        space in node.value for space in ((" ",) if isinstance(node.value, str) else (b" ",))
    ):
        other = f"{node.value}~" if isinstance(node.value, str) else node.value + b"~"
        yield node.lineno, f"{node.value!r} → {other!r}", _sets(node, "value", other)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _told(before: ast.AST, after: ast.AST) -> str:
    return f"{type(before).__name__} → {type(after).__name__}"


def _sets(node: ast.AST, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(node, name, value)


def _drops(node: ast.BoolOp, place: int) -> Callable[[], None]:
    left = [value for number, value in enumerate(node.values) if number != place]
    return _becomes(node, copy.deepcopy(left[0])) if len(left) == 1 else _sets(node, "values", left)


def _replaces(holder: list[ast.cmpop], place: int, value: ast.cmpop) -> Callable[[], None]:
    return lambda: holder.__setitem__(place, value)


def _becomes(node: ast.AST, other: ast.AST) -> Callable[[], None]:
    """Turn a node into another in its place, whoever holds it."""

    def make() -> None:
        where = {
            name: getattr(node, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")
        }
        node.__class__ = other.__class__
        node.__dict__ = {**other.__dict__, **where}

    return make
