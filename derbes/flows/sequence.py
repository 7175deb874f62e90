"""The journal's sequencer is run: by the worker all the time, by a step that wants a proof at once, and by a step that
did something to a mass of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from derbes.core.journal import integrate
from derbes.core.journal.alike import Mass
from derbes.outside import keys

#: How long who wants a proof waits for another sequencer, in seconds: one that places a mass takes a second or two.
PATIENCE = 5.0


def place(*, at: datetime, patience: float = 0) -> int:
    """Give every waiting entry its place and sign the tree; return how many checkpoints were signed.

    Runs in the caller's transaction. Another sequencer that is still at work after `patience` seconds means that there
    is nothing to do here.
    """
    signed, signer = 0, keys.ring().signer()
    while integrate.integrate(signer=signer, origin=settings.JOURNAL_ORIGIN, at=at, patience=patience):
        signed += 1
    return signed


def append(masses: Sequence[Mass]) -> None:
    """Leave masses of entries, with their places at once if that can be; as the last thing of the caller's step."""
    if masses:
        at, signer = masses[-1].record.at, keys.ring().signer()
        integrate.append(masses, signer=signer, origin=settings.JOURNAL_ORIGIN, at=at)
