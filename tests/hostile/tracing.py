"""Every file of folders through `offsets` and `witness`, one after another, in a process that may die or take too long."""

from __future__ import annotations

import multiprocessing
import multiprocessing.pool
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from frostbyte.contract import formats
from frostbyte.errors import ParseFailed
from tests.hostile import witness
from tests.hostile.offsets import MIMES, faults, read, witnessed

Traced = tuple[list[str], int, int, int]
"""Faults, spans, words that a witness found, words it was asked for."""


@dataclass
class _Sum:
    files: int = 0
    unread: int = 0
    spans: int = 0
    found: int = 0
    words: int = 0
    least: list[tuple[float, str]] = field(default_factory=list)


def trace(folders: Sequence[Path], timeout_s: float) -> int:
    """Print what came of it by format; the exit status is 1 where an offset leads nowhere or nothing was read."""
    sums: dict[str, _Sum] = {}
    wrong: list[str] = []
    began = time.monotonic()
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix.lower() in MIMES and path.is_file())
    pool = _pool()
    for path in paths:
        entry = sums.setdefault(path.suffix.lower(), _Sum())
        try:
            traced = pool.apply_async(_traced, (path,)).get(timeout_s)
        except multiprocessing.TimeoutError:
            pool.terminate()
            pool = _pool()
            traced = None
            print(f"not traced within {timeout_s:.0f} s: {path.name}", file=sys.stderr)
        if traced is None:
            entry.unread += 1
            continue
        found, spans, seen, words = traced
        entry.files, entry.spans = entry.files + 1, entry.spans + spans
        entry.found, entry.words = entry.found + seen, entry.words + words
        if words:
            entry.least = sorted([*entry.least, (seen / words, path.name)])[:5]
        wrong += [f"WRONG {path}: {fault}" for fault in found[:3]]
    pool.terminate()
    for suffix, entry in sorted(sums.items()):
        share = f"{100 * entry.found / entry.words:.2f} % of {entry.words} words witnessed" if entry.words else "no witness"
        print(f"{suffix}: {entry.files} files, {entry.unread} not read, {entry.spans} spans; {share}")
        print("".join(f"    {100 * least:5.1f} % {name}\n" for least, name in entry.least if least < 0.99), end="")
    print("\n".join((*wrong, f"{len(paths)} files in {time.monotonic() - began:.0f} s; {len(wrong)} wrong")))
    return 1 if wrong or not any(entry.files for entry in sums.values()) else 0


def _pool() -> multiprocessing.pool.Pool:
    return multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=100)


def _traced(path: Path) -> Traced | None:
    """None for what does not parse."""
    mime = MIMES[path.suffix.lower()]
    try:
        reading, document = read(path, mime)
    except Exception as error:  # hostile files: what the child process of the product would turn into a failure
        if not isinstance(error, ParseFailed):
            print(f"{type(error).__name__} for {path.name}", file=sys.stderr)
        return None
    try:
        seen, words = witnessed(path, document) if mime == formats.PDF else witness.seen(path, mime, document)
    except Exception as error:  # the witness reads less than the product does; then there is none for this file
        print(f"no witness for {path.name}: {type(error).__name__}", file=sys.stderr)
        seen, words = 0, 0
    return list(faults(reading, document)), len(document.source_map), seen, words
