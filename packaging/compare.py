"""Say whether two programs hold the same, though one of them packs its large files less tightly.

    python packaging/compare.py FIRST SECOND

The same are: the launcher, the version, every file's name, size, SHA-256 and whether it is executed; and the packed bytes of
every file smaller than `pack.LARGE`, which both pack alike. Each index and each packed file is compared with its digest first.
What large files unpack to is taken from the index, which the launcher checks as it unpacks. Exit status 1 where they differ.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pack


@dataclass(frozen=True)
class File:
    """A file of a program as the index has it; `packed` is the SHA-256 of its packed bytes, `sha256` that of its own."""

    size: int
    sha256: bytes
    packed: bytes
    executable: bool


@dataclass(frozen=True)
class Image:
    """What a program is made of."""

    launcher: bytes
    version: bytes
    files: dict[str, File]


def read(path: Path) -> Image:
    """Raises ValueError where the file is no program, or is not what its own digests say."""
    data = memoryview(path.read_bytes())
    if len(data) < pack.TRAILER.size:
        raise ValueError(f"{path} is no program")
    magic, form, count, launcher, payload, indexed, _, *digests = pack.TRAILER.unpack(data[-pack.TRAILER.size :])
    if magic != pack.MAGIC or form != pack.FORMAT or len(data) != launcher + payload + indexed + pack.TRAILER.size:
        raise ValueError(f"{path} is no program")
    index = bytes(data[launcher + payload : launcher + payload + indexed])
    if [_sha256(data[:launcher]), _sha256(index)] != digests:
        raise ValueError(f"{path} is damaged")
    files = {}
    at, end = 32, launcher
    for _ in range(count):
        offset, length, size, packed, sha256, letters, executable = pack.ENTRY.unpack_from(index, at)
        at += pack.ENTRY.size + letters
        name = index[at - letters : at].decode("ascii")
        frame = data[launcher + offset : launcher + offset + length]
        if launcher + offset != end or _sha256(frame) != packed:
            raise ValueError(f"{path} is damaged at {name}")
        end += length
        files[name] = File(size, sha256, packed, bool(executable))
    if len(files) != count or at != len(index) or end != launcher + payload:
        raise ValueError(f"{path} is damaged")
    return Image(bytes(data[:launcher]), index[:32], files)


def differences(first: Image, second: Image) -> Iterator[str]:
    """A line for each thing that is not the same."""
    if first.launcher != second.launcher:
        yield "the launcher differs"
    if first.version != second.version:
        yield "the version differs"
    for name in sorted(first.files.keys() | second.files.keys()):
        one, other = first.files.get(name), second.files.get(name)
        if one is None or other is None:
            yield f"{name}: in one of them only"
        elif (one.size, one.sha256, one.executable) != (other.size, other.sha256, other.executable):
            yield f"{name}: differs"
        elif one.size < pack.LARGE and one.packed != other.packed:
            yield f"{name}: the same file, packed differently"


def _sha256(data: bytes | memoryview) -> bytes:
    return hashlib.sha256(data).digest()


def main() -> None:
    """Print what differs, or how much is the same."""
    if len(sys.argv) != 3:
        sys.exit("usage: compare.py FIRST SECOND")
    try:
        first, second = (read(Path(name)) for name in sys.argv[1:])
    except ValueError as error:
        sys.exit(f"compare: {error}")
    found = list(differences(first, second))
    if found:
        sys.exit("\n".join(f"compare: {line}" for line in found))
    packed = sum(first.files[name].packed == second.files[name].packed for name in first.files)
    print(f"compare: {len(first.files)} files the same, {packed} of them as packed")


if __name__ == "__main__":
    main()
