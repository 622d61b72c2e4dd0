"""The program measures itself on the machine it is on. Times mean little on shared cores: every figure is a ratio within one run,
or stands beside what it must be compared with.

    results = run(["commit", "scale"], Bench(ram=..., work=Path("/var/tmp/x"), embedder=..., say=print))
"""

from __future__ import annotations

from frostbyte.benchmark.measure import BENCHES, Bench, run

__all__ = ["BENCHES", "Bench", "run"]
