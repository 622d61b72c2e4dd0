"""Sealed objects: raw uploads, canonical and enriched JSON. One file each, streamed, so none ever sits in RAM whole.

Uploads and canonical documents hold what redaction takes out of everything else: they lie apart, sealed under a key of their own.

A logical name (`raw:<sha256>`, `canonical:<sha256>`, ...) becomes a keyed hash on disk: the directory tells how many objects
there are and how large, nothing else. The logical name is sealed in front of the content, so a check of everything at rest
can read it back.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from frostbyte.errors import Damaged, NotFound
from frostbyte.vault.seal import CHUNK, HEADER_SIZE, TAG_SIZE, Sealer

SUFFIX = ".fbo"
DRAFT = ".fbd"
"""A draft: part of work that is not done, kept so that a killed run need not begin it anew. No commit speaks of one."""
ORIGINALS = ("raw:", "canonical:")
"""Logical names that begin so are originals: sealed under the originals key, in a folder of their own."""
_NAME_LENGTH = struct.Struct(">H")


@dataclass(frozen=True)
class StoredObject:
    """What was stored: logical name, bytes of content, hex SHA-256 of the content, and the digest of this sealing of it."""

    name: str
    size: int
    sha256: str
    seal: str


class Objects:
    """The objects of one open vault."""

    def __init__(self, vault: Path, sealer: Sealer, originals: Sealer) -> None:
        """`vault` is the vault's folder; `sealer` holds its data key, `originals` the key of the originals."""
        self._folders = {"objects": (vault / "objects", sealer), "originals": (vault / "originals", originals)}
        self._sealer = sealer
        self.stored: dict[str, StoredObject] = {}
        """Objects put since the last commit: the next one records them in the catalog."""

    def put(self, name: str, blocks: Iterable[bytes]) -> StoredObject:
        """Seal `blocks` under a logical name, replacing one of that name; durable when this returns. Raises StorageFailed."""
        path, physical, sealer = self._place(name)
        digest, size = hashlib.sha256(), 0

        def content() -> Iterator[bytes]:
            nonlocal size
            encoded = name.encode()
            yield _NAME_LENGTH.pack(len(encoded)) + encoded
            for block in blocks:
                digest.update(block)
                size += len(block)
                yield block

        seal = self._write(path, physical, sealer, content())
        stored = StoredObject(name, size, digest.hexdigest(), seal)
        self.stored[name] = stored
        return stored

    def put_draft(self, name: str, data: bytes) -> None:
        """Seal a draft, replacing one of that name; durable when this returns. Raises StorageFailed.

        The name must say all that the data depends on: whoever finds the draft takes it for what it would make itself.
        """
        path, physical, sealer = self._place(name, DRAFT)
        self._write(path, physical, sealer, (data[at : at + CHUNK] for at in range(0, len(data), CHUNK)))

    def draft(self, name: str) -> bytes | None:
        """A draft whole, None where there is none. Raises Damaged or StorageFailed."""
        path, physical, sealer = self._place(name, DRAFT)
        return b"".join(sealer.read(path, physical)) if path.exists() else None

    def has_draft(self, name: str) -> bool:
        """Whether there is a draft of this name; it may still not open."""
        return self._place(name, DRAFT)[0].exists()

    def remove_drafts(self, names: Iterable[str] | None = None) -> None:
        """Remove drafts by name, all there are when no names are given. Raises StorageFailed."""
        if names is None:
            paths = [path for path in self._files() if path.suffix == DRAFT]
        else:
            paths = [path for path in (self._place(name, DRAFT)[0] for name in names) if path.exists()]
        for path in paths:
            self._sealer.disk.remove(path)

    def open(self, name: str) -> Iterator[bytes]:
        """The content as a stream. Provisional until the iterator is exhausted; raises NotFound, Damaged or StorageFailed."""
        path, physical, sealer = self._place(name)
        if not path.exists():
            raise NotFound(f'the vault holds no object "{name}"')
        found, content = split_name(iter(sealer.read(path, physical)), path)
        if found != name:
            raise Damaged(f'sealed object "{path.name}" holds another object than its name says')
        return content

    def read(self, name: str) -> bytes:
        """The content whole, for small objects; nothing unless all of it authenticates."""
        return b"".join(self.open(name))

    def remove(self, name: str) -> None:
        """Remove an object's file, if there is one; durable when this returns. Raises StorageFailed."""
        path, _, sealer = self._place(name)
        if path.exists():
            sealer.disk.remove(path)
            sealer.disk.sync_directory(path.parent)

    def exists(self, name: str) -> bool:
        """Whether an object of this name is stored."""
        return self._place(name)[0].exists()

    def size(self, name: str) -> int:
        """Bytes of content, read from the sealed file's length. Raises NotFound."""
        path = self._place(name)[0]
        try:
            return plain_size(path.stat().st_size) - _NAME_LENGTH.size - len(name.encode())
        except FileNotFoundError as error:
            raise NotFound(f'the vault holds no object "{name}"') from error

    def paths(self) -> Iterator[Path]:
        """Every object file at rest."""
        yield from (path for path in self._files() if path.suffix == SUFFIX)

    def check(self, path: Path, recorded: dict[str, StoredObject]) -> tuple[str, str | None]:
        """Read one object file to its end: its logical name, and the digest when the catalog knows the object. Raises Damaged."""
        folder = path.parent.parent.name
        reading = self._folders[folder][1].read(path, physical_name(folder, path.stem))
        digest = hashlib.sha256()
        name, content = split_name(iter(reading), path)
        for block in content:
            digest.update(block)
        if self._place(name)[0] != path:
            raise Damaged(f'sealed object "{path.name}" holds another object than its name says')
        known = recorded.get(name)
        if known is not None and known.sha256 != digest.hexdigest():
            raise Damaged(f'sealed object "{path.name}" is not the content that was recorded')
        if known is not None and known.seal != reading.digest:
            raise Damaged(f'sealed object "{path.name}" is another sealing than the one recorded')
        return name, reading.digest

    def _files(self) -> Iterator[Path]:
        for folder, _ in self._folders.values():
            for directory in sorted(folder.iterdir()):
                if directory.is_dir():
                    yield from sorted(directory.iterdir())

    def _place(self, name: str, suffix: str = SUFFIX) -> tuple[Path, str, Sealer]:
        """Where an object or draft lies, the name its file is sealed under, and what seals it."""
        folder = "originals" if suffix == SUFFIX and name.startswith(ORIGINALS) else "objects"
        directory, sealer = self._folders[folder]
        keyed = self._sealer.keyed_name("object" if suffix == SUFFIX else "draft", name)
        return directory / keyed[:2] / f"{keyed}{suffix}", physical_name(folder, keyed), sealer

    def _write(self, path: Path, physical: str, sealer: Sealer, blocks: Iterable[bytes]) -> str:
        """Seal a file under its name in a durable way; its digest."""
        disk = sealer.disk
        if not path.parent.is_dir():
            disk.make_directory(path.parent)
            disk.sync_directory(path.parent.parent)
        sealed = sealer.write(path, physical, blocks)
        disk.sync_directory(path.parent)
        return sealed.digest


def physical_name(folder: str, keyed: str) -> str:
    """The name an object file is sealed under."""
    return f"{folder}/{keyed}"


def plain_size(sealed_size: int) -> int:
    """Bytes of plaintext in a sealed file of this length."""
    body = sealed_size - HEADER_SIZE
    return body - TAG_SIZE * max(1, -(-body // (CHUNK + TAG_SIZE)))


def split_name(blocks: Iterator[bytes], path: Path) -> tuple[str, Iterator[bytes]]:
    """The logical name in front of an object's plaintext, and the rest of it as a stream."""
    first = next(blocks, b"")
    if len(first) < _NAME_LENGTH.size:
        raise Damaged(f'sealed object "{path.name}" is too short')
    end = _NAME_LENGTH.size + _NAME_LENGTH.unpack_from(first)[0]

    def content() -> Iterator[bytes]:
        if len(first) > end:
            yield first[end:]
        yield from blocks

    return first[_NAME_LENGTH.size : end].decode(), content()
