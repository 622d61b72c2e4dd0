"""A head's pack is believed as far as its digests go, on the vectors of its own encoder only."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frostbyte.embed.head import WEIGHTS, Head
from frostbyte.errors import Damaged, NotFound, PolicyFailed

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))

from heads import pack, train

ENCODER = "sha256:" + "ab" * 32
LABELS = ("left", "right", "up")
Write = Callable[..., Path]


def vectors(count: int, seed: int = 1) -> Any:
    found = np.random.default_rng(seed).normal(size=(count, 768))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("hidden", [0, 16])
def test_probabilities_are_those_of_the_weights_and_the_same_in_any_company(head_dir: Write, hidden: int) -> None:
    directory, given = head_dir(hidden=hidden), vectors(9)
    head = Head(directory, ENCODER)
    found = head.probabilities(given)
    numbers = np.frombuffer((directory / WEIGHTS).read_bytes(), dtype="<f4").astype(float)
    values, at = given.astype(float), 0
    for inputs, outputs in [(768, hidden), (hidden, 3)] if hidden else [(768, 3)]:
        weights, bias = numbers[at : at + inputs * outputs], numbers[at + inputs * outputs :][:outputs]
        values = (values if at == 0 else values.clip(0)) @ weights.reshape(outputs, inputs).T + bias
        at += (inputs + 1) * outputs
    shares = np.exp(values / 2.5)
    assert np.allclose(found, shares / shares.sum(axis=1, keepdims=True), atol=1e-12)
    assert all(head.probabilities(given[row : row + 1]).tobytes() == found[row : row + 1].tobytes() for row in range(9))
    assert head.labels == LABELS
    assert head.probabilities(given[:0]).shape == (0, 3)


def test_the_vectors_of_another_encoder_are_refused(head_dir: Write) -> None:
    with pytest.raises(Damaged, match="trained on vectors of the encoder sha256:abab"):
        Head(head_dir(), "sha256:" + "cd" * 32)


@pytest.mark.parametrize("given", [np.zeros((2, 384), "f4"), np.zeros(768, "f4"), np.full((1, 768), np.nan, "f4")])
def test_what_is_no_vector_fails_the_gate(head_dir: Write, given: Any) -> None:
    with pytest.raises(PolicyFailed, match="no vector"):
        Head(head_dir(), ENCODER).probabilities(given)


def test_a_pack_that_is_absent_damaged_or_has_strangers_is_refused(head_dir: Write, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Head(tmp_path / "nowhere", ENCODER)
    data = bytearray((head_dir() / WEIGHTS).read_bytes())
    data[100] ^= 1
    (tmp_path / "head" / WEIGHTS).write_bytes(bytes(data))
    with pytest.raises(Damaged, match="is not the one"):
        Head(tmp_path / "head", ENCODER)
    (head_dir() / "more").touch()
    with pytest.raises(Damaged, match="more"):
        Head(tmp_path / "head", ENCODER)


@pytest.mark.parametrize(
    "change",
    [
        ("frostbyte-head-pack/1", "frostbyte-tagger-pack/1"),
        ('"left"', '"right"'),
        ('"left"', "7"),
        ("temperature = 2.5", "temperature = 0.0"),
        ("temperature = 2.5", "temperature = nan"),
        ("temperature = 2.5", 'temperature = "hot"'),
        ("[768, 3]", "[768, 4]"),
        ("[768, 3]", "[384, 3]"),
        ("[768, 3]", "[768, 8, 8, 3]"),
        ("[768, 3]", "[768, 4, 3]"),
        ("version", "Version"),
        (ENCODER, ""),
        ("[files]", "[file]"),
        ('"weights.bin"', '"other.bin"'),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(head_dir: Write, change: tuple[str, str]) -> None:
    directory = head_dir()
    manifest = directory / "pack.toml"
    said = manifest.read_text(encoding="utf-8")
    assert change[0] in said
    manifest.write_text(said.replace(*change), encoding="utf-8")
    with pytest.raises(Damaged):
        Head(directory, ENCODER)


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    layers = [(np.full((2, 768), np.inf), np.zeros(2))]
    with pytest.raises(Damaged, match="no number"):
        pack.write(
            tmp_path / "head", layers, labels=("a", "b"), temperature=1, encoder=ENCODER, version="1", origin="", comment=""
        )


@pytest.mark.parametrize("hidden", [0, 8])
def test_training_tells_kinds_apart_and_comes_to_the_same_weights_again(hidden: int) -> None:
    middles = vectors(3, seed=2)
    targets = np.arange(240) % 3
    given = (middles[targets] + 0.7 * vectors(240, seed=3)).astype(np.float32)
    layers, again = (train.train(given, targets, labels=3, hidden=hidden, epochs=20, dropout=0.2) for _ in range(2))
    assert all(a.tobytes() == b.tobytes() for x, y in zip(layers, again, strict=True) for a, b in zip(x, y, strict=True))
    unseen = (middles[targets] + 0.7 * vectors(240, seed=4)).astype(np.float32)
    assert (train.scores(layers, unseen).argmax(axis=1) == targets).mean() > 0.95


def test_the_temperature_takes_back_confidence_that_is_not_earned() -> None:
    numbers = np.random.default_rng(6)
    targets = numbers.integers(0, 2, 4000)
    said = np.where(numbers.random(4000) < 0.75, targets, 1 - targets)  # right three times of four, and always sure
    scores = np.eye(2)[said] * 10
    temperature = train.fitted_temperature(scores, targets)
    assert train.softmax(scores / temperature)[:, :].max(axis=1).mean() == pytest.approx(0.75, abs=0.02)
