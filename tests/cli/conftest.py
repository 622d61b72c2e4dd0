"""The command line as a person or a script meets it: arguments in, exit status, stdout and stderr out."""

from __future__ import annotations

import json
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


@pytest.fixture
def appliance(run: Callable[..., Ran]) -> Callable[..., Ran]:
    """The same, after `init` and `tenant create`."""
    assert run("init").status == 0
    assert run("tenant", "create", "Northgate Medical Supply", "--id", "northgate").status == 0
    return run
