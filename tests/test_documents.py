"""The documents say what is: the table of clauses is current, no promise lacks its test, no link leads nowhere."""

import re

import pytest

from scripts import clauses

LINK = re.compile(r"\[[^\]]*\]\(([^)\s#]+)[^)]*\)")
DOCUMENTS = sorted(
    path
    for folder in (clauses.ROOT, clauses.ROOT / "docs", clauses.ROOT / "policy")
    for path in (folder.glob("*.md") if folder == clauses.ROOT else folder.rglob("*.md"))
)


def test_the_table_of_clauses_is_current():
    stands = clauses.DOCUMENT.read_text(encoding="utf-8") if clauses.DOCUMENT.exists() else ""
    assert stands == clauses.render(), (
        "docs/clauses.md is older than the tree: run `make docs` and look at the change"
    )


def test_every_enforced_clause_has_a_test():
    tested = {mark.clause for mark in clauses.marks()}
    bare = [
        number
        for number, clause in clauses.promised().items()
        if clause.get("enforced") and number not in tested
    ]
    assert not bare, "policy.toml says that these are enforced; no test carries their mark"


def test_every_mark_names_a_clause_of_the_policy():
    known = clauses.promised().keys()
    assert [mark for mark in clauses.marks() if mark.clause not in known] == []


def test_every_citation_names_a_clause_of_the_policy():
    known = clauses.promised().keys()
    unknown = {number: files for number, files in clauses.citations().items() if number not in known}
    assert unknown == {}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(clauses.ROOT)))
def test_every_link_leads_somewhere(document):
    text = document.read_text(encoding="utf-8")
    targets = [target for target in LINK.findall(text) if not re.match(r"[a-z]+:", target)]
    assert [target for target in targets if not (document.parent / target).exists()] == []
