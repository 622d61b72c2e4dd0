"""Data the contract's tests share: `samples.json` has, for every schema, the least and the most that fits it and its rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

_SAMPLES: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "samples.json").read_text(encoding="utf-8"))


@pytest.fixture
def sample() -> Callable[..., dict[str, Any]]:
    """`sample(schema name, "least" or "most")`: an object of one's own to break."""

    def take(name: str, size: str = "most") -> dict[str, Any]:
        taken: dict[str, Any] = deepcopy(_SAMPLES[name][size])
        return taken

    return take
