"""A survivor's reason is about a line that there is, says something, and none is written twice."""

from __future__ import annotations

from scripts.mutants import GROUPS, ROOT, reasons, text_of
from scripts.probed import stale


def test_each_reason_is_about_a_line_of_a_module_that_is_tried() -> None:
    tried = {module for group in GROUPS for module in group.modules}
    for reason in reasons():
        assert reason["path"] in tried
        lines = {line.strip() for line in (ROOT / reason["path"]).read_text().splitlines()}
        assert reason["text"] in lines, f"{reason['path']} has no line {reason['text']!r}"
        assert len(reason["why"].split()) > 3


def test_no_reason_is_written_twice() -> None:
    found = [(reason["path"], reason["text"], reason.get("change")) for reason in reasons()]
    assert len(found) == len(set(found))


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
