"""Make models/names-1, the tagger of names and addresses, from made-up texts, and measure it. Run by `./run models names`.

Texts are made by packaging/tagger from Faker (MIT) and WordNet (Debian's wordnet-base, whose data files are checked by digest);
seeds are fixed. Training in floating point gives other last digits on another processor, so the pack is kept in the
repository, and this tells how it was made; `--state FILE` keeps the weights in training's own form.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tagger import train  # noqa: E402
from tagger.model import LABELS, Tagger  # noqa: E402
from tagger.sources import WORDNET  # noqa: E402

from frostbyte.policy.pii.features import COLUMNS, ROWS  # noqa: E402

PACK = ROOT / "models" / "names-1"
WORDNET_SHA256 = "512500d3515c3ebb31bb9bce65910968272a93103d6d4687f99cefaa1f6e11ed"
HELD_OUT = 99
"""Seed of the texts that measure and are never trained on. Same recipe, other texts: real texts are the judge, not these."""


def main() -> int:
    """Exit status 0 when the pack was written."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--steps", type=int, default=2000)
    options.add_argument("--words", type=int, default=3000, help="words in a batch")
    options.add_argument("--rate", type=float, default=4e-3)
    options.add_argument("--state", type=Path, help="weights of a training that was done before, or where to keep this one's")
    given = options.parse_args()
    if wordnet_digest() != WORDNET_SHA256:
        raise SystemExit(f"models: {WORDNET} is not WordNet 3.0 as Debian has it (apt-get install wordnet-base)")
    if given.state and given.state.is_file():
        model = Tagger(ROWS, COLUMNS)
        model.load_state_dict(torch.load(given.state))
        model.eval()
    else:
        model = train.train(given.steps, given.words, given.rate)
        if given.state:
            torch.save(model.state_dict(), given.state)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        export(model, made / "model.onnx")
        write_manifest(made)
        print(json.dumps({"bytes": (made / "model.onnx").stat().st_size, **measure(made / "model.onnx")}, indent=2))
        shutil.rmtree(PACK, ignore_errors=True)
        shutil.copytree(made, PACK)
    return 0


def wordnet_digest() -> str:
    """SHA-256 over the data files, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(WORDNET.glob("data.*")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class _Chances(torch.nn.Module):
    """Features of one text (words, columns) -> chances (words, labels)."""

    def __init__(self, model: Tagger) -> None:
        super().__init__()
        self.model = model

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.model(features.unsqueeze(0))[0], dim=-1)


def export(model: Tagger, path: Path) -> None:
    """The graph, with the table of values in eight bits; the rest stays in floating point."""
    words = torch.zeros((7, COLUMNS), dtype=torch.int64)
    plain = path.with_suffix(".plain")
    torch.onnx.export(
        _Chances(model),
        (words,),
        str(plain),
        input_names=["features"],
        output_names=["chances"],
        dynamic_axes={"features": {0: "words"}, "chances": {0: "words"}},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(plain, path, op_types_to_quantize=["Gather"], weight_type=QuantType.QInt8)
    plain.unlink()
    graph = onnx.load(path)
    graph.ClearField("doc_string")
    for node in graph.graph.node:
        node.ClearField("doc_string")
        del node.metadata_props[:]
    onnx.save(graph, path)


def measure(path: Path) -> dict[str, float]:
    """Recall and precision over the words of texts that were not trained on."""
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    texts = train.Texts(HELD_OUT)
    right = {kind: [0, 0, 0] for kind in ("NAME", "ADDRESS")}
    for _ in range(3000):
        rows, labels = train.example(texts.one())
        if not rows:
            continue
        (chances,) = session.run(None, {"features": np.array(rows, dtype=np.int64)})
        for wanted, found in zip(labels, chances.argmax(axis=1), strict=True):
            want, got = LABELS[wanted][2:], LABELS[int(found)][2:]
            for kind, counts in right.items():
                counts[0] += want == got == kind
                counts[1] += want == kind
                counts[2] += got == kind
    return {
        f"{kind.lower()}_{what}": round(counts[0] / counts[column], 4)
        for kind, counts in right.items()
        for what, column in (("recall", 1), ("precision", 2))
    }


def write_manifest(folder: Path) -> None:
    """`pack.toml` over the graph (format: frostbyte/embed/tagger.py)."""
    data = (folder / "model.onnx").read_bytes()
    fields = {
        "format": "frostbyte-tagger-pack/1",
        "name": "names-1",
        "version": "1.0.0",
        "licence": "Apache-2.0",
        "origin": "trained by packaging/make_names_pack.py on texts made from Faker (MIT) and WordNet 3.0 (WordNet licence)",
        "model": "model.onnx",
        "columns": COLUMNS,
        "rows": ROWS,
        "labels": list(LABELS),
    }
    lines = ["# The tagger of names and addresses. Made by `./run models names`; what it finds: docs/personal-data.md."]
    lines += [f"{key} = {json.dumps(value)}" for key, value in fields.items()]
    lines += ["", "[files]", f'"model.onnx" = {{ bytes = {len(data)}, sha256 = "{hashlib.sha256(data).hexdigest()}" }}']
    (folder / "pack.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
