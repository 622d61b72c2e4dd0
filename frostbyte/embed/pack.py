"""Model packs: a folder of model files and `pack.toml`, which names every file with its SHA-256.

A pack is believed only as far as its digests go: every byte is hashed when the pack is loaded, and the bytes that were
hashed are the bytes that run. A file that is not named, a link, a wrong byte or a missing file refuses the whole pack.
Nothing is ever fetched.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import stat
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frostbyte.contract.hashing import canonical_json, sha256_hex, tagged
from frostbyte.errors import AlreadyExists, Damaged, NotFound, StorageFailed

FORMAT = "frostbyte-model-pack/1"
MANIFEST = "pack.toml"
DIMENSIONS = 768
DEFAULT_PACK = "minilm-l6-768"
POOLINGS = ("graph", "mean")

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MANIFEST_LIMIT = 65_536
_PIECE = 1 << 20
_TEXTS = ("name", "version", "licence", "origin", "model", "tokenizer", "output", "pooling", "query_prefix", "document_prefix")
_NUMBERS = ("dimensions", "max_tokens", "window")
_KEYS = {"format", "files", *_NUMBERS, *_TEXTS}


@dataclass(frozen=True)
class ModelInfo:
    """What is recorded with every vector. Two vectors may be compared only where `digest` is the same."""

    name: str
    version: str
    digest: str
    dimensions: int
    max_tokens: int


@dataclass(frozen=True)
class PackFile:
    """One file of a pack: its plain name, its size in bytes, its hex SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Files:
    """The files of a pack: a folder that holds `pack.toml` and exactly the files it names, each of the size and digest named."""

    directory: Path
    name: str
    files: tuple[PackFile, ...]

    @classmethod
    def listed(cls, directory: Path, name: str, entries: object) -> Files:
        """From the `files` table of a manifest. Raises Damaged where it makes no sense."""
        return Files(directory, name, _checked_files(str(directory / MANIFEST), entries))

    def contents(self) -> dict[str, bytes]:
        """Every file's bytes, verified: what was hashed is what the caller holds. Raises Damaged."""
        self._refuse_strangers()
        return {entry.name: b"".join(self._pieces(entry)) for entry in self.files}

    def verify(self) -> None:
        """Hash every file, a piece at a time. Raises Damaged at the first that is not as promised, or was not named."""
        self._refuse_strangers()
        for entry in self.files:
            for _ in self._pieces(entry):
                pass

    def _refuse_strangers(self) -> None:
        known = {entry.name for entry in self.files} | {MANIFEST}
        try:
            found = {path.name for path in self.directory.iterdir()}
        except OSError as error:
            raise Damaged(f"cannot list model pack {str(self.directory)!r}: {error.strerror}") from error
        for name in sorted(found - known):
            raise Damaged(f"model pack {self.name!r} holds {name!r}, which {MANIFEST} does not name")

    def _pieces(self, entry: PackFile) -> Iterator[bytes]:
        digest, size = hashlib.sha256(), 0
        for piece in _read_plain(self.directory / entry.name, entry.size + 1):
            digest.update(piece)
            size += len(piece)
            yield piece
        if size != entry.size or digest.hexdigest() != entry.sha256:
            raise Damaged(
                f"model pack {self.name!r}: file {entry.name!r} is not the one {MANIFEST} names",
                hint="install the pack again from its source",
            )


@dataclass(frozen=True)
class Pack(Files):
    """An embedder's manifest, checked for sense; its files are not yet read (`verify`, `contents`).

    A text is cut at `max_tokens`; the model sees at most `window` of them at once, and a longer text is embedded in several
    windows. `pooling` is "graph" where the graph returns the vector itself, "mean" where it returns a row per token.
    """

    version: str
    licence: str
    origin: str
    dimensions: int
    max_tokens: int
    window: int
    model: str
    tokenizer: str
    output: str
    pooling: str
    query_prefix: str
    document_prefix: str

    @property
    def digest(self) -> str:
        """`sha256:` and hex over everything a vector depends on; the words about licence and origin are left out."""
        hashes = {entry.name: entry.sha256 for entry in self.files}
        meaning = {
            "name": self.name,
            "version": self.version,
            "dimensions": self.dimensions,
            "max_tokens": self.max_tokens,
            "window": self.window,
            "model_sha256": hashes[self.model],
            "tokenizer_sha256": hashes[self.tokenizer],
            "output": self.output,
            "pooling": self.pooling,
            "query_prefix": self.query_prefix,
            "document_prefix": self.document_prefix,
        }
        return tagged(sha256_hex(canonical_json(meaning)))

    @property
    def info(self) -> ModelInfo:
        """The part that is recorded with vectors."""
        return ModelInfo(self.name, self.version, self.digest, self.dimensions, self.max_tokens)

    def copy_into(self, target: Path) -> None:
        """Copy the pack's files into an existing empty folder; only verified bytes stay there."""
        self._refuse_strangers()
        for entry in self.files:
            with (target / entry.name).open("xb") as out:
                for piece in self._pieces(entry):
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())


def read(directory: Path) -> Pack:
    """Parse and check `pack.toml`. Raises NotFound when there is none, Damaged when it makes no sense."""
    return _checked(directory, manifest_fields(directory))


