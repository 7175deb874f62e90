"""What the state demands, read from norms/ once: the folder changes with the program, not while it runs."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from derbes.law import deadlines
from derbes.law import norms as law
from derbes.law.deadlines import Calendar
from derbes.law.norms import Norms


@cache
def norms() -> Norms:
    """Return the norms of this installation. Raises `NormError` when one is written wrongly."""
    files = sorted(settings.NORMS_FOLDER.rglob("*.toml"))
    return law.parse({str(path.relative_to(settings.NORMS_FOLDER)): path.read_text() for path in files})


@cache
def calendar() -> Calendar:
    """Return the calendar of working days as the norms have it."""
    return deadlines.calendar_of(norms())
