"""What a look at a policy brings up: problems that stand in its way, and consequences for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Severity = Literal["refuse", "warn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with a policy. `refuse` stops publication, `warn` is for its author to weigh.

    `template` is English and filled from `params`; `code` is stable. `where` is file and table.
    """

    code: str
    template: str
    params: Mapping[str, object] = field(default_factory=dict)
    clause: str = ""
    norm: str = ""
    where: str = ""
    severity: Severity = "refuse"

    @property
    def sentence(self) -> str:
        """The sentence in English."""
        return self.template % self.params if self.params else self.template


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What a new edition changes for people. `renewed`: who agreed to `purposes` is asked again (94-V art. 7(8), 8(4)).

    With `renewed` and an `act`, only the consent to that act is asked again.
    """

    code: str
    template: str
    params: Mapping[str, object] = field(default_factory=dict)
    clause: str = ""
    purposes: frozenset[str] = frozenset()
    act: str = ""
    renewed: bool = False

    @property
    def sentence(self) -> str:
        """The sentence in English."""
        return self.template % self.params if self.params else self.template
