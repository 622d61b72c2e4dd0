"""Measures a vault: commit, bulk load, opening, searching. Run it by hand: `python tests/vault/measure.py [chunks] [directory]`.

The vectors are clustered and hard on purpose: a point's neighbours are hardly nearer than the rest of its cluster.
"unsealed" is the same commit with the engines on the disk, without a pack.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from frostbyte.vault import RamPolicy, Vault, keys  # noqa: E402
from frostbyte.vault import vault as facade  # noqa: E402
from frostbyte.vault.disk import Disk  # noqa: E402
from frostbyte.vault.manifest import Head  # noqa: E402
from frostbyte.vault.seal import Sealer  # noqa: E402
from frostbyte.vault.segments import Segments  # noqa: E402
from vault.making import Place, document, record, sha256  # noqa: E402

BATCH = 5000


def clustered(count: int, seed: int) -> NDArray[np.float32]:
    rng = np.random.default_rng(5)
    centres = 0.6 * rng.standard_normal((1500, 768), dtype=np.float32)
    plane = rng.standard_normal((96, 768), dtype=np.float32)
    rng = np.random.default_rng(seed)
    vectors = centres[rng.integers(0, 1500, count)] + rng.standard_normal((count, 96), dtype=np.float32) @ plane
    vectors += 0.5 * rng.standard_normal((count, 768), dtype=np.float32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


ENDS = ("tract", "vision", "port", "gress", "ceed", "test")
WORDS = [start + end for start in ("con", "pro", "re", "de", "sub", "ex") for end in ENDS]


def texts(count: int, seed: int) -> list[str]:
    """About 600 characters each, word frequencies falling like in a language."""
    rng = np.random.default_rng(seed)
    picked = np.minimum(rng.zipf(1.4, (count, 70)), 200_000)
    return [" ".join(f"{WORDS[n % 36]}{n // 36 or ''}" for n in row) for row in picked.tolist()]


@contextmanager
def timed(into: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    into[name] = round(time.perf_counter() - began, 3)


def commits(vault: Vault, first: int, count: int) -> list[float]:
    """Milliseconds of each commit of a 20-chunk document of 600-character chunks."""
    taken = []
    for number in range(first, first + count):
        made = document(number, 20, text_bytes=600)
        began = time.perf_counter()
        with vault.transaction() as tx:
            made.put(tx, events=2)
        taken.append((time.perf_counter() - began) * 1e3)
    return taken


def p(values: list[float], share: int) -> float:
    return round(float(np.percentile(values, share)), 2)


class Unsealed(Segments):
    """Commits that seal nothing, for engines that lie on the disk themselves."""

    def commit(self, head: Head) -> None:
        self.head = head
        self._state.commit += 1


def compare_commits(place: Place, work: Path, out: dict[str, object]) -> None:
    """The same commits in turns, sealed from RAM and plain on the disk, so that noise hits both."""
    plain_place = place.copy(work / "plain")
    sealed, plain = place.open(), plain_place.open()
    for path in list(plain._ram.path.iterdir()):
        shutil.copytree(path, work / "engines" / path.name) if path.is_dir() else shutil.copy(path, work / "engines" / path.name)
    plain.catalog.close()
    plain._ram.path = work / "engines"
    plain._start_engines()
    plain._segments.__class__ = Unsealed
    a, b = [], []
    for turn in range(8):
        a += commits(sealed, 5000 + turn * 10, 10)
        b += commits(plain, 5000 + turn * 10, 10)
    out["commit_20_chunks_ms"] = {
        "sealed_p50": p(a, 50),
        "sealed_p95": p(a, 95),
        "unsealed_p50": p(b, 50),
        "ratio_p50": round(p(a, 50) / p(b, 50), 2),
    }
    sealed.close()


def throughput(out: dict[str, object]) -> None:
    """Sealing and opening 256 MiB in RAM, so that no disk is measured."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
        sealer, path, block = Sealer(os.urandom(32), "v", Disk()), Path(directory) / "a", os.urandom(1 << 20)
        began = time.perf_counter()
        sealer.write(path, "a", (block for _ in range(256)))
        sealed = time.perf_counter()
        for _ in sealer.read(path, "a"):
            pass
        opened = time.perf_counter()
    out["seal_gb_per_s"] = round(0.268 / (sealed - began), 2)
    out["unseal_gb_per_s"] = round(0.268 / (opened - sealed), 2)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    work = Path(tempfile.mkdtemp(prefix="vault-measure-", dir=sys.argv[2] if len(sys.argv) > 2 else None))
    (work / "engines").mkdir()
    ram = RamPolicy(root=Path(f"/dev/shm/frostbyte-measure-{os.getpid()}"))
    identity, recipient = keys.generate_identity()
    place = Place(work / "tenant", identity, ram)
    out: dict[str, object] = {"chunks": count, "load": os.getloadavg()[0]}
    throughput(out)
    vault = Vault.create(place.directory, record(), recipients=[recipient], ram=ram)
    commits(vault, 1, 5)
    vault.close()
    compare_commits(place, work, out)
    vault = place.open()
    vectors, queries = clustered(count, 1), clustered(200, 2)
    seconds = 0.0
    facade_due, facade.Vault._maintenance_due = facade.Vault._maintenance_due, lambda self: False  # type: ignore[method-assign]
    for start in range(0, count, BATCH):
        size = min(BATCH, count - start)
        made, words = document(10_000 + start, size), texts(size, start)
        block = np.ascontiguousarray(vectors[start : start + size])
        rows = [
            replace(row, text=text, text_sha256="0" * 64, vector_sha256=sha256(vector.tobytes()))
            for row, text, vector in zip(made.chunks, words, block, strict=True)
        ]
        began = time.perf_counter()
        with vault.transaction() as tx:
            tx.put_document(made.row)
            tx.put_chunks(rows, block)
        seconds += time.perf_counter() - began
    facade.Vault._maintenance_due = facade_due  # type: ignore[method-assign]
    out["bulk_rows_per_s"] = round(count / seconds)
    times: dict[str, float] = {}
    with timed(times, "maintain_s"):
        vault.maintain()
    add = commits(vault, 8000, 10)
    out["commit_on_top_p50_ms"] = p(add, 50)
    out["at_rest_mb"] = vault.size_bytes() >> 20
    out["ram_mb"] = sum(f.stat().st_size for f in vault._ram.path.rglob("*") if f.is_file()) >> 20
    vault.close()
    for path in (place.directory / "seg").iterdir():
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    with timed(times, "open_cold_s"):
        vault = place.open()
    with timed(times, "first_touch_s"):
        vault.vectors.count()
    truth = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    ids = {f"chk_{10_000 + s:07x}{i:05x}": s + i for s in range(0, count, BATCH) for i in range(BATCH)}
    taken, hits = [], 0
    for query, right in zip(queries, truth, strict=True):
        began = time.perf_counter()
        found = vault.vectors.search_vector(query, 10)
        taken.append((time.perf_counter() - began) * 1e3)
        hits += len({ids.get(hit.chunk_id, -1) for hit in found} & set(right.tolist()))
    out["search_vector_ms"] = {"p50": p(taken[5:], 50), "p95": p(taken[5:], 95), "recall@10": round(hits / 10 / len(queries), 4)}
    taken = []
    for text in texts(100, 77):
        words = " ".join(text.split()[:6])
        began = time.perf_counter()
        vault.vectors.search_text(words, 10)
        taken.append((time.perf_counter() - began) * 1e3)
    out["search_text_ms"] = {"p50": p(taken[5:], 50), "p95": p(taken[5:], 95)}
    vault.close()
    with timed(times, "open_warm_s"):
        vault = place.open()
    vault.close()
    print(json.dumps({**out, **times, "load_after": os.getloadavg()[0]}, indent=1))
    shutil.rmtree(work)
    shutil.rmtree(ram.root or work, ignore_errors=True)


if __name__ == "__main__":
    main()
