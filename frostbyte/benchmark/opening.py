"""Opening a vault in a fresh process, timed: the interpreter's start is not counted, the engines' import is.

Run by `frostbyte open-vault`, which is hidden: the program as one file has no interpreter to hand a script to.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path


def serve(arguments: Sequence[str]) -> int:
    """DIRECTORY RAM SWAP CHUNKS, the identity on stdin: print the seconds until the catalogue is open, and until all is."""
    from frostbyte.vault import RamPolicy, Vault

    directory, ram, swap, chunks = arguments
    identity = sys.stdin.readline().strip()
    began = time.perf_counter()
    policy = RamPolicy(root=Path(ram), swap="warn" if swap == "warn" else "refuse")
    with Vault.open(Path(directory), identity=identity, ram=policy) as vault:
        catalog = time.perf_counter() - began
        if vault.vectors.count() != int(chunks):
            return 1
        print(catalog, time.perf_counter() - began)
    return 0
