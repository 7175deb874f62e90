"""`make fuzz SECONDS=300`: every target for its share of the time, from a printed seed; findings go into the corpus.

Each target runs in a process of its own. What makes it fail is made smaller and kept in tests/fuzz/corpus, where
the suite tries it from then on. Figures go to docs/data/fuzz.json. The answer is 1 when anything was found.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.fuzz.target import Target, beside, last
from tests.fuzz.targets import MODULES, TARGETS

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus"
FIGURES = ROOT / "docs" / "data" / "fuzz.json"
PATIENCE = 120  # seconds more than it was told, before a process is stopped
SLOWEST = 5  # seconds for one input, with the instruments on
_RUNS = re.compile(r"^stat::number_of_executed_units: +(\d+)|^Done (\d+) runs", re.MULTILINE)
_COVERAGE = re.compile(r"cov: (\d+)")


def seeded(target: Target, work: Path) -> Path:
    """Return a folder to begin from: seeds of the code, and what was found before."""
    folder = work / target.name
    folder.mkdir()
    known = sorted((CORPUS / target.name).glob("*")) if (CORPUS / target.name).exists() else []
    for data in (*target.seeds(), *(path.read_bytes() for path in known)):
        (folder / sha256(data).hexdigest()[:16]).write_bytes(data)
    return folder


def module_of(target: Target) -> str:
    """Return the name of the module whose target it is; only what it needs is loaded, with the fuzzer's instruments."""
    return next(module.__name__.rpartition(".")[2] for module in MODULES if target in module.TARGETS)


def fuzz(target: Target, seconds: int, seed: int, work: Path) -> dict[str, Any]:
    """Try one target; return what was counted and the names of the findings."""
    found = work / f"{target.name}-found-"
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.one",
        module_of(target),
        target.name,
        str(seeded(target, work)),
    ]
    options = {
        "max_total_time": seconds, "seed": seed, "timeout": SLOWEST, "max_len": target.longest,
        "rss_limit_mb": 1400, "artifact_prefix": found, "print_final_stats": 1,
    }  # fmt: skip
    command += [f"-{name}={value}" for name, value in options.items()]
    log = work / f"{target.name}.log"
    with log.open("w") as said:
        try:
            ended = subprocess.run(
                command, cwd=ROOT, stdout=said, stderr=said, timeout=seconds + PATIENCE, check=False
            ).returncode
            failed = f"ended with {ended}" if ended else ""
        except subprocess.TimeoutExpired:
            failed = "was stopped"
    names = [kept(target, path) for path in sorted(work.glob(f"{target.name}-found-*"))]
    told = log.read_text(errors="replace")
    if failed and not names:
        sys.stderr.write(f"{target.name} {failed}:\n{told[-3000:]}")
        names = suspected(target, work)
    runs = [int(first or second) for first, second in _RUNS.findall(told)]
    covered = [int(points) for points in _COVERAGE.findall(told)]
    return {"seconds": seconds, "inputs": max(runs, default=0), "points": max(covered, default=0),
            "found": names, "failed": failed}  # fmt: skip


def suspected(target: Target, work: Path) -> list[str]:
    """What was being tried when the process came to its end, if it brings that about again."""
    place, found = beside(work / target.name), work / f"{target.name}-found-last"
    if not place.exists():
        return []
    found.write_bytes(last(place))
    return [kept(target, found)] if again(target, found) else []


def kept(target: Target, found: Path) -> str:
    """Make a finding smaller and keep it in the corpus; return its name there."""
    sys.stdout.write(f"FOUND in {target.name}: {again(target, found) or 'it was slow'}\n")
    data = found.read_bytes()
    place = CORPUS / target.name / sha256(data).hexdigest()[:12]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place.name


def again(target: Target, found: Path) -> str:
    """Try a finding in a process of its own and make it smaller; return what it brings about."""
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.one",
        module_of(target),
        target.name,
        "--smaller",
        str(found),
    ]
    try:
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return "it hangs"
    return said.stdout.strip() or ("it dies" if said.returncode else "")


def write(figures: dict[str, Any]) -> None:
    """Put these figures beside those of the other targets, or in their place when all were tried."""
    FIGURES.parent.mkdir(exist_ok=True)
    before = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    if len(figures) == len(TARGETS):
        before = {}
    FIGURES.write_text(json.dumps({**before, **figures}, indent=1, sort_keys=True) + "\n")


def main() -> int:
    """Try all targets, or those that are named."""
    parser = argparse.ArgumentParser(description="Throws made-up input at everything that reads input.")
    parser.add_argument("--seconds", type=int, default=300, help="for all targets together")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31), help="to try the same again")
    parser.add_argument("targets", nargs="*", help="names; all when none is given")
    asked = parser.parse_args()
    chosen = [target for target in TARGETS if not asked.targets or target.name in asked.targets]
    sys.stdout.write(f"seed {asked.seed}, {len(chosen)} targets\n")
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="derbes-fuzz-") as work:
        for target in chosen:
            counted = fuzz(target, max(asked.seconds // len(chosen), 2), asked.seed, Path(work))
            figures[target.name] = {"seed": asked.seed, **counted}
            sys.stdout.write(
                f"{target.name}: {counted['inputs']} inputs, {counted['points']} points reached\n"
            )
            sys.stdout.flush()
            write(figures)
    return int(any(counted["found"] or counted["failed"] for counted in figures.values()))


if __name__ == "__main__":
    sys.exit(main())
