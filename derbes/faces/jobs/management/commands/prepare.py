"""`manage.py prepare`: everything a new installation or a new version needs before it serves (docs/operation.md)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import installation


class Command(Spoken):
    help = "Makes tables, cache, keys, and collects the files of pages. Run again after each update: what is there stays."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        if installation.begin(at=timezone.now()):
            self.stdout.write(
                f"Keys were made in {settings.KEYS['path']}. Keep a copy elsewhere (docs/backup.md)."
            )
        if settings.PRODUCTION:
            call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(self.style.SUCCESS("Prepared. What is still missing: manage.py doctor"))
