"""What the stories of the office share: signing in with both factors, and reading what came of it."""

from __future__ import annotations

import time

from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from derbes.core.accounts.models import User
from derbes.core.journal.models import Entry

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXP"


def now_code(secret: str = SECRET) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def at_work(user: User) -> Client:
    """Sign in with both factors, as the pages ask for them."""
    totp.TOTP.activate(user, SECRET)
    cache.clear()
    client = Client()
    client.post("/office/sign-in", {"login": user.code, "password": PASSWORD})
    answer = client.post("/office/sign-in/second", {"code": now_code()})
    assert answer.status_code == 302, answer.content.decode()
    return client


def page(answer) -> str:
    return answer.content.decode()


def bodies() -> set[str]:
    return set(Entry.objects.values_list("body", flat=True))
