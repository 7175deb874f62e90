"""Compile one message catalogue, .po to .mo, with Babel, since gettext may be absent from the machine.

A catalogue with a wrong placeholder is never compiled: a page would fail in one language only.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogue(source: Path, target: Path) -> list[str]:
    """Write `target` from `source`; return what is wrong, one line each, and write nothing if anything is."""
    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=source.parts[-3])
    wrong = [
        f"{source}:{message.lineno}: {error}" for message, errors in catalogue.check() for error in errors
    ]
    if not wrong:
        with target.open("wb") as out:
            write_mo(out, catalogue)
    return wrong


if __name__ == "__main__":
    problems = compile_catalogue(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.exit("\n".join(problems) or None)
