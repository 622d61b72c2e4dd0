"""The benchmarks run on real engines, in small, and their figures are what they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from frostbyte.benchmark import BENCHES, Bench, run
from frostbyte.benchmark.measure import at_least, at_most, percentile
from frostbyte.benchmark.synthetic import chunks, vectors
from frostbyte.embed import default_pack_dir, load
from frostbyte.errors import UsageError
from frostbyte.parse.worker import Worker
from frostbyte.vault import RamPolicy


@pytest.fixture
def bench(tmp_path: Path, ram_root: Path) -> Bench:
    embedder = load(default_pack_dir())
    return Bench(
        ram=RamPolicy(root=ram_root), work=tmp_path, embedder=lambda: embedder, say=lambda _: None, worker=Worker, sizes=(300,)
    )


def test_scale_and_commit_in_small(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frostbyte.benchmark.commits.COMMITS", 4)
    found = run(["scale", "commit"], bench)
    assert found["scale"]["300"]["recall_at_10"] > 0.95
    assert found["commit"]["sealed_to_unsealed"]["figure"] > 0


def test_ingest_in_small(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frostbyte.benchmark.ingest.FILES", 4)
    found = run(["ingest"], bench)["ingest"]
    assert found["files"] == 4
    assert found["chunks"] >= 20
    assert sum(found["share_of_time"].values()) == pytest.approx(1, abs=0.01)


def test_gates_in_small(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frostbyte.benchmark.gates.CHUNKS", 4)
    found = run(["gates"], bench)["gates"]
    assert set(found["share_of_embedding"]) == set(found["characters_per_second"]) == {"pii", "classification", "injection"}
    assert found["all_gates_to_embedding"]["figure"] == pytest.approx(sum(found["share_of_embedding"].values()), abs=0.001)


def test_an_unknown_benchmark_is_refused(bench: Bench) -> None:
    with pytest.raises(UsageError, match=next(iter(BENCHES))[:0] + "nothing"):
        run(["nothing"], bench)


def test_figures() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile([5], 0.95) == 5
    assert at_most(2.0, 2.0)["met"]
    assert not at_least(1.9, 2.0)["met"]


def test_synthetic_data_is_the_same_every_time() -> None:
    first, second = vectors(5, 1), vectors(5, 1)
    assert np.array_equal(first, second)
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=1e-5)
    assert len({row.chunk_id for row in chunks(1, first)}) == 5
