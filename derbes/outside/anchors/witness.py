"""The client's half of C2SP tlog-witness: a checkpoint is submitted with proof that it goes on from an earlier one.

(https://c2sp.org/tlog-witness)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from derbes.outside.anchors.post import Unreachable, post

SECONDS = 10.0
_OK, _CONFLICT = 200, 409
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")
_MOST_LINES = 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answered: `lines` of signature when it signed, else the `status`; with 409 the `size` it has seen."""

    status: int
    lines: tuple[str, ...] = ()
    size: int | None = None


def add_checkpoint(
    address: str, old: int, proof: Sequence[str], note: str, *, seconds: float = SECONDS
) -> Answer:
    """Submit `note` with the `proof` (base64 lines) that it goes on from the tree of `old` entries.

    Raises `Unreachable` when no whole answer comes in time. Lines are not verified here.
    """
    body = "\n".join([f"old {old}", *proof, "", note]).encode()
    status, said = post(
        f"{address.rstrip('/')}/add-checkpoint", body, "text/plain; charset=utf-8", seconds=seconds
    )
    if status == _CONFLICT:
        size = _SIZE.fullmatch(said)
        return Answer(status, size=int(size[1]) if size else None)
    if status != _OK:
        return Answer(status)
    try:
        text = said.decode()
    except UnicodeDecodeError:
        raise Unreachable("the answer is no text") from None
    return Answer(status, tuple(f"{line}\n" for line in text.split("\n")[:_MOST_LINES] if line))
