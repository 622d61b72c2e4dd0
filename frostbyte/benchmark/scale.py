"""A vault of 1,000, 10,000 and 100,000 chunks: bulk append, cold open, search times, and how much of the truth a search finds."""

from __future__ import annotations

import os
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import Any

from frostbyte.benchmark import synthetic
from frostbyte.benchmark.measure import Bench, at_least, at_most, percentile, timed
from frostbyte.program import words
from frostbyte.vault import Vault

QUERIES = 200
_BLOCK = 10_000
OPEN_BAR_S, SEARCH_BAR_MS, RECALL_BAR, AT = 1.5, 30.0, 0.98, 100_000


def measure(bench: Bench) -> dict[str, Any]:
    """Figures by size; bars apply at 100,000 chunks."""
    return {str(size): _at(bench, size) for size in bench.sizes}


def _at(bench: Bench, size: int) -> dict[str, Any]:
    bench.say(f"bench:   {size} chunks")
    name = f"scale-{size}"
    vault, identity = bench.new_vault(name)
    with vault:
        append_s = sum(_append(vault, first, min(_BLOCK, size - first)) for first in range(0, size, _BLOCK))
        maintain_s, _ = timed(vault.maintain)
    catalog_s, whole_s = _cold_open(bench, bench.work / name, identity, size)
    with Vault.open(bench.work / name, identity=identity, ram=bench.ram) as vault:
        times_ms, recall = _search(vault, size)
        texts_ms = [timed(partial(vault.vectors.search_text, question, 10))[0] * 1000 for question in _questions()]
    p95 = percentile(times_ms, 0.95)
    barred = size == AT
    return {
        "append_rows_per_second": round(size / append_s),
        "maintain_seconds": round(maintain_s, 2),
        "cold_open_seconds": at_most(whole_s, OPEN_BAR_S) if barred else round(whole_s, 3),
        "cold_open_catalog_only_seconds": round(catalog_s, 3),
        "search_ms_p50": round(percentile(times_ms, 0.5), 2),
        "search_ms_p95": at_most(p95, SEARCH_BAR_MS) if barred else round(p95, 2),
        "recall_at_10": at_least(recall, RECALL_BAR) if barred else round(recall, 4),
        "text_search_ms_p95": round(percentile(texts_ms, 0.95), 2),
        "bytes_at_rest": _size(bench.work / name),
    }


def _append(vault: Vault, first: int, count: int) -> float:
    vectors = synthetic.vectors(count, 1000 + first)
    rows = synthetic.chunks(first, vectors)
    began = time.perf_counter()
    with vault.transaction() as tx:
        tx.put_document(synthetic.document(first))
        tx.put_chunks(rows, vectors)
    return time.perf_counter() - began


def _cold_open(bench: Bench, directory: Path, identity: str, size: int) -> tuple[float, float]:
    for path in directory.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)
    told = [str(directory), str(bench.ram.root or "/dev/shm/frostbyte-bench"), bench.ram.swap, str(size)]
    ended = subprocess.run(words("open-vault", *told), input=identity + "\n", stdout=subprocess.PIPE, text=True, check=True)
    catalog, whole = map(float, ended.stdout.split())
    return catalog, whole


def _search(vault: Vault, size: int) -> tuple[list[float], float]:
    """Times of vector searches for neighbours of stored rows, and recall@10 against exact search over float32."""
    import numpy as np

    stored = np.concatenate([synthetic.vectors(min(_BLOCK, size - first), 1000 + first) for first in range(0, size, _BLOCK)])
    ids = [row.chunk_id for first in range(0, size, _BLOCK) for row in _ids(first, min(_BLOCK, size - first))]
    noise = np.random.default_rng(3)
    picked = noise.integers(0, size, QUERIES)
    queries = stored[picked] + 0.02 * noise.standard_normal((QUERIES, synthetic.DIMENSIONS), dtype=np.float32)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    for query in queries[:10]:
        vault.vectors.search_vector(query, 10)
    times, found = [], 0
    for query in queries:
        seconds, hits = timed(partial(vault.vectors.search_vector, query, 10))
        times.append(seconds * 1000)
        scores = stored @ query
        truth = {ids[i] for i in np.argpartition(-scores, 10)[:10]}
        found += len(truth & {hit.chunk_id for hit in hits})
    return times, found / (10 * QUERIES)


def _ids(first: int, count: int) -> list[Any]:
    import numpy as np

    return synthetic.chunks(first, np.zeros((count, 1), np.float32))


def _questions() -> list[str]:
    return [f"{synthetic.text(n, 6)}" for n in range(50)]


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
