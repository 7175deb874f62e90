"""Looking for what should not be there: in the database with its log, in the files, in what the server printed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import connection


def assert_nowhere(secrets: Iterable[str], *printed: str) -> None:
    """Fail, naming the secret, when one of `secrets` lies anywhere in clear, in any of its usual spellings."""
    kept = everything(*printed)
    for secret in secrets:
        for spelling in (secret.encode(), secret.encode("utf-16-le"), secret.encode("unicode_escape")):
            assert not any(spelling in part for part in kept), secret


def assert_gone(parts: Iterable[bytes]) -> None:
    """Fail when any of these bytes (ciphertext, keys, digests) is still anywhere."""
    kept = everything()
    assert not [part for part in parts if any(part in one for one in kept)]


def everything(*printed: str) -> list[bytes]:
    """Everything that is kept, as bytes."""
    return [*(text.encode() for text in printed), *files_of(settings.STORAGE["path"]), *database()]


def files_of(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()]


def database() -> list[bytes]:
    name = Path(str(connection.settings_dict["NAME"]))
    parts = [name, name.with_name(f"{name.name}-wal")]
    assert name.exists()
    return [part.read_bytes() for part in parts if part.exists()]
