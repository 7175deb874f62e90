"""`manage.py restore`: a backup comes into an empty place; then what was destroyed and blocked since is replayed."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from derbes.faces.jobs.spoken import Spoken
from derbes.flows import backup, replay


class Command(Spoken):
    help = (
        "First `restore --from FILE --identity KEYFILE`, into an empty place only. "
        "Then `restore --replay ERASURES.LOG`: until then nobody is served."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", type=Path, dest="source", help="the backup")
        parser.add_argument("--identity", type=Path, help="the file with the age identity that opens it")
        parser.add_argument("--replay", type=Path, nargs="+", help="the ledgers of all machines that served")
        parser.add_argument("--without-ledger", action="store_true", help="the ledger is lost")
        parser.add_argument("--yes", action="store_true", help="with --without-ledger: the erased come back")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["source"] and options["identity"]:
            self._restore(options["source"], options["identity"])
        elif options["replay"]:
            self._replay(options["replay"])
        elif options["without_ledger"]:
            self._without_ledger(sure=options["yes"])
        else:
            raise CommandError("Say --from FILE --identity KEYFILE, or --replay ERASURES.LOG.")

    def _restore(self, source: Path, identity: Path) -> None:
        try:
            taken = backup.restore(source, identity)
        except (backup.NotRestored, backup.NotOpened, backup.NotCopied) as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"Restored as of {taken.made}: {sum(taken.counts.values())} rows, {taken.files} files."
        )
        self.stdout.write(f"Journal {taken.size} {taken.root}: every entry is as it was signed.")
        if taken.gone:
            self.stdout.write(
                f"The keys of these epochs are gone; whoever is wrapped under them stays closed: {', '.join(taken.gone)}"
            )
        self.stdout.write(
            self.style.WARNING("Nobody is served yet. Now: manage.py restore --replay ERASURES.LOG")
        )

    def _replay(self, files: list[Path]) -> None:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        try:
            done = replay.replay(files, at=timezone.now())
        except replay.NothingPending:
            raise CommandError("Nothing waits for a replay here.") from None
        except replay.WrongLedger:
            raise CommandError(
                "No ledger given goes on from the one that the backup saw: it is an old copy or another's. "
                "Nobody is served yet."
            ) from None
        except replay.Damaged as damage:
            raise CommandError(f"The ledger is damaged: {damage}. Nobody is served yet.") from None
        except FileNotFoundError as missing:
            raise CommandError(f"There is no {missing}") from None
        self.stdout.write(
            f"Again destroyed: {done.destroyed}, blocked: {done.blocked}, unblocked: {done.unblocked}."
        )
        if done.doubtful or done.archived:
            self.stdout.write(
                f"Blocked until the responsible person decides: {done.doubtful} whose destruction is in doubt, "
                f"{done.archived} of whom only what a law orders may be kept."
            )
        self.stdout.write(self.style.SUCCESS("This installation serves again."))

    def _without_ledger(self, *, sure: bool) -> None:
        if not sure:
            raise CommandError(
                "Without the ledger whoever was destroyed or blocked since the backup is there again, as if they "
                "had never asked. Nothing was done. Say it again with --yes; the journal will keep it."
            )
        try:
            replay.without_ledger(at=timezone.now())
        except replay.NothingPending:
            raise CommandError("Nothing waits for a replay here.") from None
        self.stdout.write(
            self.style.WARNING("This installation serves again; the journal says that the ledger was lost.")
        )
