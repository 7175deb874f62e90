"""`manage.py mailbox`: the mailbox is emptied into the register of appeals once; the worker does the same by schedule."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import appeals


class Command(Spoken):
    help = "Takes letters from the mailbox (DERBES_IMAP_HOST …) into the register of appeals and says what became of them."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.MAILBOX["host"]:
            raise CommandError("No mailbox is set: DERBES_IMAP_HOST and the others, see docs/appeals.md.")
        try:
            fetched = appeals.fetch(at=timezone.now())
        except appeals.Unreachable as why:
            raise CommandError(f"The mailbox: {why.reason}. See docs/appeals.md.") from why
        self.stdout.write(f"{fetched.opened} new appeals, {fetched.joined} letters to known ones")
        for reason, count in sorted(fetched.left.items()):
            self.stdout.write(f"{count} left in the mailbox for a person, flagged: {reason}")
