"""Duties: what the worker does by schedule, and backups. One row each, so that a silence can be seen.

What always holds: no row says anything of anybody's data; why a duty failed is said by the kind of failure alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models


class Duty(models.Model):
    """`done`: when it was last done; `tried`: when it was last begun or done; `failed`: what stood in its way then, or ""."""

    PERSONAL: ClassVar = frozenset[str]()
    OTHER: ClassVar = frozenset({"name", "done", "tried", "failed"})

    name = models.CharField(max_length=40, primary_key=True)
    done = models.DateTimeField(null=True)
    tried = models.DateTimeField()
    failed = models.CharField(max_length=100, default="")

    @classmethod
    def note(cls, name: str, *, failed: str = "", at: datetime) -> None:
        """Note that the duty was done at `at`, or what stood in its way."""
        said = {"tried": at, "failed": failed[:100]} | ({} if failed else {"done": at})
        cls.objects.update_or_create(name=name, defaults=said)

    @classmethod
    def known(cls) -> dict[str, Duty]:
        """Return all duties that were ever noted, by name."""
        return {row.name: row for row in cls.objects.order_by("name")}
