"""How often something may be tried. The counters' keys are hashed: they are made of addresses and codes."""

from __future__ import annotations

import hmac
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache


class TooOften(Exception):
    """Tried too often; `seconds` until it may be tried again, at the most."""

    def __init__(self, seconds: int) -> None:
        super().__init__("tried too often")
        self.seconds = seconds


def cache_key(key: str, key_prefix: str, version: int) -> str:
    """Return the name under which the cache keeps `key`: a keyed hash, since keys hold addresses."""
    plain = f"{key_prefix}:{version}:{key}"
    return hmac.new(settings.SECRET_KEY.encode(), plain.encode(), sha256).hexdigest()


def count(what: str, who: str, *, most: int, seconds: int) -> None:
    """Count one try of `what` by `who`; raise `TooOften` above `most` within `seconds`."""
    key = f"throttle|{what}|{who}"
    if cache.add(key, 1, seconds):
        return
    try:
        tries = cache.incr(key)
    except ValueError:  # it expired between the two
        cache.add(key, 1, seconds)
        return
    if tries > most:
        raise TooOften(seconds)
