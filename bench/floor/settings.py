"""Django and a database; no middleware, no applications."""

from derbes.settings import DATABASES as OURS

DATABASES = {"default": {**OURS["default"], "CONN_HEALTH_CHECKS": False}}
SECRET_KEY = "none needed"  # noqa: S105  nothing is signed
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.floor.urls"
USE_TZ = True
