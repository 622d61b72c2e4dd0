"""The program as one file: how large it is, how fast it starts, beside the same commands of the interpreter's own installation.

The two take turns, so that a noisy machine is noisy for both. A cold start is one after every file of the program was dropped
from the page cache, as far as the file system honours the advice.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from frostbyte.benchmark.measure import Bench, at_most
from frostbyte.benchmark.synthetic import text
from frostbyte.errors import FrostbyteError

ROUNDS = 15
FIRST_RUNS = 3
COLD_RUNS = 5
CHUNKS = 1_000
CHUNKS_A_FILE = 50

SIZE_BAR = 235_000_000
DISK_BAR = 730_000_000
FIRST_RUN_BAR = 2_500.0
WARM_BAR = 90.0
COLD_BAR = 200.0
SEARCH_BAR = 1_500.0
RATIO_BAR = 1.5


def measure(bench: Bench) -> dict[str, Any]:
    """Sizes in bytes, times in milliseconds, and ratios to the interpreter's installation; a note where no file is named."""
    if bench.one_file is None:
        return {"note": "FROSTBYTE_BENCH_BINARY names no program made by ./run build: not measured"}
    pair = _Pair(bench.one_file, bench.work)
    firsts = [pair.first_run() for _ in range(FIRST_RUNS)]
    size, tree = bench.one_file.stat().st_size, sum(path.stat().st_blocks * 512 for path in pair.unpacked())
    found: dict[str, Any] = {
        "size_bytes": at_most(size, SIZE_BAR),
        "unpacked_bytes": at_most(tree, DISK_BAR),
        "file_and_unpacked_bytes": size + tree,
        "first_run_ms": at_most(statistics.median(firsts), FIRST_RUN_BAR),
    }
    for name, arguments in (("version", ["version"]), ("help", ["--help"])):
        found[f"{name}_warm"] = pair.in_turns(arguments, WARM_BAR)
        found[f"{name}_cold_ms"] = at_most(statistics.median(pair.cold(arguments) for _ in range(COLD_RUNS)), COLD_BAR)
    found["chunks_searched"] = pair.ingest(CHUNKS)
    found["search_warm"] = pair.in_turns(["search", "temperature of the shipment", "--tenant", "measured"], SEARCH_BAR)
    return found


class _Pair:
    """The one file and the installation, with one home that both use."""

    def __init__(self, one_file: Path, work: Path) -> None:
        self.work = work / "program"
        self.work.mkdir(mode=0o700)
        self.runtime = self.work / "runtime"
        self.one_file = str(one_file)
        beside = Path(sys.prefix, "bin", "frostbyte")
        self.installed = [str(beside)] if beside.is_file() else [sys.executable, "-m", "frostbyte"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FROSTBYTE_")}
        self.environment = kept | {"FROSTBYTE_RUNTIME_DIR": str(self.runtime), "FROSTBYTE_HOME": str(self.work / "home")}

    def run(self, line: Sequence[str]) -> str:
        """What a command printed. Raises FrostbyteError when it does not end with 0."""
        ended = subprocess.run(line, env=self.environment, capture_output=True, text=True, errors="replace", check=False)
        if ended.returncode != 0:
            raise FrostbyteError(f"{' '.join(line)!r} ended with {ended.returncode}: {ended.stderr.strip()}")
        return ended.stdout

    def timed(self, line: Sequence[str]) -> float:
        """Milliseconds a command took."""
        began = time.perf_counter()
        self.run(line)
        return (time.perf_counter() - began) * 1000

    def first_run(self) -> float:
        shutil.rmtree(self.runtime, ignore_errors=True)
        return self.timed([self.one_file, "version"])

    def unpacked(self) -> list[Path]:
        return [path for path in self.runtime.rglob("*") if path.is_file()]

    def in_turns(self, arguments: Sequence[str], bar: float) -> dict[str, Any]:
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(self.timed([self.one_file, *arguments]))
            theirs.append(self.timed([*self.installed, *arguments]))
        median = statistics.median(ours)
        return {
            "ms": at_most(median, bar),
            "fastest_ms": round(min(ours), 1),
            "installed_ms": round(statistics.median(theirs), 1),
            "ratio": at_most(median / statistics.median(theirs), RATIO_BAR),
        }

    def cold(self, arguments: Sequence[str]) -> float:
        for path in (*self.unpacked(), Path(self.one_file)):
            with contextlib.suppress(OSError):
                descriptor = os.open(path, os.O_RDONLY)
                try:
                    os.fsync(descriptor)
                    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                finally:
                    os.close(descriptor)
        return self.timed([self.one_file, *arguments])

    def ingest(self, chunks: int) -> int:
        """Makes a tenant with about so many chunks, from text files; how many it has."""
        drop = self.work / "drop"
        drop.mkdir()
        for first in range(0, chunks, CHUNKS_A_FILE):
            parts = [text(number, 180) for number in range(first, min(first + CHUNKS_A_FILE, chunks))]
            (drop / f"record-{first:05}.txt").write_text("\n\n".join(parts), encoding="utf-8")
        self.run([self.one_file, "init"])
        self.run([self.one_file, "tenant", "create", "Measured", "--id", "measured"])
        report = json.loads(self.run([self.one_file, "ingest", str(drop), "--tenant", "measured", "--json"]))["report"]
        return int(report["summary"]["total_chunks_indexed"])
