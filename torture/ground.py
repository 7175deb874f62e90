"""Make an installation: tables, keys, cache, the example policy in force."""

from __future__ import annotations

from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from derbes.flows import installation, publication, staff, tokens  # noqa: E402
from derbes.law.permission import Actor  # noqa: E402
from derbes.law.vocabulary import ActorKind  # noqa: E402

CONSOLE = Actor(kind=ActorKind.SYSTEM, code="console")


def main() -> None:
    """Do it."""
    at = timezone.now()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    installation.prepare(at=at)
    folder = max((settings.POLICY_FOLDER / "example").iterdir())
    files = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}
    publication.publish(files, actor=CONSOLE, effective=None, at=at)
    staff.employ(CONSOLE, "d-01", unit="compliance", role="dpo", at=at)
    wanted = tokens.Wanted(
        code="crm",
        role="integration",
        unit="crm",
        purposes=frozenset({"service", "rights"}),
        scopes=frozenset(tokens.SCOPES),
        expires_at=at + timedelta(days=30),
        rate=tokens.FASTEST,
    )
    (settings.STATE / "token").write_text(tokens.issue(CONSOLE, wanted, at=at)[1])


if __name__ == "__main__":
    main()
