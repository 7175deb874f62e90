"""The short way to PostgreSQL: BEGIN with a transaction's first statement, COMMIT with its last (decision 12)."""

import threading
from time import monotonic

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from derbes.core import rows
from derbes.core.journal.models import Tile

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="a way to PostgreSQL"),
]
TILES = rows.Table(Tile)
COUNT = "SELECT count(*)::text FROM journal_tile WHERE level = %(level)s"


def test_the_last_rows_are_committed_with_their_transaction():
    with transaction.atomic(durable=True), rows.gathered():
        TILES.add(level=1, number=1, nodes=b"\x00\xff")
    connection.close()
    assert rows.ask(COUNT, {"level": 1}) == "1"
    assert bytes(Tile.objects.get(level=1, number=1).nodes) == b"\x00\xff"


def test_what_the_last_rows_break_undoes_all_and_the_connection_goes_on():
    TILES.add(level=1, number=1, nodes=b"")

    def twice():
        with transaction.atomic(durable=True), rows.gathered():
            TILES.add(level=2, number=1, nodes=b"")
            assert rows.ask(COUNT, {"level": 2}) == "1"
            TILES.add(level=1, number=1, nodes=b"")

    with pytest.raises(IntegrityError):
        twice()
    assert rows.ask(COUNT, {"level": 2}) == "0"
    with transaction.atomic(durable=True), rows.gathered():
        TILES.add(level=2, number=1, nodes=b"")
    assert rows.ask(COUNT, {"level": 2}) == "1"


def test_within_another_transaction_nothing_is_committed():
    with transaction.atomic():
        with transaction.atomic(), rows.gathered():
            TILES.add(level=3, number=1, nodes=b"")
        transaction.set_rollback(True)
    assert rows.ask(COUNT, {"level": 3}) == "0"


def test_what_fails_at_once_with_begin_is_told_and_undone():
    with pytest.raises(Exception, match="division by zero"), transaction.atomic():
        rows.ask("SELECT (1 / %(number)s::int)::text", {"number": 0})
    assert rows.ask("SELECT (1 / %(number)s::int)::text", {"number": 1}) == "1"


def test_more_rows_than_one_statement_takes():
    with transaction.atomic(durable=True), rows.gathered():
        for number in range(rows._MOST * 2 + 1):
            TILES.add(level=4, number=number, nodes=b"")
        TILES.add(level=5, number=1, nodes=b"")
    assert rows.ask(COUNT, {"level": 4}) == str(rows._MOST * 2 + 1)


def test_a_server_that_goes_away_is_an_error_and_not_forever():
    killer = connection.copy()

    def killed():
        with transaction.atomic():
            rows.ask(COUNT, {"level": 1})
            with killer.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
            killer.close()
            rows.ask(COUNT, {"level": 1})

    with pytest.raises(OperationalError):
        killed()
    assert rows.ask(COUNT, {"level": 1}) == "0"


def test_a_server_that_goes_away_while_several_are_sent():
    def kill(pid):
        killer = connection.copy()
        with killer.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3), pg_terminate_backend(%s)", [pid])
        killer.close()

    connection.ensure_connection()
    killing = threading.Thread(target=kill, args=[connection.connection.info.backend_pid])
    killing.start()
    began = monotonic()
    with pytest.raises(OperationalError), transaction.atomic():
        rows.ask("SELECT pg_sleep(%(number)s)::text", {"number": 20})
    killing.join()
    assert monotonic() - began < 15
    assert rows.ask(COUNT, {"level": 1}) == "0"


def test_others_work_while_one_waits_for_the_server():
    counted, over = [], threading.Event()

    def count():
        while not over.wait(0.005):
            counted.append(1)

    counting = threading.Thread(target=count)
    counting.start()
    with transaction.atomic():
        rows.ask("SELECT pg_sleep(%(number)s)::text", {"number": 1})
    over.set()
    counting.join()
    assert len(counted) > 20
