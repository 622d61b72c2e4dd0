"""The revision a checkout says it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

from frostbyte import revision


def test_it_is_what_git_says(repository: Path) -> None:
    said = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, text=True, check=False)
    assert revision.revision() == (said.stdout.strip()[:12] if said.returncode == 0 else "unknown")
