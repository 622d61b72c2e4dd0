"""The manifest in front of every pack and base, and the names of what it speaks of (docs/vault-format.md)."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from frostbyte.contract.hashing import canonical_json
from frostbyte.errors import Damaged

FORMAT = 1
SUFFIX = ".fbs"
CATALOG = "catalog.db"
WAL = "catalog.db.wal"
WITNESS = "audit.witness"
VECTORS = "vectors"
GROWING = (WAL, WITNESS)
"""Working files of which a pack ships only the new tail."""
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True)
class Head:
    """What the engines must agree on at a commit, recorded in its pack's manifest."""

    events: int = 0
    event_hash: str = "0" * 64
    chunks: int = 0
    vector_version: int = 0
    """Lance's table version; 0 while there is no table."""


@dataclass(frozen=True)
class Piece:
    """A run of bytes of a working file: from `offset`, `size` bytes; inside the pack, or in a segment with its seal."""

    path: str
    offset: int
    size: int
    segment: str | None = None
    seal: str | None = None


@dataclass(frozen=True)
class Manifest:
    """What a pack (commit `commit`'s changes) or a base (everything at that commit) holds, and what it follows."""

    kind: str
    commit: int
    previous: str
    """Digest of the sealing of the pack or base before it."""
    removed: tuple[str, ...]
    pieces: tuple[Piece, ...]
    head: Head

    @property
    def name(self) -> str:
        """The file it is sealed in."""
        return f"{'p' if self.kind == 'pack' else 'base'}-{self.commit:010d}{SUFFIX}"

    def encode(self) -> bytes:
        """Its bytes: a length of 4, then canonical JSON."""
        said = {
            "format": FORMAT,
            "kind": self.kind,
            "commit": self.commit,
            "previous": self.previous,
            "removed": list(self.removed),
            "files": [asdict(piece) for piece in self.pieces],
            "head": asdict(self.head),
        }
        text = canonical_json(said)
        return _LENGTH.pack(len(text)) + text


def read_manifest(name: str, stream: Stream) -> Manifest:
    """The manifest at the start of the file `name`; the stream is left at the bytes of its pieces. Raises Damaged."""
    length = b"".join(stream.take(_LENGTH.size))
    text = b"".join(stream.take(_LENGTH.unpack(length)[0])) if len(length) == _LENGTH.size else b""
    try:
        said: dict[str, Any] = json.loads(text)
        version = said["format"]
        pieces = tuple(Piece(**entry) for entry in said["files"])
        removed = tuple(said["removed"])
        manifest = Manifest(said["kind"], said["commit"], said["previous"], removed, pieces, Head(**said["head"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f'"{name}" has no readable manifest') from error
    if version != FORMAT or manifest.name != name:
        raise Damaged(f'"{name}" says it is "{manifest.name}" of format {version}; this program reads format {FORMAT}')
    for path in (*removed, *(piece.path for piece in pieces)):
        if not _is_working_file(path):
            raise Damaged(f'"{name}" speaks of a working file that is none: "{path}"')
    return manifest


def sealed_name(file_name: str) -> str:
    """The name a file of the chain is sealed under."""
    return "seg/" + file_name.removesuffix(SUFFIX)


def _is_working_file(path: str) -> bool:
    parts: Sequence[str] = PurePosixPath(path).parts
    return path in (CATALOG, *GROWING) or (parts[:1] == (VECTORS,) and len(parts) > 1 and ".." not in parts)


class Stream:
    """Takes exact runs of bytes from blocks of any size."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._left = blocks, b""

    def take(self, size: int) -> Iterator[bytes]:
        while size:
            block = self._left or next(self._blocks, b"")
            if not block:
                return
            part, self._left = block[:size], block[size:]
            size -= len(part)
            yield part

    def rest(self) -> Iterator[bytes]:
        if self._left:
            yield self._left
        yield from self._blocks
