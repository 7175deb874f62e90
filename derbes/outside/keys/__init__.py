"""Where the master, epoch, index and signing keys live.

Always holds: keys stay outside of the database; an existing ring is never overwritten; a destroyed
epoch is refused by every process at once. `file` is the only driver so far; a hardware token or a key
service is another class with the verbs of `KeyRing`.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings as django_settings

from derbes.outside.keys.file import FileRing, create
from derbes.outside.keys.ring import (
    EpochGone,
    KeyRing,
    KeysDamaged,
    KeysExist,
    KeysExposed,
    KeysMissing,
    KeysRefused,
    Settings,
    Signer,
    began,
)

__all__ = [
    "EpochGone",
    "KeyRing",
    "KeysDamaged",
    "KeysExist",
    "KeysExposed",
    "KeysMissing",
    "KeysRefused",
    "Settings",
    "Signer",
    "began",
    "create",
    "open_ring",
    "ring",
]


def open_ring(settings: Mapping[str, Any]) -> KeyRing:
    """The ring that the settings name (fields of Settings); one object a process, so its memory is shared.

    Raises KeysMissing, KeysDamaged or KeysExposed with what to do; ValueError for an unknown driver.
    """
    return _open(Settings(**settings))


def ring() -> KeyRing:
    """The ring of this installation, as `settings.KEYS` says."""
    return open_ring(django_settings.KEYS)


@cache
def _open(settings: Settings) -> KeyRing:
    if settings.driver != "file":
        raise ValueError(f"There is no key driver {settings.driver!r}; use 'file'.")
    return FileRing(settings.path)
