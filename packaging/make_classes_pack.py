"""Make models/classes-1, the head that tells classes of documents by meaning, and measure it. Run by `./run models classes`.

The passages are made up (packaging/classes/), embedded with the default pack, and a layer is trained on their vectors with fixed
seeds: the same bytes on the same processor. The corpus that it is judged by is never read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from classes.texts import LABELS, Texts  # noqa: E402
from heads import pack, train  # noqa: E402

from frostbyte.embed import default_pack_dir, load  # noqa: E402

PACK = ROOT / "models" / "classes-1"
TRAINED_ON, HELD_OUT = 800, 60
"""Passages of each class."""
FOLDS = 5


def main() -> int:
    """Exit status 0 when the pack was written."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--into", type=Path, default=PACK, help="the pack's folder")
    options.add_argument(
        "--passages", type=int, nargs=2, default=(TRAINED_ON, HELD_OUT), help="of each class: trained on, held out"
    )
    given = options.parse_args()
    embedder = load(default_pack_dir())

    def made(count: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        texts = Texts(seed)
        rows = [(*texts.of_genre(label), number) for number, label in enumerate(LABELS) for _ in range(count)]
        vectors = embedder.embed_documents([text for text, _, _ in rows]).vectors
        return vectors, np.array([number for _, _, number in rows]), np.array([genre for _, genre, _ in rows])

    vectors, targets, genres = made(given.passages[0], 1)
    held_out, wanted, _ = made(given.passages[1], 2)
    layers = trained(vectors, targets)
    found = train.scores(layers, held_out)
    # How sure the head may be is learnt on genres that it was not trained on: of those it was, it is always sure.
    unseen = np.zeros((len(targets), len(LABELS)))
    for fold in range(FOLDS):
        out = genres % FOLDS == fold
        unseen[out] = train.scores(trained(vectors[~out], targets[~out]), vectors[out])
    temperature = train.fitted_temperature(unseen, targets)
    pack.write(
        given.into,
        layers,
        labels=LABELS,
        temperature=temperature,
        encoder=embedder.model.digest,
        version="1",
        origin="trained by packaging/make_classes_pack.py on made-up texts",
        comment="The class of a document, by the meaning of its passages. Made by ./run models classes",
    )
    print(f"temperature {temperature}; made-up passages held out: {(found.argmax(axis=1) == wanted).mean():.3f} right")
    print(f"of genres held out, {FOLDS} folds: {(unseen.argmax(axis=1) == targets).mean():.3f} right")
    return 0


def trained(vectors: np.ndarray, targets: np.ndarray) -> train.Layers:
    return train.train(vectors, targets, labels=len(LABELS), epochs=40, decay=3e-4)


if __name__ == "__main__":
    sys.exit(main())
