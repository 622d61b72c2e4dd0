"""The default pack, loaded once, and a small random pack of the server model's shape that tests may take apart."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from frostbyte.embed import Embedder, default_pack_dir, load

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))

from heads import pack

ENCODER = "sha256:" + "ab" * 32
NOMIC_SHAPED = Path(__file__).parent / "data" / "nomic-shaped"


@pytest.fixture(scope="session")
def embedder() -> Iterator[Embedder]:
    with load(default_pack_dir()) as loaded:
        yield loaded


@pytest.fixture(scope="session")
def nomic() -> Iterator[Embedder]:
    with load(NOMIC_SHAPED) as loaded:
        yield loaded


@pytest.fixture
def pack_dir(tmp_path: Path) -> Path:
    """A copy of the small pack, to be damaged."""
    return Path(shutil.copytree(NOMIC_SHAPED, tmp_path / "pack"))


@pytest.fixture
def rewrite(pack_dir: Path) -> Callable[[str, str], Path]:
    """Replace a passage of the copy's pack.toml, which must be there."""

    def replace(old: str, new: str) -> Path:
        path = pack_dir / "pack.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return pack_dir

    return replace


@pytest.fixture
def head_dir(tmp_path: Path) -> Callable[..., Path]:
    """`head_dir("name", "sha256:...", hidden=16)`: a head with random weights for an encoder, as packaging writes it."""

    def make(name: str = "head", encoder: str = ENCODER, hidden: int = 0) -> Path:
        numbers = np.random.default_rng(5)
        widths = [768, hidden, 3] if hidden else [768, 3]
        layers = [(numbers.normal(size=(b, a)), numbers.normal(size=b)) for a, b in pairwise(widths)]
        how: dict[str, Any] = {"labels": ("left", "right", "up"), "temperature": 2.5, "encoder": encoder}
        pack.write(tmp_path / name, layers, **how, version="1", origin="", comment="")
        return tmp_path / name

    return make
