"""What an installation is made of, as far as it can be looked at, and how a look ends.

What always holds: what is said names settings, folders, moments and counts; nobody's data, no secret.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import Error

from derbes.core.publications.shelf import NothingPublished
from derbes.flows.serving import Restored
from derbes.outside.keys import KeysRefused

#: What other modules raise, in words and with its cure; None: what it says itself.
_TOLD: tuple[tuple[type[Exception], str | None, str], ...] = (
    (
        NothingPublished,
        "No edition is in force: nothing may be done with data.",
        "manage.py publish FOLDER --yes",
    ),
    (Restored, "A backup was restored and nobody is served yet.", "manage.py restore --replay LEDGER"),
    (KeysRefused, None, "See docs/keys.md, “The folder”."),
    (Error, None, "See DERBES_DATABASE."),
    (OSError, None, "See that it is there, and whose it is."),
)


TABLES = ("database", "tables")


class State(StrEnum):
    """How a part is."""

    WELL = "well"
    REMARK = "remark"  # work goes on; somebody should look
    WRONG = "wrong"  # something does not work, or will be lost


class Unwell(Exception):
    """A look found something: what is wrong, and what to do. `grave`: it is wrong; else it is a remark."""

    def __init__(self, said: str, cure: str, *, grave: bool = True) -> None:
        super().__init__(said)
        self.cure = cure
        self.grave = grave


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `look` returns in words how it is, or raises.

    `after`: the parts without which it cannot be looked at. `told` at /readyz by a word; `needed`: without it no work
    is done.
    """

    name: str
    look: Callable[[datetime], str]
    after: tuple[str, ...] = ()
    told: bool = False
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """How one part is, why, and what to do."""

    part: str
    state: State
    said: str
    cure: str = ""


def find(part: Part, *, at: datetime) -> Finding:
    """Look at one part. Whatever is raised is a finding."""
    try:
        return Finding(part.name, State.WELL, part.look(at))
    except Unwell as found:
        return Finding(part.name, State.WRONG if found.grave else State.REMARK, str(found), found.cure)
    except Exception as failure:  # noqa: BLE001  one part that cannot be looked at hides no other
        return Finding(part.name, State.WRONG, *_in_words(failure))


def _in_words(failure: Exception) -> tuple[str, str]:
    """What to say of a failure, and its cure. The text of one that is not expected is not shown: it may hold values."""
    for kind, said, cure in _TOLD:
        if isinstance(failure, kind):
            return said or str(failure).strip().split("\n")[0] or kind.__name__, cure
    return f"It cannot be looked at: {type(failure).__name__}.", "Tell those who maintain the program."


def word(part: Part, *, at: datetime) -> str:
    """Return "ok", or one word on what is wrong with a part: for anybody to read."""
    try:
        part.look(at)
    except Unwell as found:
        return "wrong" if found.grave else "ok"
    except Exception as failure:  # noqa: BLE001  whatever is wrong, its kind is the answer
        return type(failure).__name__
    return "ok"
