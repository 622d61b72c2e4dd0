"""Small programs packed by packaging/pack.py, for the launcher to unpack."""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging"))

import pack  # noqa: E402

PROGRAM = b"""#!/bin/sh
echo "ran $*"
if [ "$1" = where ]; then dirname "$0"; fi
if [ "$1" = environment ]; then env; fi
if [ "$1" = wait ]; then echo waiting; read -r line; fi
if [ "$1" = status ]; then exit "$2"; fi
"""


def stored(content: bytes) -> bytes:
    """A zstd frame that holds the content as it is (RFC 8878, raw blocks): needs no compressor, decompresses like any other."""
    frame = bytearray(b"\x28\xb5\x2f\xfd" + bytes([0b11100000]) + struct.pack("<Q", len(content)))
    blocks = [content[at : at + 100_000] for at in range(0, len(content), 100_000)] or [b""]
    for number, block in enumerate(blocks):
        frame += ((len(block) << 3) | (number == len(blocks) - 1)).to_bytes(3, "little") + block
    return bytes(frame)


def files(more: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """A program of a few files: empty, small, large, nested."""
    return {
        "frostbyte": PROGRAM,
        "_internal/empty": b"",
        "_internal/deep/er/still/file.txt": b"text\n" * 100,
        "_internal/large.bin": bytes(range(256)) * 12_000,
        **(more or {}),
    }


def lay_out(folder: Path, content: Mapping[str, bytes]) -> Path:
    """Write the files; the program is executable."""
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o755 if name == "frostbyte" else 0o644)
    return folder


def packed(folder: Path, launcher: bytes, version: str = "1.2.3") -> bytes:
    """The image of what lies in the folder."""
    return b"".join(pack.image(launcher, pack.members(folder), version, stored))
