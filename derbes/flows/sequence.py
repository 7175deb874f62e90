"""The journal's sequencer is run: by the worker all the time, and by a step that wants a proof at once."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from derbes.core.journal import integrate
from derbes.outside import keys


def place(*, at: datetime) -> int:
    """Give every waiting entry its place and sign the tree; return how many checkpoints were signed.

    Runs in the caller's transaction. Another sequencer at work means that there is nothing to do here.
    """
    signed = 0
    while integrate.integrate(signer=keys.ring().signer(), origin=settings.JOURNAL_ORIGIN, at=at):
        signed += 1
    return signed
