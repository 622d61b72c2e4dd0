"""What a benchmark is given, the table of benchmarks, and how times become figures."""

from __future__ import annotations

import importlib
import platform
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.tenants import TenantRecord
from frostbyte.errors import UsageError
from frostbyte.vault import RamPolicy, Vault, keys

if TYPE_CHECKING:
    from frostbyte.embed import Embedder

BENCHES: dict[str, str] = {
    "ingest": "frostbyte.benchmark.ingest",
    "embed": "frostbyte.benchmark.embedding",
    "gates": "frostbyte.benchmark.gates",
    "commit": "frostbyte.benchmark.commits",
    "scale": "frostbyte.benchmark.scale",
    "program": "frostbyte.benchmark.program",
}


@dataclass(frozen=True)
class Bench:
    """`work` is an empty folder on a disk, for vaults at rest; `peer_python` an interpreter that has sentence-transformers;
    `one_file` the program made by packaging/."""

    ram: RamPolicy
    work: Path
    embedder: Callable[[], Embedder]
    say: Callable[[str], None]
    worker: Callable[[], AbstractContextManager[Any]]
    peer_python: Path | None = None
    one_file: Path | None = None
    sizes: tuple[int, ...] = (1_000, 10_000, 100_000)

    def new_vault(self, name: str) -> tuple[Vault, str]:
        """A fresh vault on disk and the identity that opens it again."""
        identity, recipient = keys.generate_identity()
        record = TenantRecord(
            tenant_id="bench", tenant_name="Bench", state="ACTIVE", created_at="2026-01-01T00:00:00Z", config=TenantConfig()
        )
        return Vault.create(self.work / name, record, recipients=[recipient], ram=self.ram), identity


def run(names: Sequence[str], bench: Bench) -> dict[str, Any]:
    """Run the named benchmarks, all of them when none is named. Raises UsageError for an unknown name."""
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        raise UsageError(f"no benchmark {unknown[0]!r}", hint=f"one of {', '.join(BENCHES)}")
    results: dict[str, Any] = {"machine": machine()}
    for name in names or BENCHES:
        bench.say(f"bench: {name} ...")
        results[name] = importlib.import_module(BENCHES[name]).measure(bench)
    return results


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    import os

    return {"processors": len(os.sched_getaffinity(0)), "architecture": platform.machine(), "python": platform.python_version()}


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the sorted values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and the result."""
    began = time.perf_counter()
    result = action()
    return time.perf_counter() - began, result


def at_most(figure: float, bar: float) -> dict[str, Any]:
    """A figure that should not be above its bar."""
    return {"figure": round(figure, 4), "bar": f"<= {bar:g}", "met": figure <= bar}


def at_least(figure: float, bar: float) -> dict[str, Any]:
    """A figure that should not be below its bar."""
    return {"figure": round(figure, 4), "bar": f">= {bar:g}", "met": figure >= bar}
