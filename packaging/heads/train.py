"""Train a head on vectors, in plain numpy with fixed seeds: no engine, and the same weights for the same vectors.

layers = train(vectors, targets, labels=7, hidden=32)
temperature = fitted_temperature(held_out_scores, held_out_targets)
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Layers = list[tuple[Floats, Floats]]

SEED = 20261126


def train(
    vectors: NDArray[np.float32],
    targets: NDArray[np.int64],
    *,
    labels: int,
    hidden: int = 0,
    weights: Floats | None = None,
    decay: float = 1e-4,
    rate: float = 3e-3,
    epochs: int = 60,
    batch: int = 256,
    dropout: float = 0.0,
    seed: int = SEED,
) -> Layers:
    """Cross entropy by Adam with a falling rate, the weights pulled towards zero by `decay` at each step.

    `weights` says how much each example counts, by default so that every label counts the same. With `hidden` there is one
    layer between; `dropout` then leaves out that share of it at each step.
    """
    numbers = np.random.default_rng(seed)
    inputs = np.asarray(vectors, dtype=np.float64)
    if weights is None:
        counts = np.bincount(targets, minlength=labels).astype(np.float64)
        weights = (len(targets) / (labels * np.maximum(counts, 1)))[targets]
    widths = [inputs.shape[1], *([hidden] if hidden else []), labels]
    parts: list[Floats] = []
    for given, wanted in pairwise(widths):
        parts += [numbers.normal(0, (2 / given) ** 0.5, (wanted, given)) * (1.0 if wanted == hidden else 0.1), np.zeros(wanted)]
    first = [np.zeros_like(part) for part in parts]
    second = [np.zeros_like(part) for part in parts]
    steps, step = epochs * -(-len(inputs) // batch), 0
    for _ in range(epochs):
        order = numbers.permutation(len(inputs))
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            slopes = _slopes(parts, inputs[chosen], targets[chosen], weights[chosen], dropout, numbers)
            step += 1
            now = rate * 0.5 * (1 + np.cos(np.pi * step / steps))
            for part, slope, mean, square in zip(parts, slopes, first, second, strict=True):
                mean += 0.1 * (slope - mean)
                square += 0.001 * (slope * slope - square)
                part -= now * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
                if part.ndim == 2:
                    part -= now * decay * len(inputs) / batch * part
    return list(zip(parts[::2], parts[1::2], strict=True))


def scores(layers: Layers, vectors: NDArray[np.float32]) -> Floats:
    """(n, labels), before temperature and softmax."""
    values = np.asarray(vectors, dtype=np.float64)
    for number, (weights, bias) in enumerate(layers):
        values = (np.maximum(values, 0) if number else values) @ weights.T + bias
    return values


def softmax(values: Floats) -> Floats:
    raised = np.exp(values - values.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def fitted_temperature(held_out: Floats, targets: NDArray[np.int64]) -> float:
    """What the scores of texts that were not trained on are to be divided by: the least surprise, to two digits."""
    rows = np.arange(len(targets))
    tried = np.exp(np.linspace(np.log(0.1), np.log(20), 400))
    surprise = [-np.log(softmax(held_out / t)[rows, targets] + 1e-12).mean() for t in tried]
    return round(float(tried[int(np.argmin(surprise))]), 2)


def _slopes(
    parts: list[Floats], inputs: Floats, targets: NDArray[np.int64], weights: Floats, dropout: float, numbers: np.random.Generator
) -> list[Floats]:
    middle, passing = inputs, np.ones(1)
    if len(parts) == 4:
        middle = inputs @ parts[0].T + parts[1]
        passing = (middle > 0) / (1 - dropout) * (numbers.random(middle.shape) >= dropout)
        middle = middle * passing
    wrong = softmax(middle @ parts[-2].T + parts[-1])
    wrong[np.arange(len(targets)), targets] -= 1
    wrong *= (weights / weights.sum())[:, None]
    found = [wrong.T @ middle, wrong.sum(axis=0)]
    if len(parts) == 4:
        back = (wrong @ parts[2]) * passing
        found = [back.T @ inputs, back.sum(axis=0), *found]
    return found
