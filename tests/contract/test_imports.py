"""The nouns are cheap: a command that only needs an id or a state does not wait for validators, engines or numbers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import frostbyte.contract

MODULES = sorted(path.stem for path in Path(str(frostbyte.contract.__file__)).parent.glob("*.py") if path.stem != "__init__")
HEAVY = {"jsonschema", "numpy", "duckdb", "lancedb", "onnxruntime", "pyarrow", "PIL"}
PLAIN = ("clock", "formats", "hashing", "ids")


def loaded(*modules: str) -> set[str]:
    code = "; ".join([*(f"import frostbyte.contract.{name}" for name in modules), "import sys; print(*sys.modules)"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_all_of_it_loads_nothing_heavy() -> None:
    assert not HEAVY & loaded(*MODULES)


@pytest.mark.parametrize("name", PLAIN)
def test_the_plain_modules_load_no_model(name: str) -> None:
    assert "pydantic" not in loaded(name)
