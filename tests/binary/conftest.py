"""The program as one file: these tests are collected only where TESTED_BINARY names it (`./run test --binary` does).

Not skipped but left out, for under CI=true a skipped test is a failed one, and not every run of the tests has built it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

collect_ignore_glob = [] if os.environ.get("TESTED_BINARY") else ["test_*.py"]

Frostbyte = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def binary() -> Path:
    """The file under test."""
    path = Path(os.environ["TESTED_BINARY"]).resolve()
    assert path.is_file(), f"TESTED_BINARY={path} is not there: build it first"
    return path


@pytest.fixture(scope="session")
def runtime() -> Iterator[Path]:
    """Where the file is unpacked for these tests, once."""
    folder = Path(tempfile.mkdtemp(prefix=f"frostbyte-test-{os.getpid()}-", dir="/var/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def frostbyte(binary: Path, runtime: Path, home: Path, ram_root: Path) -> Frostbyte:
    """`frostbyte("version", "--json")`, in an environment with nothing else in it."""

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
    environment = {"FROSTBYTE_RUNTIME_DIR": str(runtime), "HOME": "/nonexistent"}
    subprocess.run([binary, "--version"], check=True, capture_output=True, env=environment)
    return next(path for path in runtime.iterdir() if not path.name.startswith("."))
