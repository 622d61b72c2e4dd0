"""The program itself: which revision it is, and how it is started once more."""

from __future__ import annotations

import sys
from collections.abc import Mapping
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


def child_environment(parent: Mapping[str, str]) -> dict[str, str]:
    """Everything a child that reads untrusted bytes may know.

    `_PYI_*` lets a frozen child use the unpacked runtime of its parent.
    """
    environment = {
        "HOME": "/",  # without one Python asks who the user is, and that question can leave the process (nscd, LDAP)
        "LANG": "C.UTF-8",
        "OPENSSL_CONF": "/dev/null",  # else the host's may have engines of its own loaded
        "ORT_DISABLE_TELEMETRY": "1",
        "MALLOC_ARENA_MAX": "2",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONSAFEPATH": "1",
    }
    if getattr(sys, "frozen", False):
        environment |= {name: value for name, value in parent.items() if name.startswith("_PYI_")}
    else:
        root = Path(__file__).resolve().parent.parent
        if root.name not in ("site-packages", "dist-packages"):
            environment["PYTHONPATH"] = str(root)
    return environment
