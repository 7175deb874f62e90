"""The shape of the code, where imports cannot show it (import-linter holds the floors).

Each test gathers every offender before it fails, and names file and line. An exception stands in a table
here with its reason, and a table with an entry that is no longer needed fails too.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FUNCTION, LONGEST_FILE = 40, 300

# Names that say nothing: a module is called after the thing that it holds.
EMPTY_NAMES = frozenset(
    [
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "base",
        "misc",
        "manager",
        "managers",
        "handler",
        "handlers",
        "service",
        "services",
        "processor",
        "processors",
        "engine",
        "engines",
        "info",
    ]
)

# file: why it is called so
NAMED = {"derbes/postgresql/base.py": "Django looks for a backend under this name"}
# file: why it may be longer
LONGER = {
    "verify/derbes_verify.py": "one file, so that an outsider can read it through and run it with nothing installed",
}
# file: why it opens a transaction itself
TRANSACTIONS = {
    "derbes/flows/story.py": "the shape of every step",
}
# file: why it reads the clock although it is no face
CLOCKS: dict[str, str] = {}
# file, function: why it imports late
LATE_IMPORTS: dict[tuple[str, str], str] = {}


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every Python file of ours below `folders`, as its path from the root and its syntax tree."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def name_of(node: ast.AST) -> str:
    """The dotted name that `node` spells, or an empty string: `os.environ`, `atomic`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}".lstrip(".")
    return ""


def places(file: str, tree: ast.AST, found: Callable[[ast.AST], object]) -> list[str]:
    return [f"{file}:{node.lineno}" for node in ast.walk(tree) if hasattr(node, "lineno") and found(node)]


def none(offenders: list[str], rule: str) -> None:
    if offenders:
        pytest.fail(f"{rule}:\n" + "\n".join(offenders), pytrace=False)


def test_functions_are_short():
    long = [
        f"{file}:{function.lineno} {function.name}: {length} lines"
        for file, tree in sources("derbes", "verify", "scripts", "bench")
        for function in functions(tree)
        if (length := function.end_lineno - function.lineno + 1) > LONGEST_FUNCTION
    ]
    none(long, f"a function has at most {LONGEST_FUNCTION} lines")


def test_files_are_short():
    lengths = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n")
        for folder in ("derbes", "verify", "scripts", "bench")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    }
    long = {file for file, lines in lengths.items() if lines > LONGEST_FILE}
    none(
        [f"{file}: {lengths[file]}" for file in sorted(long - LONGER.keys())],
        f"a file has at most {LONGEST_FILE} lines",
    )
    none(sorted(LONGER.keys() - long), "LONGER excuses a file that needs no excuse")


def test_modules_are_called_after_what_they_hold():
    named = [
        file
        for file, _ in sources("derbes", "verify", "scripts")
        if EMPTY_NAMES & {*Path(file).with_suffix("").parts} and file not in NAMED
    ]
    none(named, "a name that says nothing")


def test_a_permission_is_made_by_the_law_alone():
    made = [
        place
        for file, tree in sources("derbes", "verify", "scripts", "bench")
        if file != "derbes/law/permission.py"
        for place in places(
            file,
            tree,
            lambda node: isinstance(node, ast.Call) and name_of(node.func).split(".")[-1] == "Permission",
        )
    ]
    none(made, "a Permission is constructed only in law/permission.py")


def test_the_environment_is_read_in_the_settings_alone():
    def reads(node: ast.AST) -> bool:
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            return any(alias.name in {"environ", "environb", "getenv"} for alias in node.names)
        return name_of(node) in {"os.environ", "os.environb", "os.getenv"}

    doors = {"derbes/settings.py", "derbes/wsgi.py"}  # wsgi.py names the settings, as Django asks
    read = [
        place for file, tree in sources("derbes") if file not in doors for place in places(file, tree, reads)
    ]
    none(read, "the environment is read only in settings.py")


def test_no_import_hides_in_a_function():
    hidden = {
        (file, function.name): f"{file}:{node.lineno} in {function.name}"
        for file, tree in sources("derbes", "verify")
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    none(
        [place for key, place in hidden.items() if key not in LATE_IMPORTS],
        "imports stand at the head of a module",
    )
    none([str(key) for key in LATE_IMPORTS.keys() - hidden.keys()], "LATE_IMPORTS excuses what is not there")


def test_transactions_are_opened_by_the_story_alone():
    words = {"atomic", "set_autocommit", "commit", "rollback"}

    def opens(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute | ast.Name) and name_of(node).split(".")[-1] in words

    opened = {file: found for file, tree in sources("derbes") if (found := places(file, tree, opens))}
    none(
        [place for file, found in opened.items() if file not in TRANSACTIONS for place in found],
        "a transaction is opened only in flows/story.py",
    )
    none(sorted(TRANSACTIONS.keys() - opened.keys()), "TRANSACTIONS excuses a file that opens none")


def test_only_faces_read_the_clock():
    clock = re.compile(
        r"(^|\.)(timezone|datetime|date)\.(now|utcnow|today)$|^time\.(time|time_ns|localtime|gmtime)$"
    )

    def reads(node: ast.AST) -> bool:
        stamped = isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}
        return stamped or (isinstance(node, ast.Attribute) and bool(clock.search(name_of(node))))

    read = {
        file: found
        for file, tree in sources("derbes")
        if not file.startswith("derbes/faces/") and (found := places(file, tree, reads))
    }
    none(
        [place for file, found in read.items() if file not in CLOCKS for place in found],
        "the time is a parameter `at`; only faces read the clock",
    )
    none(sorted(CLOCKS.keys() - read.keys()), "CLOCKS excuses a file that reads none")


def test_templates_are_in_faces_only():
    strays = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "derbes").rglob("templates")
        if not path.is_relative_to(ROOT / "derbes" / "faces")
    ]
    none(strays, "templates live only in faces")


def test_every_module_says_what_it_is():
    silent = [
        file
        for file, tree in sources("derbes", "verify", "scripts")
        if tree.body and not ast.get_docstring(tree) and Path(file).name != "apps.py"
    ]
    none(silent, "a module's docstring says what it is and what always holds")


def test_what_others_call_is_described():
    silent = [
        f"{file}:{node.lineno} {node.name}"
        for file, tree in sources("derbes/law", "derbes/crypto", "derbes/flows")
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    none(silent, "public functions of law, crypto and flows say what they do, for the caller")


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_locks_name_hashes_and_no_address(lock):
    text = lock.read_text(encoding="utf-8")
    assert "http" not in text
    assert "--hash=sha256:" in text
