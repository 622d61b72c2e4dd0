"""How many documents this machine can parse at once: one for each processor this process may use, fewer where memory is short."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

MEMORY_PER_PARSER = 1_000_000_000
"""Memory that must be free for each parser. One may take 1.5 GB for a hostile document; they do not all meet one at once."""
MOST = 16
"""More parsers than this only wait for the one process that judges, embeds and commits."""


def parsers(proc: Path = Path("/proc"), cgroups: Path = Path("/sys/fs/cgroup")) -> int:
    """Parsers to run at once where the operator did not say: at least one."""
    return max(1, min(len(os.sched_getaffinity(0)), MOST, free_memory(proc, cgroups) // MEMORY_PER_PARSER))


def free_memory(proc: Path, cgroups: Path) -> int:
    """Bytes that can be had without swapping: what the machine has left, or less where a control group allows less."""
    free = 0
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in (proc / "meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                free = int(line.split()[1]) * 1024
    groups: list[str] = []
    with contextlib.suppress(OSError, ValueError):
        lines = (proc / "self" / "cgroup").read_text("utf-8", "surrogateescape").splitlines()
        groups = [line.removeprefix("0::/") for line in lines if line.startswith("0::/")]
    for group in groups:
        folder = cgroups / group
        for place in (folder, *(above for above in folder.parents if above.is_relative_to(cgroups))):
            # The limit of a group holds for every group in it; "max", or no file at the root, is no limit.
            with contextlib.suppress(OSError, ValueError):
                limit = int((place / "memory.max").read_text("ascii"))
                free = min(free, max(0, limit - int((place / "memory.current").read_text("ascii"))))
    return free
