"""The tagger's pack is believed as far as its digests go, and a text's chances do not depend on how it is cut into runs."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from frostbyte.embed import Tagger, shipped_tagger, tagger
from frostbyte.embed.tagger import LABELS, default_tagger_dir
from frostbyte.errors import Damaged, NotFound, PolicyFailed


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_tagger_dir(), tmp_path / "tagger"))


def rows(count: int) -> list[list[int]]:
    numbers = random.Random(7)
    return [[numbers.randrange(shipped_tagger().rows) for _ in range(shipped_tagger().columns)] for _ in range(count)]


def test_every_word_has_a_chance_for_each_label() -> None:
    chances = shipped_tagger()(rows(40))
    assert chances.shape == (40, len(LABELS))
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    assert shipped_tagger()([]).shape == (0, len(LABELS))


def test_a_long_text_has_the_same_chances_as_if_it_were_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    long = rows(700)
    whole = shipped_tagger()(long)
    monkeypatch.setattr(tagger, "WINDOW", 64)
    assert np.abs(shipped_tagger()(long) - whole).max() < 1e-4


def test_any_changed_byte_is_refused(copy: Path) -> None:
    data = bytearray((copy / "model.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (copy / "model.onnx").write_bytes(bytes(data))
    with pytest.raises(Damaged, match=r"model\.onnx"):
        Tagger(copy)


def test_a_pack_that_is_absent_has_strangers_or_is_no_tagger_is_refused(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Tagger(tmp_path / "nowhere")
    (copy / "more").touch()
    with pytest.raises(Damaged, match="more"):
        Tagger(copy)
    with pytest.raises(Damaged, match="not a tagger"):
        Tagger(default_tagger_dir().parent / "minilm-l6-768")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"B-NAME"', '"B-FACE"'),
        lambda text: text.replace('model = "model.onnx"', 'model = "other.onnx"'),
        lambda text: text + "\nmore = 1\n",
        lambda text: text.replace("columns", "Columns"),
        lambda text: text.replace("columns = ", 'columns = "x" #'),
        lambda _: "not = [toml",
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(copy: Path, change: Callable[[str], str]) -> None:
    manifest = copy / "pack.toml"
    manifest.write_text(change(manifest.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(Damaged):
        Tagger(copy)


def test_an_engine_that_cannot_run_fails_the_gate() -> None:
    with pytest.raises(PolicyFailed, match="could not run"):
        shipped_tagger()([[1 << 40] * shipped_tagger().columns])
