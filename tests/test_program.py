"""What the program says of itself: a checkout's revision, and the words that start it again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from frostbyte import __version__, program


def test_the_revision_is_what_git_says(repository: Path) -> None:
    said = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, text=True, check=False)
    assert program.revision() == (said.stdout.strip()[:12] if said.returncode == 0 else "unknown")


def test_its_words_start_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    said = subprocess.run(program.words("--version"), capture_output=True, text=True, check=True).stdout
    assert said == f"frostbyte {__version__}\n"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert program.words("--version") == [sys.executable, "--version"]
