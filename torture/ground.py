"""Make an installation: tables, keys, cache, the example policy in force."""

from __future__ import annotations

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from derbes.flows import installation, publication  # noqa: E402
from derbes.law.permission import Actor  # noqa: E402
from derbes.law.vocabulary import ActorKind  # noqa: E402


def main() -> None:
    """Do it."""
    at = timezone.now()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    installation.prepare(at=at)
    folder = max((settings.POLICY_FOLDER / "example").iterdir())
    files = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}
    publication.publish(files, actor=Actor(kind=ActorKind.SYSTEM, code="console"), effective=None, at=at)


if __name__ == "__main__":
    main()
