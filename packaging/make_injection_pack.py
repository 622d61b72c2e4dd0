"""Make models/injection-1, the head that knows orders to a machine by meaning, and measure it. Run by `./run models injection`.

The texts are made up (packaging/attacks/texts.py), embedded with the default pack, and a layer is trained on their vectors with
fixed seeds: the same bytes on the same processor. The corpora that it is judged by are never read.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from attacks.texts import ATTACK, OTHER, texts  # noqa: E402
from heads import pack, train  # noqa: E402

from frostbyte.embed import default_pack_dir, load  # noqa: E402
from frostbyte.policy.signals import MODEL_CUES, MODEL_FLAG_AT, cue_weight, detect  # noqa: E402

PACK = ROOT / "models" / "injection-1"
LABELS = (OTHER, ATTACK)
TRAINED_ON, CHOSEN_ON = 9_000, 3_000


def main() -> int:
    """Exit status 0 when the pack was written."""
    embedder = load(default_pack_dir())

    def made(count: int, seed: int, half: int) -> tuple[np.ndarray, np.ndarray]:
        rows = texts(count, seed=seed, half=half)
        vectors = embedder.embed_documents([text for text, _ in rows]).vectors
        return vectors, np.array([LABELS.index(label) for _, label in rows], dtype=np.int64)

    vectors, targets = made(TRAINED_ON, 1, 0)
    held_out, wanted = made(CHOSEN_ON, 2, 1)
    layers = train.train(vectors, targets, labels=2, epochs=30)
    temperature = train.fitted_temperature(train.scores(layers, held_out), wanted)
    head = pack.write(
        PACK,
        layers,
        labels=LABELS,
        temperature=temperature,
        encoder=embedder.model.digest,
        version="1",
        origin="trained by packaging/make_injection_pack.py on made-up texts",
        comment="Orders to a machine, by the meaning of a passage. Made by ./run models injection",
    )
    chances = head.probabilities(held_out)[:, LABELS.index(ATTACK)]
    print(f"temperature {temperature}; texts of the other half of the tables, {len(wanted)}:")
    rows = [text for text, _ in texts(CHOSEN_ON, seed=2, half=1)]
    weights, seen = np.array([cue_weight(text) for text in rows]), np.array([detect(text).action != "pass" for text in rows])
    attacks = wanted == 1
    print(f"  by patterns alone: {seen[attacks].mean():.3f} of the attacks, {seen[~attacks].mean():.4f} of the others")
    for bar in (0.5, 0.7, 0.8, 0.9):
        for least in (3, 4, 5, 6):
            both = seen | ((chances >= bar) & (weights >= least))
            mark = " <- the gate's" if (bar, least) == (MODEL_FLAG_AT, MODEL_CUES) else ""
            print(f"  or {bar} and words of {least}: {both[attacks].mean():.3f}, {both[~attacks].mean():.4f}{mark}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
