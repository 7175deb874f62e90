"""The door for the web server."""

import os
import sys

from django.core.wsgi import get_wsgi_application

# Who has the database's answer waits no longer than this for a thread that computes; Python's own 5 ms are
# longer than a whole request.
sys.setswitchinterval(0.0005)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "derbes.settings")
application = get_wsgi_application()
