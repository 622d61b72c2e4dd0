"""The command line as a person or a script meets it: arguments in, exit status, stdout and stderr out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from frostbyte.cli.main import run as run_line


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(
    home: Path, ram_root: Path, under_test: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """`run("tenant", "list")` in a home and RAM directory of the test's own. In this process, or in one of the one file's."""
    monkeypatch.setenv("FROSTBYTE_HOME", str(home))
    monkeypatch.setenv("FROSTBYTE_RAM_DIR", str(ram_root))

    def start(*arguments: str | Path) -> Ran:
        ended = subprocess.run([*under_test, *map(str, arguments)], capture_output=True, text=True, check=False)
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    def call(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        status = run_line([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return start if len(under_test) == 1 else call


@pytest.fixture(scope="session")
def prepared(under_test: list[str], ram_of_session: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after `init` and `tenant create`, made by the program under test, to be copied."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    environment = {**os.environ, "FROSTBYTE_HOME": str(home), "FROSTBYTE_RAM_DIR": str(ram_of_session)}
    for arguments in (["init"], ["tenant", "create", "Northgate Medical Supply", "--id", "northgate"]):
        ended = subprocess.run([*under_test, *arguments], env=environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
    return home


@pytest.fixture
def appliance(run: Callable[..., Ran], home: Path, prepared: Path) -> Callable[..., Ran]:
    """`run` in a home where `init` and `tenant create` were done."""
    shutil.copytree(prepared, home)
    return run


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tests of one file keep a home that is much work to make: each starts from a copy. It does not exist at first."""
    return tmp_path_factory.mktemp("kept") / "home"
