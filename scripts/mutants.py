"""Would the tests notice a mistake? `make mutants` makes thousands of small ones, one at a time, and counts.

`python -m scripts.mutants [PATH…]` takes the modules that are named, or all of the list below, each with the tests
that hold it. What no test noticed is a survivor: a test is missing, or tests/mutation/reasons.toml says why none
can be. Figures go to docs/data/mutants.json, module by module, with the hash of the text that was tried: what was
changed since is told by `python -m scripts.probed`. The answer is 1 when a survivor has no reason.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
FIGURES = ROOT / "docs" / "data" / "mutants.json"
REASONS = ROOT / "tests" / "mutation" / "reasons.toml"
_NOTICED = frozenset({"killed", "timeout"})


class Group(NamedTuple):
    """Modules, and the tests that hold them; with `stores` what SQLite's tests leave is tried on PostgreSQL too."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    stores: bool = False


def _law(module: str, *tests: str) -> Group:
    return Group(
        (f"derbes/law/{module}.py",), tuple(f"tests/law/test_{name}.py" for name in tests or (module,))
    )


def _core(name: str) -> str:
    return f"tests/core/test_{name}.py"


CRYPTO = (
    "armour",
    "canonical",
    "checkpoint",
    "cosignature",
    "der",
    "envelope",
    "ids",
    "index",
    "leaf",
    "mac",
    "signed",
    "signer",
    "stream",
    "tiles",
    "timestamp",
    "tree",
)
GROUPS = (
    _law("permission", "permission", "permission_table"),
    _law("consent", "consent", "consent_receipt"),
    _law("retention", "retention", "retention_edges"),
    _law("lifecycle"),
    _law("deadlines"),
    _law("identifiers", "identifiers", "identifiers_edges"),
    _law("withdrawal"),
    Group(tuple(f"derbes/crypto/{name}.py" for name in CRYPTO),
          ("tests/crypto", "tests/fuzz/test_findings.py", "tests/fuzz/test_corpus.py")),
    Group(tuple(f"derbes/core/vault/{name}.py" for name in ("approach", "breaking", "owners", "removal", "vault", "words")),
          (_core("vault"), _core("vault_held")), stores=True),
    Group(("derbes/core/vault/rewrap.py",), (_core("vault"), "tests/flows/test_rotation.py"), stores=True),
    Group(tuple(f"derbes/core/journal/{name}.py" for name in ("check", "faults", "walk")), (_core("journal_check"),), stores=True),
    Group(("derbes/core/journal/prove.py",), (_core("journal"), _core("journal_entries")), stores=True),
    Group(("derbes/core/journal/integrate.py",),
          (_core("journal_masses"), _core("journal_sequencer")), stores=True),
    Group(tuple(f"derbes/core/journal/{name}.py" for name in ("leaves", "log", "models", "pages", "public", "search")),
          tuple(_core(f"journal{name}") for name in ("", "_entries", "_looked_through", "_masses", "_public")), stores=True),
    Group(("derbes/core/journal/anchors.py",), (_core("journal_anchors"),), stores=True),
    Group(("derbes/core/journal/alike.py", "derbes/core/journal/copying.py"),
          tuple(_core(f"journal_{name}") for name in ("copying", "entries", "masses")), stores=True),
    Group(("derbes/core/vault/among.py",), (_core("among"),), stores=True),
    Group(("derbes/core/vault/crowd.py",), (_core("vault_crowd"),), stores=True),
    Group(("derbes/core/vault/bulk.py",), (_core("vault_bulk"),), stores=True),
    _law("appeals"),
    _law("incidents"),
    _law("depersonalization"),
    _law("moments"),
    _law("strangers"),
    _law("values"),
    _law("addresses", "identifiers", "identifiers_edges", "addresses"),
    _law("consent_text", "consent_text", "consent", "consent_receipt"),
    _law("wording", "wording", "text"),
    _law("text"),
    _law("checks", "checks", "checks_told"),
    _law("promises", "promises", "checks"),
    _law("readable", "checks_told", "checks"),
    _law("consequences"),
    _law("findings", "checks_told", "consequences"),
    _law("norms"),
    _law("tables", "policy_tables", "policy", "norms"),
    _law("coherence", "coherence", "policy"),
    _law("policy", "policy", "coherence"),
    Group(tuple(f"derbes/law/reader/{name}.py" for name in ("blocks", "fold", "language", "sources", "tabular")),
          tuple(f"tests/law/test_reader_{name}.py" for name in ("pieces", "kept"))),
    Group(tuple(f"derbes/law/reader/{name}.py" for name in ("furniture", "lines")),
          tuple(f"tests/law/test_reader_{name}.py" for name in ("lines", "kept"))),
    Group(("derbes/law/reader/numbers.py",), tuple(f"tests/law/test_reader_{name}.py" for name in ("drafts", "kept", "numbers"))),
    Group(("derbes/law/reader/sentences.py",), tuple(f"tests/law/test_reader_{name}.py" for name in ("drafts", "kept", "wording"))),
    Group(tuple(f"derbes/law/reader/{name}.py" for name in
                ("__init__", "about_data", "about_purposes", "about_recipients", "clauses", "context", "drafting", "findings",
                 "hypertext", "kinds", "operations", "proposals", "reading",
                 "terms", "topics", "wordfile")),
          tuple(f"tests/law/test_reader_{name}.py" for name in ("drafts", "kept"))),
)  # fmt: skip


