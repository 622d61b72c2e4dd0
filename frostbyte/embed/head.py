"""A head: a small classifier over the embedder's vectors, as a pack of its own, for the gates that judge what a text means.

A pack like the embedder's: a folder of plain files, each named with its SHA-256 in `pack.toml`, believed only as far as that
goes. A head was trained on the vectors of one encoder and means nothing on another's, so it is opened for an encoder by the
digest of its pack, and refuses every other.

`weights.bin` holds little-endian float32: of each layer its weights, row by row (outputs, inputs), then its bias (outputs).
Between layers stands max(0, x); after the last, softmax of the scores divided by the temperature.
"""

from __future__ import annotations

import re
from itertools import pairwise
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte.embed.pack import DIMENSIONS, Files, default_pack_dir, manifest_fields
from frostbyte.errors import Damaged, PolicyFailed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = "frostbyte-head-pack/1"
WEIGHTS = "weights.bin"
WIDEST = 1024

_KEYS = {"format", "name", "version", "licence", "origin", "encoder", "layers", "labels", "temperature", "files"}
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Head:
    """A verified pack, ready to run. May be called from several threads."""

    def __init__(self, directory: Path, encoder: str) -> None:
        """`encoder` is the digest of the pack whose vectors will come (`Embedder.model.digest`).

        Raises NotFound where there is no pack, Damaged where a byte of it is wrong, it is no head, or it is another encoder's.
        """
        fields = manifest_fields(directory)
        where = f"head {str(directory)!r}"
        if fields.get("format") != FORMAT or set(fields) != _KEYS:
            raise Damaged(f"{where} is not a pack of format {FORMAT!r}")
        self.name, self.version, self.labels, self.temperature = _checked(where, fields)
        if fields["encoder"] != encoder:
            raise Damaged(
                f"{where} was trained on vectors of the encoder {str(fields['encoder'])[:19]}, those here are of {encoder[:19]}",
                hint="a head works with the encoder it was trained on only",
            )
        contents = Files.listed(directory, self.name, fields["files"]).contents()
        if set(contents) != {WEIGHTS}:
            raise Damaged(f"{where} holds {', '.join(sorted(contents)) or 'nothing'}, and {WEIGHTS} alone was due")
        self._layers = _layers(where, contents[WEIGHTS], _widths(where, fields["layers"], len(self.labels)))

    def probabilities(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Vectors (n, 768) -> how likely each label is (n, labels), in the order of `labels`, each row adding up to 1.

        A vector has the same probabilities to the bit in any company. Raises PolicyFailed for what is no such vector.
        """
        import numpy as np

        if vectors.ndim != 2 or vectors.shape[1] != DIMENSIONS or not np.isfinite(vectors).all():
            raise PolicyFailed(f"head {self.name!r} was given what is no vector of {DIMENSIONS} numbers")
        found = np.empty((len(vectors), len(self.labels)), dtype=np.float64)
        for row, vector in enumerate(vectors):  # one at a time: a product of matrices sums in an order that hangs on its size
            scores = self._scores(vector) / self.temperature
            weights = np.exp(scores - scores.max())
            found[row] = weights / weights.sum()
        return found

    def _scores(self, vector: NDArray[np.float32]) -> NDArray[np.float64]:
        import numpy as np

        values = vector.astype(np.float64)
        for number, (weights, bias) in enumerate(self._layers):
            values = weights @ (np.maximum(values, 0) if number else values) + bias
        return values


def shipped_head_dir(name: str) -> Path:
    """Where a head that comes with the program lies."""
    return default_pack_dir().parent / name


def _checked(where: str, fields: dict[str, Any]) -> tuple[str, str, tuple[str, ...], float]:
    if not all(isinstance(fields[key], str) and fields[key] for key in ("name", "version", "encoder")):
        raise Damaged(f"{where}: 'name', 'version' and 'encoder' are strings, and not empty")
    labels, temperature = fields["labels"], fields["temperature"]
    if not isinstance(labels, list) or not all(isinstance(label, str) and _LABEL.fullmatch(label) for label in labels):
        raise Damaged(f"{where}: 'labels' is a list of names")
    if not 2 <= len(set(labels)) == len(labels) <= WIDEST:
        raise Damaged(f"{where}: two labels or more are due, each named once")
    if type(temperature) is not float or not isfinite(temperature) or temperature <= 0:
        raise Damaged(f"{where}: 'temperature' is a number above 0")
    return fields["name"], fields["version"], tuple(labels), temperature


def _widths(where: str, layers: object, labels: int) -> list[int]:
    if not isinstance(layers, list) or not all(type(width) is int and 0 < width <= WIDEST for width in layers):
        raise Damaged(f"{where}: 'layers' is a list of whole numbers up to {WIDEST}")
    if not 2 <= len(layers) <= 3 or layers[0] != DIMENSIONS or layers[-1] != labels:
        raise Damaged(f"{where}: 'layers' leads from {DIMENSIONS} to {labels} labels, over one layer between at most")
    return layers


def _layers(where: str, data: bytes, widths: list[int]) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    import numpy as np

    if len(data) != 4 * sum((inputs + 1) * outputs for inputs, outputs in pairwise(widths)):
        raise Damaged(f"{where}: {WEIGHTS} is not of the size its layers have")
    numbers = np.frombuffer(data, dtype="<f4").astype(np.float64)
    if not np.isfinite(numbers).all():
        raise Damaged(f"{where}: {WEIGHTS} holds what is no number")
    layers, at = [], 0
    for inputs, outputs in pairwise(widths):
        end = at + inputs * outputs
        layers.append((numbers[at:end].reshape(outputs, inputs), numbers[end : end + outputs]))
        at = end + outputs
    return layers
