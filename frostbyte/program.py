"""The program itself: which revision it is, and how it is started once more."""

from __future__ import annotations

import sys
from pathlib import Path


def revision() -> str:
    """The revision written at build time (`frostbyte/REVISION`), else the checkout's HEAD, else `unknown`."""
    here = Path(__file__).parent
    stamp = here / "REVISION"
    if stamp.is_file():
        return stamp.read_text(encoding="ascii").strip()
    git = here.parent / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="ascii").strip()
        if not head.startswith("ref: "):
            return head[:12]
        name = head[5:]
        loose = git / name
        if loose.is_file():
            return loose.read_text(encoding="ascii").strip()[:12]
        for line in (git / "packed-refs").read_text(encoding="ascii").splitlines():
            if line.endswith(" " + name):
                return line[:12]
    except OSError:
        pass
    return "unknown"


def words(*arguments: str) -> list[str]:
    """The command line of another process of this program: the interpreter with this package, or the frozen program."""
    return [sys.executable, *(() if getattr(sys, "frozen", False) else ("-m", "frostbyte")), *arguments]
