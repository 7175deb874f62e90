"""The service's own door, with the addresses of the bench."""

from django.conf import settings

from derbes.wsgi import application

settings.ROOT_URLCONF = "bench.addresses"

__all__ = ["application"]
