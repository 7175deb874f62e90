"""What can have been done to a journal, and where. Raised while checking, returned to who asked."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Fault(StrEnum):
    """What was done."""

    ALTERED = "altered"  # the entry is not what was signed
    REMOVED = "removed"  # the entry that was signed is gone
    ADDED = "added"  # the entry was never signed
    REORDERED = "reordered"  # the entry stands elsewhere than where it was signed
    ROLLED_BACK = "rolled_back"  # there are fewer entries than an earlier checkpoint had
    REWRITTEN = "rewritten"  # the beginning is not that of an earlier checkpoint
    FORGED = "forged"  # the checkpoint of this size is not signed by the operator's key
    TILE = "tile"  # the entries are as signed; a stored hash over them is not


class Found(NamedTuple):
    """A fault and the first place concerned, counted from 0; `last` differs when only a range can be named."""

    fault: Fault
    position: int
    last: int


class Broken(Exception):
    """Something in the journal is not as it was signed."""

    def __init__(self, fault: Fault, position: int, last: int | None = None) -> None:
        super().__init__(fault, position)
        self.found = Found(fault, position, position if last is None else last)
