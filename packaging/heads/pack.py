"""Write a head's pack: its weights, and `pack.toml` with their digest (format: frostbyte/embed/head.py)."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from frostbyte.embed.head import FORMAT, WEIGHTS, Head

Layers = list[tuple[NDArray[np.float64], NDArray[np.float64]]]
"""Of each layer its weights (outputs, inputs) and its bias (outputs)."""


def write(
    directory: Path,
    layers: Layers,
    *,
    labels: Sequence[str],
    temperature: float,
    encoder: str,
    version: str,
    origin: str,
    comment: str,
) -> Head:
    """Make the pack of the folder's name, in place of the one that was there, and open it as the program does."""
    data = b"".join(part.astype("<f4").tobytes() for layer in layers for part in layer)
    fields = {
        "format": FORMAT,
        "name": directory.name,
        "version": version,
        "licence": "Apache-2.0",
        "origin": origin,
        "encoder": encoder,
        "layers": [layers[0][0].shape[1], *(len(bias) for _, bias in layers)],
        "labels": list(labels),
        "temperature": round(float(temperature), 4),
    }
    lines = [f"# {comment}", *(f"{key} = {json.dumps(value)}" for key, value in fields.items())]
    lines += ["", "[files]", f'"{WEIGHTS}" = {{ bytes = {len(data)}, sha256 = "{hashlib.sha256(data).hexdigest()}" }}']
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    (directory / WEIGHTS).write_bytes(data)
    (directory / "pack.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Head(directory, encoder)
