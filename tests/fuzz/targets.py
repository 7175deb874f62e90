"""All targets, in the order in which they are tried."""

from __future__ import annotations

from tests.fuzz import documents, papers, people, stamps
from tests.fuzz.target import Target

MODULES = (documents, papers, people, stamps)
TARGETS: tuple[Target, ...] = tuple(target for module in MODULES for target in module.TARGETS)