def manifest_fields(directory: Path) -> dict[str, Any]:
    """What `pack.toml` says, of whatever kind of pack. Raises NotFound when there is none, Damaged when it is no TOML."""
    path = directory / MANIFEST
    if not path.is_file():
        raise NotFound(f"no model pack at {str(directory)!r}: {MANIFEST} is missing")
    data = b"".join(_read_plain(path, _MANIFEST_LIMIT + 1))
    if len(data) > _MANIFEST_LIMIT:
        raise Damaged(f"{str(path)!r} is larger than {_MANIFEST_LIMIT} bytes")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Damaged(f"{str(path)!r} is not TOML: {error}") from error


def verify(directory: Path) -> ModelInfo:
    """Check a pack whole, manifest and every file. Raises NotFound or Damaged."""
    pack = read(directory)
    pack.verify()
    return pack.info


def install(directory: Path, into: Path) -> Path:
    """Copy a verified pack to `into/<name>` and return that folder; it appears whole or not at all.

    Installing the same pack again changes nothing. Raises NotFound, Damaged, StorageFailed, or AlreadyExists when another
    pack of that name is there: vectors in use may depend on it.
    """
    pack = read(directory)
    target = into / pack.name
    if os.path.lexists(target):
        if read(target).digest == pack.digest:
            pack.verify()
            verify(target)
            return target
        raise AlreadyExists(
            f"another model pack named {pack.name!r} is installed at {str(target)!r}",
            code="VALIDATION_ERROR",
            hint="vectors of two models never mix: remove it first if no vault uses it",
        )
    temporary = into / f".installing-{secrets.token_hex(8)}"
    try:
        temporary.mkdir(mode=0o700, parents=True)
        pack.copy_into(temporary)
        with (temporary / MANIFEST).open("xb") as out:
            out.write(b"".join(_read_plain(directory / MANIFEST, _MANIFEST_LIMIT)))
            out.flush()
            os.fsync(out.fileno())
        verify(temporary)
        temporary.rename(target)
        _sync_folder(into)
    except OSError as error:
        raise StorageFailed(f"cannot install model pack {pack.name!r} into {str(into)!r}: {error.strerror}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def default_pack_dir() -> Path:
    """Where the pack that comes with the program lies: beside the package in a source tree, inside the bundle when frozen."""
    bundle = getattr(sys, "_MEIPASS", None)
    root = Path(bundle) if bundle else Path(__file__).resolve().parents[2]
    return root / "models" / DEFAULT_PACK


def _checked(directory: Path, fields: Mapping[str, Any]) -> Pack:
    where = str(directory / MANIFEST)
    if fields.get("format") != FORMAT:
        raise Damaged(f"{where!r} is not of format {FORMAT!r}")
    if set(fields) != _KEYS:
        wrong = sorted(set(fields) ^ _KEYS)
        raise Damaged(f"{where!r} lacks or should not have {', '.join(map(repr, wrong))}")
    for key in _TEXTS:
        if not isinstance(fields[key], str):
            raise Damaged(f"{where!r}: {key!r} is not a string")
    for key in _NUMBERS:
        if type(fields[key]) is not int:
            raise Damaged(f"{where!r}: {key!r} is not a whole number")
    if fields["dimensions"] != DIMENSIONS:
        raise Damaged(f"{where!r}: the model gives {fields['dimensions']} dimensions, the contract wants {DIMENSIONS}")
    if not 8 <= fields["window"] <= fields["max_tokens"] <= 1 << 20:
        raise Damaged(f"{where!r}: a window of {fields['window']} tokens in a text of {fields['max_tokens']} makes no sense")
    if not _NAME.fullmatch(fields["name"]):
        raise Damaged(f"{where!r}: the name {fields['name']!r} cannot be a folder's name")
    if not fields["version"] or not fields["output"]:
        raise Damaged(f"{where!r}: 'version' and 'output' may not be empty")
    if fields["pooling"] not in POOLINGS:
        raise Damaged(f"{where!r}: pooling {fields['pooling']!r} is none of {', '.join(POOLINGS)}")
    files = _checked_files(where, fields["files"])
    for role in ("model", "tokenizer"):
        if fields[role] not in {entry.name for entry in files}:
            raise Damaged(f"{where!r}: the {role} {fields[role]!r} is not among its files")
    values = {key: fields[key] for key in (*_TEXTS, *_NUMBERS)}
    return Pack(directory=directory, files=files, **values)


def _checked_files(where: str, entries: object) -> tuple[PackFile, ...]:
    if not isinstance(entries, dict):
        raise Damaged(f"{where!r}: 'files' is not a table")
    files = []
    for name, entry in entries.items():
        if not _FILE_NAME.fullmatch(name) or name == MANIFEST:
            raise Damaged(f"{where!r}: {name!r} cannot be a file of a pack")
        if not isinstance(entry, dict) or set(entry) != {"bytes", "sha256"}:
            raise Damaged(f"{where!r}: file {name!r} wants 'bytes' and 'sha256'")
        size, sha256 = entry["bytes"], entry["sha256"]
        if type(size) is not int or size < 0 or not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            raise Damaged(f"{where!r}: file {name!r} has no proper size or digest")
        files.append(PackFile(name, size, sha256))
    return tuple(files)


def _read_plain(path: Path, limit: int) -> Iterator[bytes]:
    """The first `limit` bytes of a regular file, in pieces. Links, folders and devices are refused: a pack is plain files."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise Damaged(f"cannot read {str(path)!r} of a model pack: {error.strerror}") from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Damaged(f"{str(path)!r} of a model pack is not a plain file")
        while limit and (piece := os.read(descriptor, min(_PIECE, limit))):
            limit -= len(piece)
            yield piece
    except OSError as error:
        raise Damaged(f"cannot read {str(path)!r} of a model pack: {error.strerror}") from error
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
