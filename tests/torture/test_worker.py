"""The worker goes on when one of its duties fails, and its log says where without saying of whom."""

import pytest
from django.db import OperationalError

from derbes.faces.jobs.management.commands.worker import Command
from tests.torture.faults import raising

pytestmark = pytest.mark.django_db


def test_a_duty_that_fails_by_a_mistake_keeps_no_other_from_being_done(caplog):
    worker = Command()
    assert worker._try("scans", raising(ValueError("900101300007"))) is None
    assert worker._try("scans", lambda: 7) == 7
    (said,) = caplog.records
    assert said.getMessage().startswith("failed: ValueError at tests.torture.faults:")
    assert "900101300007" not in caplog.text


def test_a_duty_whose_database_is_away_is_put_off(caplog):
    assert Command()._try("scans", raising(OperationalError("server closed the connection"))) is None
    assert [record.getMessage() for record in caplog.records] == ["put off: OperationalError"]
