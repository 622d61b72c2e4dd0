"""How large and how fast the program is, beside the same commands in the virtual environment: `python packaging/measure.py`.

    .venv/bin/python packaging/measure.py [BINARY] [--rounds N] [--chunks N]

Prints a JSON object: sizes in bytes, times in milliseconds (the median and the fastest of the rounds, the two programs taking
turns, so that a noisy machine is noisy for both) and their ratios. A cold start is one after the program's files were dropped
from the page cache; that needs root or a file system that honours the advice.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TARGETS = {
    "size_bytes": 235_000_000,
    "first_run_ms": 2500,
    "version_warm_ms": 90,
    "help_warm_ms": 90,
    "version_cold_ms": 200,
    "help_cold_ms": 200,
    "search_warm_ms": 1500,
    "peak_disk_bytes": 730_000_000,
    "ratio": 1.5,
}
PARAGRAPH = (
    "Consignment {n} left warehouse {w} on day {d} with {k} boxes of vaccine. The driver read the data logger at every stop and "
    "wrote the highest temperature, {t} degrees, into the transport record. The receiving pharmacist compared the record with "
    "the delivery note, stored the boxes between two and eight degrees, and reported the arrival to the quality officer. "
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path, nargs="?", default=ROOT / "dist" / "frostbyte")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--chunks", type=int, default=1000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="frostbyte-measure-") as scratch:
        print(json.dumps(measure(chosen.binary.resolve(), Path(scratch), chosen.rounds, chosen.chunks), indent=1))


def measure(binary: Path, scratch: Path, rounds: int, chunks: int) -> dict[str, Any]:
    """All figures, with the targets they are held against."""
    programs = {"binary": [str(binary)], "venv": [str(ROOT / ".venv" / "bin" / "frostbyte")]}
    runtime = scratch / "runtime"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FROSTBYTE_")}
    environment |= {"FROSTBYTE_RUNTIME_DIR": str(runtime), "FROSTBYTE_HOME": str(scratch / "home")}

    def timed(line: Iterable[str], status: int = 0) -> float:
        began = time.perf_counter()
        ended = subprocess.run(list(line), env=environment, capture_output=True, check=False)
        took = (time.perf_counter() - began) * 1000
        if ended.returncode != status:
            sys.exit(f"measure: {' '.join(line)} ended with {ended.returncode}: {ended.stderr.decode(errors='replace')}")
        return took

    def turns(*arguments: str) -> dict[str, Any]:
        times: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(rounds):
            for name, words in programs.items():
                times[name].append(timed([*words, *arguments]))
        return figures(times)

    found: dict[str, Any] = {"size_bytes": binary.stat().st_size, "first_run_ms": []}
    for _ in range(3):
        shutil.rmtree(runtime, ignore_errors=True)
        found["first_run_ms"].append(round(timed([str(binary), "version"])))
    tree = next(runtime.glob("*-*"))
    files = [path for path in tree.rglob("*") if path.is_file()]
    found["peak_disk_bytes"] = sum(path.stat().st_blocks * 512 for path in files)
    found["version_warm"], found["help_warm"] = turns("version"), turns("--help")
    for name, arguments in (("version_cold_ms", ["version"]), ("help_cold_ms", ["--help"])):
        times = []
        for _ in range(5):
            for path in (*files, binary):
                forget(path)
            times.append(round(timed([str(binary), *arguments])))
        found[name] = {"median": statistics.median(times), "fastest": min(times)}
    documents(scratch / "drop", chunks)
    timed([*programs["binary"], "init"])
    timed([*programs["binary"], "tenant", "create", "Measured", "--id", "measured"])
    timed([*programs["binary"], "ingest", str(scratch / "drop"), "--tenant", "measured"])
    found["search_warm"] = turns("search", "highest temperature of consignment 17", "--tenant", "measured")
    found["targets"] = TARGETS
    return found


def figures(times: dict[str, list[float]]) -> dict[str, Any]:
    """Median and fastest of each program, and the ratios of both."""
    made = {name: {"median_ms": round(statistics.median(t), 1), "fastest_ms": round(min(t), 1)} for name, t in times.items()}
    ratios = {
        f"ratio_{kind}": round(made["binary"][f"{kind}_ms"] / made["venv"][f"{kind}_ms"], 2) for kind in ("median", "fastest")
    }
    return made | ratios


def forget(path: Path) -> None:
    """Drop a file from the page cache."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def documents(folder: Path, chunks: int) -> None:
    """Text files that become about so many chunks, 50 to a file."""
    folder.mkdir()
    for number in range(0, chunks, 50):
        parts = [
            "\n".join([PARAGRAPH.format(n=n, w=n % 7, d=n % 30, k=n % 90, t=n % 9)] * 3)
            for n in range(number, min(number + 50, chunks))
        ]
        (folder / f"record-{number:05}.txt").write_text("\n\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
