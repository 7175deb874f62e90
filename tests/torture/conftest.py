"""What faults leave behind is compared with what was there before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from derbes.outside import storage

#: What belongs to a visit and not to a person; a throttle counts what was tried.
PASSING = frozenset({"sessions_session", "django_session"})


@pytest.fixture
def everything() -> Callable[[], dict[str, Any]]:
    """Return a function that tells how many rows each table has, and which files there are."""

    def counted() -> dict[str, Any]:
        tables = {
            model._meta.db_table: model._default_manager.count()
            for model in apps.get_models()
            if model._meta.db_table not in PASSING
        }
        return {**tables, "files": sorted(storage.store().names())}

    return counted


@pytest.fixture
def visitor() -> Client:
    """A browser that sees what people see when a page fails."""
    return Client(raise_request_exception=False)
