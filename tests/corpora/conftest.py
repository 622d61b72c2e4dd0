"""Tests over the development corpora and contract vectors, which lie beside the checkout and are not part of the product."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared(repository: Path) -> Path:
    """`../shared`: contracts, corpora, tools. Where it is absent the test is skipped (failed under CI=true)."""
    folder = repository.parent / "shared"
    if not (folder / "contracts").is_dir():
        pytest.skip("the development corpora (../shared) are not here")
    return folder
