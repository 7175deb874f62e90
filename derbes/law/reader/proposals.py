"""What a document proposes for the machine half, kind by kind."""

from __future__ import annotations

from derbes.law.reader.about_data import data
from derbes.law.reader.about_purposes import purposes
from derbes.law.reader.about_recipients import recipients
from derbes.law.reader.context import Setting
from derbes.law.reader.findings import proposed
from derbes.law.reader.operations import operations
from derbes.law.reader.reading import Proposal
from derbes.law.reader.words_data import DATA
from derbes.law.reader.words_purposes import PURPOSES
from derbes.law.reader.words_recipients import OPERATIONS, RECIPIENTS


def proposals(setting: Setting) -> dict[str, tuple[Proposal, ...]]:
    """Return data, purposes, operations and recipients, each key once, in the order of the document."""
    stretches = list(setting.stretches())
    return {
        "data": proposed(data(stretches), [*DATA, "other"]),
        "purposes": proposed(purposes(stretches), PURPOSES),
        "operations": proposed(operations(setting, stretches), OPERATIONS),
        "recipients": proposed(recipients(stretches), RECIPIENTS),
    }
