"""Make one executable of the launcher and the program's folder.

    python packaging/pack.py FOLDER LAUNCHER OUT --version V [--level N] [--large-level N]

The form of the file is described, once, in packaging/launcher/image.h. Given the same files the result is the same to the
byte: names are sorted, times and owners are not kept, and a file's frame does not depend on how many threads there are.

--large-level is for a build that is only compared with another (packaging/compare.py): nearly all the time goes into the few
large files, and that the packing itself always gives the same is seen on the small ones.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"FROSTBYT"
FORMAT = 1
PROGRAM = "frostbyte"
MANIFEST = "MANIFEST.sha256"
"""In the program's folder: every other file with its SHA-256, in the form `sha256sum --check` reads."""

LARGE = 1024 * 1024
"""Bytes from which on a file is packed at --large-level."""

ENTRY = struct.Struct("<QQQ32s32sHBx")
TRAILER = struct.Struct("<8sIIQQQQ32s32s")

Compress = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Member:
    """A file of the program: its name below the folder, its bytes, and whether it is executed."""

    name: str
    content: bytes
    executable: bool

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()


def members(folder: Path) -> list[Member]:
    """Every file below the folder and the manifest of them, sorted by name.

    Raises ValueError for what the image cannot hold: links, other special files, names that are not printable ASCII.
    """
    found = []
    for directory, _, names in os.walk(folder):
        for name in names:
            path = Path(directory, name)
            inside = path.relative_to(folder).as_posix()
            if path.is_symlink() or not path.is_file():
                raise ValueError(f"{inside!r} is not a plain file")
            if not all(0x20 <= ord(letter) <= 0x7E for letter in inside) or inside.startswith("."):
                raise ValueError(f"{inside!r} is not a name the image can hold")
            found.append(Member(inside, path.read_bytes(), os.access(path, os.X_OK)))
    lines = [f"{member.sha256.hex()}  {member.name}\n" for member in sorted(found, key=lambda member: member.name)]
    found.append(Member(MANIFEST, "".join(lines).encode("ascii"), False))
    return sorted(found, key=lambda member: member.name)


def zstd(level: int) -> Compress:
    """A function that compresses whole files, with a window as large as the largest of them (128 MiB)."""
    import zstandard  # in the build's environment only

    def compress(content: bytes) -> bytes:
        parameters = zstandard.ZstdCompressionParameters.from_level(
            level, source_size=len(content), window_log=27, enable_ldm=True, write_checksum=0, write_content_size=1
        )
        return zstandard.ZstdCompressor(compression_params=parameters).compress(content)

    return compress


def by_size(small: Compress, large: Compress) -> Compress:
    """A function that compresses files of LARGE bytes and more with `large`, the others with `small`."""
    return lambda content: (large if len(content) >= LARGE else small)(content)


def image(launcher: bytes, files: Sequence[Member], version: str, compress: Compress, threads: int = 2) -> Iterator[bytes]:
    """The parts of the executable, in order."""
    yield launcher
    index = bytearray(version.encode("ascii").ljust(32, b"\0"))
    offset = 0
    # The largest first, as the last to be compressed would otherwise be waited for alone; then back in the order of names.
    largest = sorted(files, key=lambda member: -len(member.content))
    with ThreadPoolExecutor(threads) as pool:
        packed = dict(zip((m.name for m in largest), pool.map(lambda m: compress(m.content), largest), strict=True))
    for member in files:
        frame = packed.pop(member.name)
        name = member.name.encode("ascii")
        digest = hashlib.sha256(frame).digest()
        index += ENTRY.pack(offset, len(frame), len(member.content), digest, member.sha256, len(name), member.executable) + name
        offset += len(frame)
        yield frame
    yield bytes(index)
    size = sum(len(member.content) for member in files)
    digests = hashlib.sha256(launcher).digest(), hashlib.sha256(index).digest()
    yield TRAILER.pack(MAGIC, FORMAT, len(files), len(launcher), offset, len(index), size, *digests)


def main() -> None:
    """Write the executable beside its final name and rename it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("launcher", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--level", type=int, default=19)
    parser.add_argument("--large-level", type=int, help="of files of 1 MiB and more, --level where it is not given")
    chosen = parser.parse_args()
    compress = zstd(chosen.level)
    if chosen.large_level is not None:
        compress = by_size(compress, zstd(chosen.large_level))
    files = members(chosen.folder)
    if not any(member.name == PROGRAM and member.executable for member in files):
        sys.exit(f"pack: {chosen.folder} holds no program {PROGRAM!r}")
    partial = chosen.out.with_name(chosen.out.name + ".partial")
    with partial.open("wb") as stream:
        for part in image(chosen.launcher.read_bytes(), files, chosen.version, compress):
            stream.write(part)
    partial.chmod(0o755)
    partial.rename(chosen.out)
    unpacked = sum(len(member.content) for member in files)
    print(f"pack: {len(files)} files, {unpacked / 1e6:.0f} MB in {chosen.out.stat().st_size / 1e6:.0f} MB: {chosen.out}")


if __name__ == "__main__":
    main()
