"""A policy folder that comes as a ZIP archive is unpacked into texts, in memory.

What always holds: nothing is written to disk; only names that a policy folder has are read, and no more of
them than a policy needs, whatever the archive says of itself.
"""

from __future__ import annotations

import re
import zipfile
from typing import IO

from django.utils.translation import gettext_lazy as _

MOST_PACKED = 1024 * 1024
MOST_FILES = 80
MOST_TEXT = 400 * 1024
MOST_WHOLE = 1024 * 1024
_NAME = re.compile(r"(policy\.toml|(kk|ru|en)\.md|consent/[a-z0-9_.-]{1,80}\.md)")
_IGNORED = re.compile(r"(.*/)?(README\.md|__MACOSX/.*|\.DS_Store|.*/)")


class BadArchive(ValueError):
    """The archive is not a policy folder; the first argument says why, for the person who sent it."""


def unpack(file: IO[bytes], size: int) -> dict[str, str]:
    """Return the files of the policy folder in `file`, a ZIP of `size` bytes. Raises `BadArchive`."""
    if size > MOST_PACKED:
        raise BadArchive(_("The archive is larger than 1 MB. A policy is text: something else is in it."))
    try:
        with zipfile.ZipFile(file) as archive:
            return _texts(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise BadArchive(
            _("This is not a ZIP archive that can be opened. Make it anew, without a password.")
        ) from None


def _texts(archive: zipfile.ZipFile) -> dict[str, str]:
    names = [name for name in archive.namelist() if not _IGNORED.fullmatch(name)]
    if len(names) > MOST_FILES:
        raise BadArchive(_("There are too many files in the archive. Pack the policy folder alone."))
    top = _top(names)
    texts: dict[str, str] = {}
    for name in names:
        inner = name.removeprefix(top)
        if not _NAME.fullmatch(inner) or inner in texts:
            raise BadArchive(
                _(
                    "A policy folder holds only policy.toml, kk.md, ru.md, en.md and consent/*.md. Pack it alone."
                )
            )
        texts[inner] = _text(archive, name)
        if sum(map(len, texts.values())) > MOST_WHOLE:
            raise BadArchive(_("The texts in the archive are too long for a policy."))
    return texts


def _top(names: list[str]) -> str:
    """The folder in which everything lies, when the folder itself was packed and not what is in it."""
    heads = {name.partition("/")[0] for name in names if "/" in name}
    inside = all("/" in name for name in names)
    return f"{heads.pop()}/" if inside and len(heads) == 1 and "policy.toml" not in names else ""


def _text(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as packed:
        data = packed.read(MOST_TEXT + 1)
    if len(data) > MOST_TEXT:
        raise BadArchive(_("The texts in the archive are too long for a policy."))
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise BadArchive(_("The files must be text in UTF-8.")) from None
