"""Django's command line."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "derbes.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as why:
        sys.stderr.write(f"This installation cannot start (docs/operation.md, “Settings”):\n{why}\n")
        sys.exit(2)