def reasons() -> list[dict[str, str]]:
    """Return the reasons that are written down."""
    found: list[dict[str, str]] = tomllib.loads(REASONS.read_text()).get("reason", [])
    return found


def why(module: str, mutant: dict[str, Any], known: list[dict[str, str]]) -> str:
    """Return why no test can notice this mutant, or nothing."""
    for reason in known:
        same = (reason["path"], reason["text"]) == (module, mutant["text"])
        if same and reason.get("change", mutant["change"]) == mutant["change"]:
            return reason["why"]
    return ""


def without(module: str, left: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return of the mutants of a module that no test noticed those for which no reason is written down."""
    known = tomllib.loads(REASONS.read_text())
    rest = [one for one in left if not why(module, one, known["reason"])]
    most = max((one["most"] for one in known["heuristic"] if one["path"] == module), default=0)
    return rest if len(rest) > most else []


def tried(group: Group, modules: list[str]) -> list[dict[str, Any]]:
    """Try all mutants of these modules of a group; return what became of each."""
    with tempfile.TemporaryDirectory() as folder:
        sqlite, postgres = Path(folder) / "sqlite", Path(folder) / "postgres"
        found = _run(group, modules, sqlite)
        if not group.stores or all(one["fate"] in _NOTICED for one in found):
            return found
        again = _run(group, modules, postgres, again=sqlite)
        there = {(one["path"], one["number"]): one for one in again}
        return [there.get((one["path"], one["number"]), one) for one in found]


def _run(group: Group, modules: list[str], told: Path, again: Path | None = None) -> list[dict[str, Any]]:
    """Try the mutants on SQLite, or on PostgreSQL those that the record `again` left."""
    parts = [part for module in modules for part in ("--mutate", module)]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += ["-p", "tests.mutation.loop", *parts, "--told", str(told), *group.tests]
    where = {name: value for name, value in os.environ.items() if name != "DERBES_DATABASE"}
    if again:
        command = ["scripts/postgres.sh", *command, "--again", str(again)]
    subprocess.run(command, cwd=ROOT, env=where, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  our own
    return [json.loads(line) for line in told.read_text().splitlines()]


def text_of(module: str) -> str:
    """Return the hash of the module's text as it is now; that of no text when it is gone."""
    path = ROOT / module
    return sha256(path.read_bytes() if path.exists() else b"").hexdigest()


def summed(module: str, source: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the figures of one module of this text, and what was left."""
    mine = [one for one in found if one["path"] == module]
    left = [
        {name: one[name] for name in ("line", "text", "change", "fate")}
        for one in mine
        if one["fate"] not in _NOTICED
    ]
    seconds = round(sum(one["seconds"] for one in mine), 1)
    return {
        "source": source,
        "mutants": len(mine),
        "noticed": len(mine) - len(left),
        "seconds": seconds,
        "left": left,
    }


def told(told_of: dict[str, Any]) -> int:
    """Say what is left; return how many have no reason."""
    count = 0
    for module, figures in told_of.items():
        sys.stdout.write(f"{module}: {figures['noticed']} of {figures['mutants']} noticed\n")
        for one in without(module, figures["left"]):
            count += 1
            sys.stdout.write(f"  {one['line']}: {one['text']}  [{one['change']}, {one['fate']}]\n")
    return count


def main(asked: list[str]) -> int:
    """Try what is asked for, keep the figures, tell what is left."""
    fresh: dict[str, Any] = {}
    for group in GROUPS:
        modules = [module for module in group.modules if not asked or module in asked]
        if not modules:
            continue
        sources = {module: text_of(module) for module in modules}
        found = tried(group, modules)
        fresh |= {module: summed(module, source, found) for module, source in sources.items()}
        kept: dict[str, Any] = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
        FIGURES.parent.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps({**kept, **fresh}, indent=1, ensure_ascii=False) + "\n")
    return int(told(fresh) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
