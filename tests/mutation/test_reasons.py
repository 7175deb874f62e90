"""A survivor's reason is about a line that there is, says something, and none is written twice."""

from __future__ import annotations

import ast
import tomllib

from scripts.mutants import GROUPS, REASONS, ROOT, reasons, text_of, without
from scripts.probed import stale
from tests.mutation.changes import _sites


def test_each_reason_is_about_a_line_of_a_module_that_is_tried() -> None:
    tried = {module for group in GROUPS for module in group.modules}
    for reason in reasons():
        assert reason["path"] in tried
        lines = {line.strip() for line in (ROOT / reason["path"]).read_text().splitlines()}
        assert reason["text"] in lines, f"{reason['path']} has no line {reason['text']!r}"
        assert len(reason["why"].split()) > 3


def test_a_heuristic_counts_what_may_be_left_and_no_more() -> None:
    known = tomllib.loads(REASONS.read_text())["heuristic"]
    assert len({one["path"] for one in known}) == len(known)
    for one in known:
        assert one["path"].startswith("derbes/law/reader/"), "everything else has a reason for each line"
        left = [{"text": "no line", "change": "none"}] * one["most"]
        assert without(one["path"], left) == []
        assert len(without(one["path"], [*left, left[0]])) == one["most"] + 1


def test_no_reason_is_written_twice() -> None:
    found = [(reason["path"], reason["text"], reason.get("change")) for reason in reasons()]
    assert len(found) == len(set(found))


def test_every_module_of_the_law_the_keys_the_vault_and_the_journal_is_tried() -> None:
    tried = {module for group in GROUPS for module in group.modules}
    folders = ("derbes/law", "derbes/crypto", "derbes/core/vault", "derbes/core/journal")
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if "migrations" not in name and any(True for _ in _sites(ast.parse(path.read_text()))):
            assert name in tried


def test_all_modules_and_tests_that_are_named_are_there() -> None:
    for group in GROUPS:
        for name in (*group.modules, *group.tests):
            assert (ROOT / name).exists(), name


def test_a_record_of_another_text_is_told_from_one_of_this() -> None:
    module = "derbes/law/withdrawal.py"
    one = {"mutants": 1, "noticed": 1, "seconds": 0.1, "left": []}
    assert stale({module: {**one, "source": text_of(module)}}) == []
    assert stale({module: {**one, "source": "of earlier"}, "derbes/law/gone.py": one}) == [
        "derbes/law/gone.py",
        module,
    ]
