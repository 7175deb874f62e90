"""A second sequencer beside the worker's, to be killed: entries are given their places as they come."""

from __future__ import annotations

import random
import sys
import time

import django

django.setup()

from django.db import close_old_connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from derbes.flows import journal  # noqa: E402


def main() -> None:
    """Go on for ever; a database that is away is waited for."""
    while True:
        close_old_connections()
        try:
            journal.integrate(at=timezone.now())
        except Exception as failure:  # noqa: BLE001  whatever it is, what was not committed waits on
            print(type(failure).__name__, file=sys.stderr, flush=True)
            time.sleep(0.2)
        time.sleep(random.uniform(0.02, 0.2))  # noqa: S311  so that it meets the worker at any point


if __name__ == "__main__":
    main()
