"""The default pack, loaded once, and a small random pack of the server model's shape that tests may take apart."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from frostbyte.embed import Embedder, default_pack_dir, load

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
