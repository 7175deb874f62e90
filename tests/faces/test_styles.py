"""What a template asks of the style sheets stands in one that its page loads."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

FACES = ROOT / "derbes" / "faces"
EVERYWHERE = FACES / "static" / "css" / "derbes.css"
OFFICE = tuple(sorted((FACES / "office" / "static" / "office").glob("*.css")))


def styled(*sheets) -> set[str]:
    return {
        name for sheet in sheets for name in re.findall(r"\.(d-[\w-]+)", sheet.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize(
    ("folders", "sheets"),
    [(("templates", "public", "cabinet"), (EVERYWHERE,)), (("office",), (EVERYWHERE, *OFFICE))],
)
def test_every_class_of_ours_in_a_template_has_a_style_on_its_page(folders, sheets):
    known = styled(*sheets)
    lost = {
        (path.name, name)
        for folder in folders
        for path in (FACES / folder).rglob("*.html")
        for classes in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8"))
        for name in re.findall(r"(?<![\w-])d-[\w-]*\w(?![\w{-])", classes)
        if name not in known
    }
    assert lost == set()
