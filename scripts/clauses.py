"""docs/clauses.md: each clause of the example policy, its norm, the code that holds it and the tests that prove it.

Everything is read from the tree: the clauses from the newest policy.toml, the code from citations such as
§5.1 in derbes/, the tests from `@pytest.mark.clause("5.1")`. A document made from an older tree fails the build.
"""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "clauses.md"
CITATION = re.compile(
    r"(?<!\d )§(\d+(?:\.\d+)*)"
)  # after a number it is a section of that standard: RFC 9162 §2.1

HEAD = """\
# What holds each clause

Made by `make docs` from policy/example/{edition}, the citations in derbes/ and the marks on the tests; not written by hand.
A clause is **held** when code enforces it and a test would fail without that code.
Held today: {held} of {all}.

| Clause | What the system does | Norm | Code | Tests |
|---|---|---|---|---|
"""


class Mark(NamedTuple):
    """A test that holds the code to a clause."""

    clause: str
    file: str
    test: str

    @property
    def sentence(self) -> str:
        return self.test.removeprefix("test_").replace("_", " ")


def newest_policy() -> Path:
    """The folder of the newest edition of the example policy."""
    return max((ROOT / "policy" / "example").glob("*/policy.toml")).parent


def promised() -> dict[str, dict[str, Any]]:
    """The clauses as policy.toml has them, by number and in the order of numbers."""
    clauses = tomllib.loads((newest_policy() / "policy.toml").read_text(encoding="utf-8"))["clause"]
    return dict(sorted(clauses.items(), key=lambda item: [int(part) for part in item[0].split(".")]))


def citations() -> dict[str, list[str]]:
    """Which files of derbes/ cite a clause, by its number. Files of crypto cite standards only."""
    cited: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "derbes").rglob("*.py")):
        if "crypto" in path.parts:
            continue
        for number in sorted(set(CITATION.findall(path.read_text(encoding="utf-8")))):
            cited[number].append(str(path.relative_to(ROOT)))
    return cited


def _numbers(expressions: list[ast.expr]) -> Iterator[str]:
    """The clauses named by the marks among `expressions`, which are decorators or the value of `pytestmark`."""
    for expression in expressions:
        for node in ast.walk(expression):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "clause"
            ):
                yield from (argument.value for argument in node.args if isinstance(argument, ast.Constant))


def _marks_of(path: Path) -> Iterator[Mark]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    whole = [
        node.value for node in tree.body if isinstance(node, ast.Assign) and "pytestmark" in ast.unparse(node)
    ]
    for node in tree.body:
        tests = node.body if isinstance(node, ast.ClassDef) else [node]
        shared = whole + (node.decorator_list if isinstance(node, ast.ClassDef) else [])
        for test in tests:
            if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
                for number in _numbers(shared + test.decorator_list):
                    yield Mark(str(number), str(path.relative_to(ROOT)), test.name)


def marks() -> list[Mark]:
    """Every mark `clause(number)` on a test."""
    return [mark for path in sorted((ROOT / "tests").rglob("test_*.py")) for mark in _marks_of(path)]


def _english(value: str | Mapping[str, str]) -> str:
    return value if isinstance(value, str) else value.get("en", "")


def _row(number: str, clause: Mapping[str, Any], code: list[str], tests: list[Mark]) -> str:
    links = [f"[{mark.sentence}](../{mark.file})" for mark in dict.fromkeys(tests)]
    cells = [
        f"{'✅' if clause.get('enforced') else '⬜'} {number}",
        _english(clause.get("does", "")).strip(),
        clause.get("norm", ""),
        "<br>".join(f"[{file.removeprefix('derbes/')}](../{file})" for file in code),
        "<br>".join(links) if clause.get("enforced") else "*not yet built*",
    ]
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def render() -> str:
    """The whole document, as it must stand in docs/clauses.md."""
    clauses, code, tests = promised(), citations(), marks()
    held = sum(bool(clause.get("enforced")) for clause in clauses.values())
    return HEAD.format(edition=newest_policy().name, held=held, all=len(clauses)) + "".join(
        _row(number, clause, code.get(number, []), [mark for mark in tests if mark.clause == number])
        for number, clause in clauses.items()
    )


if __name__ == "__main__":
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(render(), encoding="utf-8")
