"""Moments as documents and journal write them: RFC 3339, UTC, milliseconds."""

from datetime import UTC, datetime


def stamp(at: datetime) -> str:
    """Return `at` as in 2026-11-22T09:30:00.000Z. Raises `ValueError` for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone is no moment")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
