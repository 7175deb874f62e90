"""The washing process: `python -m derbes.outside.intake.washing KIND LIMITS`, file in, harmless copy out.

Standard output: one line of JSON, {"refused": code} or {"data": length, "pages": n}, then the copy, then the
preview. Before the first hostile byte is read, the process gives up memory, time, files and children.
"""

import json
import resource
import sys
import warnings

from derbes.outside.intake.kinds import Kind, Limits
from derbes.outside.intake.pdf import wash_pdf
from derbes.outside.intake.pictures import wash_picture
from derbes.outside.intake.refusals import FileRefused


def main() -> None:
    """Wash standard input into standard output."""
    kind, limits = Kind(sys.argv[1]), Limits(**json.loads(sys.argv[2]))
    _confine(limits)
    warnings.simplefilter("ignore")  # they may quote the file; what matters is checked
    head: dict[str, int | str] = {}
    body = b""
    try:
        data = sys.stdin.buffer.read()
        copy, pages, preview = (
            wash_pdf(data, limits) if kind is Kind.PDF else wash_picture(data, kind, limits)
        )
        head, body = {"data": len(copy), "pages": pages}, copy + preview
    except FileRefused as refusal:
        head = {"refused": refusal.code}
    except MemoryError:
        head = {"refused": "too_many_pixels"}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    for nothing in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC):
        resource.setrlimit(nothing, (0, 0))


if __name__ == "__main__":
    main()
