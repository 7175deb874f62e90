"""A policy document of any operator is read, and a draft policy is made of it for a person to confirm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from derbes.law import reader

DraftExists = FileExistsError


def read(document: Path) -> reader.Reading:
    """Read a policy document (Markdown, HTML, DOCX, text). Raises `OSError`, or `reader.Unreadable` in one sentence."""
    return reader.read(document.read_bytes(), document.name)


def write_draft(reading: reader.Reading, folder: Path) -> list[Path]:
    """Write a draft policy folder in which everything proposed awaits confirmation. Never over an existing one."""
    folder.mkdir(parents=True)
    written = []
    for name, content in reader.draft(reading).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        written.append(path)
    return written


def load(folder: Path) -> dict[str, str]:
    """Return the files of a policy folder (policy.toml and Markdown), by their names within it. Raises `OSError`."""
    files = {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".toml", ".md"} and path.name != "README.md"
    }
    if "policy.toml" not in files:
        raise FileNotFoundError(f"{folder} has no policy.toml; it is no policy folder")
    return files


def folders() -> list[Path]:
    """Return the policy folders on this machine, from which one can be published."""
    return sorted(path.parent for path in settings.POLICY_FOLDER.rglob("policy.toml"))


def as_json(reading: reader.Reading) -> dict[str, Any]:
    """Return clauses and proposals as docs/reading.md describes them."""
    return reading.as_json()
