"""`./run demo` as a newcomer sees it, and the README's session as what it prints."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What differs from run to run: hashes over times and ids, and scores in the last digit.
VOLATILE = (
    (re.compile(r"sha256:[0-9a-f]{64}"), "sha256:H"),
    (re.compile(r"score \d\.\d+"), "score S"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}( in \S+)?"), "UUID"),
    (re.compile(r"^identity .*"), "identity I"),
)


def settled(line: str) -> str:
    for pattern, name in VOLATILE:
        line = pattern.sub(name, line)
    return " ".join(line.split())


def demo(folder: Path, path: Path, under_test: list[str]) -> subprocess.CompletedProcess[str]:
    """Run the demo with the program under test on the path."""
    path.mkdir(exist_ok=True)
    for name, words in (("frostbyte", under_test), ("python", [sys.executable])):
        (path / name).write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        (path / name).chmod(0o755)
    environment = os.environ | {"PATH": f"{path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    script = ROOT / "docs" / "examples" / "demo.sh"
    return subprocess.run(["bash", script, folder], capture_output=True, text=True, check=False, env=environment, timeout=300)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, under_test: list[str]) -> str:
    place = tmp_path_factory.mktemp("demo")
    done = demo(place / "demo", place / "bin", under_test)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_demo_does_the_main_job(printed: str) -> None:
    assert "as it should be" in printed
    assert printed.count("\n$ frostbyte search ") == 3
    assert printed.count(" proved: ") == 6
    assert printed.rstrip().endswith(": valid")


def test_the_readmes_session_is_what_the_demo_prints(printed: str) -> None:
    session = re.search(r"```console\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert session is not None
    lines = [settled(line) for line in printed.splitlines() if line.strip()]
    pieces = [[settled(line) for line in piece.splitlines() if line.strip()] for piece in session[1].split("\n...\n")]
    assert pieces.pop(0) == ["$ ./run demo"]
    assert sum(map(len, pieces)) > 20
    at = 0
    for piece in pieces:  # nothing is left out but at the dots
        at = lines.index(piece[0], at)
        assert lines[at : at + len(piece)] == piece
        at += len(piece)


def test_the_demo_does_not_empty_a_folder_of_someone_else(tmp_path: Path, under_test: list[str]) -> None:
    (tmp_path / "precious").touch()
    refused = demo(tmp_path, tmp_path / "bin", under_test)
    assert refused.returncode == 2
    assert (tmp_path / "precious").exists()
