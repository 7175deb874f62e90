"""Faults that can be made on any machine: a full disk, a database that only reads, a server that is silent."""

from __future__ import annotations

import resource
import socket
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO

from django.db import connection
from PIL import Image

from tests.conftest import ALIYA, NOON

LATER = NOON + timedelta(hours=1)
SAULE = {**ALIYA, "iin": "900101300811", "email": "saule@example.kz", "phone_mobile": "8 (700) 003 77 44"}
AWAY = {
    "": "Қазір бұл әрекетті орындау мүмкін емес",
    "/ru": "Сейчас это сделать нельзя",
    "/en": "This cannot be done just now",
}


def picture() -> bytes:
    out = BytesIO()
    Image.effect_noise((600, 400), 80).convert("RGB").save(out, "JPEG")
    return out.getvalue()


@contextmanager
def full_disk(room=0):
    """No file of this process grows beyond `room` bytes. The disk of the database is not meant by it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def only_reading():
    """The database takes no change."""
    on, off = {
        "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        "postgresql": (
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        ),
    }[connection.vendor]
    connection.cursor().execute(on)
    try:
        yield
    finally:
        connection.cursor().execute(off)


@contextmanager
def full_database():
    """The database cannot grow."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA page_count")
    cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    try:
        yield
    finally:
        connection.cursor().execute("PRAGMA max_page_count = 1073741823")


@contextmanager
def silent_server():
    """A server that takes connections and never says a word."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        yield door.getsockname()


def raising(failure):
    """A function that fails, whatever it is called with."""

    def raises(*_, **__):
        raise failure

    return raises
