"""The sealed file: authenticated encryption of a stream, bound to a vault and a name (docs/vault-format.md).

Header of 40 bytes, then AES-256-GCM chunks of 1 MiB. Each file has its own key, derived from the vault's data key, a random
salt and the file's name, so the counter nonces never repeat under a key and a file cannot pass for another one. The
nonce also says which chunk is the last: a flipped bit, a cut, an appended byte and a swapped file all fail.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from frostbyte.errors import Damaged
from frostbyte.vault.disk import Disk, storage_failed

MAGIC = b"FBSEAL"
VERSION = 1
CHUNK = 1 << 20
TAG_SIZE = 16
_HEADER = struct.Struct(">6sH32s")
HEADER_SIZE = _HEADER.size
_FILE_KEY = b"frostbyte/sealed-file/1"
_NAME_KEY = b"frostbyte/names/1"


@dataclass(frozen=True)
class Sealed:
    """A file that was sealed: bytes of plaintext, and the digest that pins exactly this sealing of it."""

    size: int
    digest: str
    """Hex SHA-256 over the header and every chunk's tag. Another sealing of the same bytes has another digest."""


class Sealer:
    """Seals and opens files of one vault. Holds the data key; never writes plaintext anywhere.

    >>> sealer.write(directory / "p-0000000001.fbs", "seg/p-0000000001", [b"bytes"])
    >>> b"".join(sealer.read(directory / "p-0000000001.fbs", "seg/p-0000000001"))
    b'bytes'
    """

    def __init__(self, data_key: bytes, vault_id: str, disk: Disk) -> None:
        if len(data_key) != 32:
            raise Damaged(f"the vault's data key has {len(data_key)} bytes, not 32")
        self._data_key = data_key
        self._vault_id = vault_id.encode()
        self._name_key = HKDF(hashes.SHA256(), 32, None, _NAME_KEY + b"\0" + self._vault_id).derive(data_key)
        self.disk = disk

    def keyed_name(self, *parts: str) -> str:
        """64 hex digits: HMAC-SHA256 of the parts. Tells nothing without the data key."""
        mac = HMAC(self._name_key, hashes.SHA256())
        mac.update(b"\0".join(part.encode() for part in parts))
        return mac.finalize().hex()

    def write(self, path: Path, name: str, blocks: Iterable[bytes]) -> Sealed:
        """Seal `blocks` into `path` (temporary name, fsync, rename). The caller syncs the directory. Raises StorageFailed."""
        header = _HEADER.pack(MAGIC, VERSION, os.urandom(32))
        digest = hashlib.sha256(header)
        size = 0

        def sealed() -> Iterator[bytes]:
            nonlocal size
            yield header
            cipher = self._cipher(header, name)
            for index, (plain, last) in enumerate(_chunks(blocks)):
                size += len(plain)
                chunk = cipher.encrypt(_nonce(index, last), plain, header)
                digest.update(chunk[-TAG_SIZE:])
                yield chunk

        self.disk.write_file(path, sealed())
        return Sealed(size, digest.hexdigest())

    def read(self, path: Path, name: str, *, digest: str | None = None) -> Unsealing:
        """Open a sealed file as a stream; see `Unsealing`. `digest` pins one sealing, so an older file of the same name fails."""
        return Unsealing(self, path, name, digest)

    def _cipher(self, header: bytes, name: str) -> AESGCM:
        info = b"\0".join((_FILE_KEY, self._vault_id, name.encode()))
        return AESGCM(HKDF(hashes.SHA256(), 32, header[8:], info).derive(self._data_key))


class Unsealing:
    """The plaintext of a sealed file, a chunk at a time.

    A chunk comes only when it authenticates at its place, but only exhausting the iterator proves the file complete: treat
    what came as provisional until then. Raises Damaged, or StorageFailed when the disk cannot be read.
    """

    def __init__(self, sealer: Sealer, path: Path, name: str, digest: str | None) -> None:
        self._sealer, self._path, self._name, self._expected = sealer, path, name, digest
        self.digest: str | None = None
        """The digest of this sealing, once everything has been read."""

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._plaintext()
        except FileNotFoundError as error:
            raise self._damaged("is missing") from error
        except OSError as error:
            raise storage_failed("read", self._path, error) from error

    def whole(self) -> bytes:
        """All of it; nothing unless the whole file authenticates."""
        return b"".join(self)

    def _plaintext(self) -> Iterator[bytes]:
        with self._path.open("rb", buffering=0) as file:
            header = _exactly(file.read, _HEADER.size)
            if len(header) < _HEADER.size or header[:6] != MAGIC:
                raise self._damaged("is not a sealed file")
            _, version, _ = _HEADER.unpack(header)
            if version != VERSION:
                raise self._damaged(f"has format version {version}, this program reads {VERSION}")
            cipher = self._sealer._cipher(header, self._name)
            digest = hashlib.sha256(header)
            index, last = 0, False
            chunk = _exactly(file.read, CHUNK + TAG_SIZE)
            while not last:
                following = _exactly(file.read, CHUNK + TAG_SIZE)
                last = not following
                digest.update(chunk[-TAG_SIZE:])
                try:
                    plain = cipher.decrypt(_nonce(index, last), chunk, header)
                except InvalidTag as error:
                    raise self._damaged("does not authenticate: changed, cut, extended or put in another's place") from error
                if last and index and not plain:
                    raise self._damaged("ends in an empty chunk")
                self.digest = digest.hexdigest() if last else None
                if last and self._expected not in (None, self.digest):
                    raise self._damaged("is another sealing than the one recorded")
                yield plain
                index, chunk = index + 1, following

    def _damaged(self, what: str) -> Damaged:
        return Damaged(f'sealed file "{self._path.name}" {what}', details=[{"field": self._name, "constraint": what}])


def _nonce(index: int, last: bool) -> bytes:
    # A counter is safe: the key is this file's alone. The flag keeps a cut at a chunk boundary from passing for the end.
    return index.to_bytes(11, "big") + (b"\1" if last else b"\0")


def _chunks(blocks: Iterable[bytes]) -> Iterator[tuple[bytes | bytearray, bool]]:
    """Regroup into chunks of CHUNK bytes; the last one is flagged, and is empty only when there is nothing at all."""
    held: bytes | bytearray = b""
    for block in blocks:
        if len(held) == CHUNK and block:
            yield held, False
            held = b""
        if not held and len(block) <= CHUNK:  # the usual block is a chunk already: no copy
            held = block
            continue
        view = memoryview(block)
        while view:
            if len(held) == CHUNK:
                yield held, False
                held = b""
            if not isinstance(held, bytearray):
                held = bytearray(held)
            space = CHUNK - len(held)
            held += view[:space]
            view = view[space:]
    yield held, True


def _exactly(read: Callable[[int], bytes | None], size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = read(size)
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
