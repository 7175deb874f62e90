"""The races share one stage: each begins with people of its own, so nothing is emptied between them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command

from tests.races.stage import on_stage
from tests.races.threads import Pair


@pytest.fixture
def _django_db_helper(django_db_setup, django_db_blocker) -> Iterator[None]:
    """In the place of pytest-django's own, which empties the database after every test."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(scope="module")
def pair(django_db_setup, django_db_blocker) -> Iterator[Pair]:
    """The two threads, and the staff; in the end the database is empty again, and the keys are the others' again."""
    with django_db_blocker.unblock(), on_stage() as seats:
        yield seats
        call_command("flush", verbosity=0, interactive=False)
