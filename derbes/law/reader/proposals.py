"""What a document proposes for the machine half, kind by kind."""

from __future__ import annotations

from derbes.law.reader.about_data import data
from derbes.law.reader.about_purposes import purposes
from derbes.law.reader.about_recipients import recipients
from derbes.law.reader.context import Setting
from derbes.law.reader.findings import HINT, SAID, Found, proposed
from derbes.law.reader.operations import operations
from derbes.law.reader.reading import Proposal
from derbes.law.reader.words_data import DATA
from derbes.law.reader.words_purposes import PURPOSES
from derbes.law.reader.words_recipients import OPERATIONS, RECIPIENTS

_LISTED = 6


def _place(found: Found) -> int:
    return found[2]


def _passed_on(found: list[Found], named: list[Found]) -> list[Found]:
    """Where somebody receives data and no list of operations says so, data are transferred."""
    said = [each for each in named if each[1] >= SAID]
    silent = "transfer" not in {key for key, *_ in found} and len({key for key, *_ in found}) < _LISTED
    return [("transfer", HINT, said[0][2], said[0][3])] if said and silent else []


def proposals(setting: Setting) -> dict[str, tuple[Proposal, ...]]:
    """Return data, purposes, operations and recipients, each key once, in the order of the document."""
    stretches = list(setting.stretches())
    named = list(recipients(stretches))
    done = list(operations(setting, stretches))
    return {
        "data": proposed(sorted(data(stretches), key=_place), [*DATA, "other"]),
        "purposes": proposed(purposes(stretches), PURPOSES),
        "operations": proposed([*done, *_passed_on(done, named)], OPERATIONS),
        "recipients": proposed(named, RECIPIENTS),
    }
