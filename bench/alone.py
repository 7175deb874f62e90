"""One nightly run in a process of its own: `python -m bench.alone MOMENT PEOPLE` tells how many, how long, how much memory."""

import os
import sys
from datetime import datetime
from time import perf_counter

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "derbes.settings")
    import django

    django.setup()
    from bench import sweep, world

    due, most = datetime.fromisoformat(sys.argv[1]), int(sys.argv[2])
    began = perf_counter()
    done = sweep.sweep(due, most=most)
    sys.stdout.write(f"{done} {perf_counter() - began:.3f} {world.memory()}\n")
