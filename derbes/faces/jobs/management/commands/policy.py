"""`manage.py policy read FILE [--out DIR]`: an operator's own policy document becomes clauses and proposals."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import drafting


class Command(Spoken):
    help = "Reads a policy document (Markdown, HTML, DOCX, text; kk, ru, en) and prints clauses and proposals as JSON."
    requires_system_checks: list[str] = []  # it needs no database

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        read = actions.add_parser("read", help="read one document")
        read.add_argument("file", type=Path, help="the document")
        read.add_argument(
            "--out", type=Path, help="also write a draft policy folder, which must not exist yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reading = drafting.read(options["file"])
            if options["out"]:
                for path in drafting.write_draft(reading, options["out"]):
                    self.stderr.write(f"written: {path}")
        except drafting.DraftExists:
            raise CommandError(f"{options['out']} exists already; name a folder that does not") from None
        except ValueError as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(json.dumps(drafting.as_json(reading), ensure_ascii=False, indent=1))
