"""The reception: size, antivirus and type first, then the file goes to be washed in a process of its own."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from derbes.outside.intake.kinds import MIMES, Kind, Limits, TakenIn, by_content, by_name
from derbes.outside.intake.refusals import SENTENCES, FileRefused

ROOT = Path(__file__).resolve().parents[3]
AT_ONCE = BoundedSemaphore(2)  # washing processes of one server process: what bounds their memory together
LOG = logging.getLogger(__name__)


def take_in(
    data: bytes | BinaryIO,
    declared_name: str,
    *,
    limits: Limits = Limits(),  # noqa: B008  frozen
    scan: Callable[[BinaryIO], None] | None = None,
) -> TakenIn:
    """Return a harmless copy of a file from outside; raises FileRefused.

    `scan` is the antivirus: it returns for a clean stream and raises otherwise, with a `code` of ours (infected,
    antivirus_unavailable) on its exception. Without it nothing is scanned; the washing still is what protects.
    """
    content = _read(data, limits)
    _scan(content, scan)
    kind = _agreed_kind(content, declared_name)
    with AT_ONCE:
        answer = _wash(content, kind, limits)
    return _understand(answer, kind, limits)


def _read(data: bytes | BinaryIO, limits: Limits) -> bytes:
    content = data if isinstance(data, bytes) else data.read(limits.size + 1)
    if not content:
        raise FileRefused("empty")
    if len(content) > limits.size:
        raise FileRefused("too_big")
    return content


def _scan(content: bytes, scan: Callable[[BinaryIO], None] | None) -> None:
    if scan is None:
        return
    try:
        scan(BytesIO(content))
    except Exception as found:
        code = getattr(found, "code", None)  # known by its code: neighbours don't import each other
        if code not in SENTENCES:
            raise
        raise FileRefused(str(code)) from found


def _agreed_kind(content: bytes, declared_name: str) -> Kind:
    kind, claimed = by_content(content), by_name(declared_name)
    if claimed is not None and kind not in claimed:
        raise FileRefused("type_mismatch")
    if kind is None:
        raise FileRefused("unknown_type")
    return kind


def _wash(content: bytes, kind: Kind, limits: Limits) -> bytes:
    """Run the washing process and return what it wrote; a process that dies or dawdles means damaged."""
    command = [sys.executable, "-P", "-m", "derbes.outside.intake.washing", kind, json.dumps(asdict(limits))]
    surroundings = {"PYTHONPATH": str(ROOT), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}  # none of our secrets
    try:
        washed = subprocess.run(  # noqa: S603  our own interpreter and module, no shell
            command,
            input=content,
            capture_output=True,
            timeout=limits.seconds + 5,
            env=surroundings,
            cwd="/",
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as failure:
        # how it ended and no more: what a parser complains about may quote the file
        LOG.warning("The washing of a file ended with %s", getattr(failure, "returncode", "a time-out"))
        raise FileRefused("damaged") from None
    return washed.stdout


def _understand(answer: bytes, kind: Kind, limits: Limits) -> TakenIn:
    """Read the answer with distrust: the process that wrote it had a hostile file in its hands."""
    head, _, body = answer.partition(b"\n")
    try:
        said = json.loads(head)
        refused, length, pages = said.get("refused"), said.get("data"), said.get("pages")
    except (ValueError, AttributeError):
        raise FileRefused("damaged") from None
    if refused in SENTENCES:
        raise FileRefused(refused)
    if not isinstance(length, int) or not isinstance(pages, int):
        raise FileRefused("damaged")
    copy, preview = body[:length], body[length:]
    if by_content(copy) is not kind or by_content(preview) is not Kind.JPEG or pages > limits.pages:
        raise FileRefused("damaged")
    return TakenIn(kind=kind, mime=MIMES[kind], data=copy, pages=pages, preview=preview)
