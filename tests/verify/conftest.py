"""A journal with Aliya in it, and what was given out of it."""

import pytest

from derbes.core.journal import log, prove
from tests.core.ledger import ALIYA, ERLAN, place, publication, write
from tests.verify.papers import (
    FILES,
    FILES_SHA256,
    agreeing,
    exported,
    kept,
    publish,
    receipt_document,
    sealed,
)


@pytest.fixture
def consent():
    """Aliya agrees; her entry gets its place among 600 others."""
    write(300, ERLAN)
    entry = log.append(agreeing(350), secret=ALIYA, n=1)
    write(299, None, first=400)
    place()
    return entry


@pytest.fixture
def receipt(consent, tmp_path):
    attached = prove.attachment(consent)
    return kept(tmp_path / "receipt.json", sealed(receipt_document(attached["opening"]["body"]), **attached))


@pytest.fixture
def edition(tmp_path):
    entry = log.append(publication(sha256=FILES_SHA256), secret=None, n=None)
    place()
    document = {
        "type": "edition",
        "v": 1,
        "edition": "2026-11-22",
        "effective": "2026-11-22T00:00:00.000Z",
        "published": "2026-11-21T09:00:00.000Z",
        "sha256": FILES_SHA256,
        "files": FILES,
    }
    return kept(tmp_path / "edition.json", sealed(document, inclusion=prove.inclusion(entry)))


@pytest.fixture
def history(tmp_path):
    """Aliya's history of five entries among others, and the journal that was published with it."""
    write(300, ERLAN)
    write(5, ALIYA)
    place()
    write(300, None, first=400)
    place()
    return exported(tmp_path / "history.json"), publish(tmp_path / "journal")
