"""The program as one file, in an environment with nothing else in it. Left out where TESTED_BINARY names none."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Frostbyte = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def runtime(binary: Path) -> Path:
    """Where the file is unpacked for these tests, once."""
    return Path(os.environ["FROSTBYTE_RUNTIME_DIR"])


@pytest.fixture
def frostbyte(binary: Path, runtime: Path, home: Path, ram_root: Path) -> Frostbyte:
    """`frostbyte("version", "--json")`, in an environment made from nothing."""

    def run(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": "/nonexistent",
            "FROSTBYTE_RUNTIME_DIR": str(runtime),
            "FROSTBYTE_HOME": str(home),
            "FROSTBYTE_RAM_DIR": str(ram_root),
        }
        line = [str(binary), *map(str, arguments)]
        return subprocess.run(line, capture_output=True, text=True, check=False, env=environment | more, timeout=300, cwd="/")

    return run


@pytest.fixture(scope="session")
def tree(binary: Path, runtime: Path) -> Path:
    """The unpacked program."""
    subprocess.run([binary, "--version"], check=True, capture_output=True)
    return next(path for path in runtime.iterdir() if not path.name.startswith("."))
