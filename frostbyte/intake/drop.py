"""A drop: a folder with a `manifest.json`, or any folder or single file, for which a manifest is made.

A manifest's `filename` comes from outside. It is looked up below the drop's folder, part by part, and a name that would leave
it leads nowhere (`files[file_id]` is None); opening then follows no link (`source`).

A made manifest is a pure function of names and contents: the same folder gives the same batch id, file ids and digest, so
ingesting it twice changes nothing. A file's id carries a digest of its name and content, because an id that named only the
file would collide between two sticks that both hold `scan001.pdf` (ruling B1 refuses an id that returns with other content).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from frostbyte.contract.config import TenantConfig
from frostbyte.contract.formats import MIME_BY_EXTENSION
from frostbyte.contract.hashing import canonical_json, sha256_hex
from frostbyte.contract.receipts import BatchManifest, ManifestFile
from frostbyte.errors import ManifestInvalid, UsageError
from frostbyte.intake import manifest as manifests
from frostbyte.intake import mime
from frostbyte.intake.admit import MEGABYTE
from frostbyte.intake.source import Source, SourceRefused

MANIFEST_NAME: Final = "manifest.json"
_MAX_DEPTH: Final = 64
_UNKNOWN: Final = "0" * 64
"""Digest in a made manifest of a file that could not be read or is not to be read; admission rejects it for its own reason."""
_NOT_IN_FILE_ID: Final = re.compile(r"[/\\\x00-\x1f\x7f]")
_BLOCK: Final = 1024 * 1024

Progress = Callable[[int, int], None]
"""Called with how many files have been read and how many there are."""


@dataclass(frozen=True)
class Drop:
    """What is to be ingested. `files` leads from every file id to its place, None where its name leads to none.

    `source` is where the drop lies, `made` whether its manifest was made here. `unlisted` counts files in the folder that a
    sent manifest does not name, `hidden` what is passed over because a name starts with a dot, `unseen` the folders beside a
    sent manifest that could not be listed. None of it is ingested, and whoever ingests should hear of it (`left_out`).
    """

    manifest: BatchManifest
    manifest_sha256: str
    files: Mapping[str, Path | None]
    source: str
    root: Path
    made: bool
    unlisted: int = 0
    hidden: int = 0
    unseen: int = 0

    def left_out(self) -> tuple[str, ...]:
        """A sentence for each kind of thing that lies in the drop and is not ingested."""
        kinds = (
            (self.unlisted, "file(s) in {} are not named by the manifest and were not taken in"),
            (self.hidden, "file(s) in {} are hidden and were not taken in"),
            (self.unseen, "folder(s) in {} could not be listed, so files there that the manifest does not name are not counted"),
        )
        return tuple(f"{count} {words.format(repr(self.source))}" for count, words in kinds if count)


@dataclass
class _Listing:
    found: list[Path] = field(default_factory=list)
    hidden: int = 0
    unseen: int = 0


def load(
    path: Path,
    tenant_id: str,
    batch_id: str | None = None,
    *,
    config: TenantConfig | None = None,
    progress: Progress | None = None,
) -> Drop:
    """The drop at `path` for this tenant.

    A folder's own manifest is judged for the tenant and, with `config`, its batch size; `batch_id` must then agree with it.
    Otherwise a manifest is made, named `batch_id` where one is given. Raises UsageError for a path that is no drop (missing,
    unreadable, empty) and ManifestInvalid for a manifest that breaks a rule or a folder of more files than the tenant takes.
    """
    settings = config or TenantConfig()
    try:
        place = path.resolve(strict=True)
        mode = place.stat().st_mode
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(f"cannot ingest {str(path)!r}: {_why(error)}") from error
    if stat.S_ISREG(mode):
        return _made([place], place.parent, str(place), tenant_id, batch_id, settings, progress)
    if not stat.S_ISDIR(mode):
        raise UsageError(f"cannot ingest {str(path)!r}: neither a folder nor a regular file")
    try:
        sent = _manifest_in(place)
    except OSError as error:
        raise UsageError(f"cannot ingest {str(path)!r}: {_why(error)}") from error
    if sent is not None:
        return _sent(sent, place, tenant_id, batch_id, settings)
    listing = _list(place, settings.max_batch_size)
    if not listing.found:
        raise UsageError(
            f"nothing to ingest in {str(path)!r}: the folder holds no files",
            hint="files whose name starts with a dot are skipped",
        )
    return _made(listing.found, place, str(place), tenant_id, batch_id, settings, progress, hidden=listing.hidden)


# --- a manifest that was sent --------------------------------------------------------------------------------------------


def _manifest_in(root: Path) -> Path | None:
    """The manifest that came with the folder, or None.

    Systems that write names in capitals (FAT) must not switch its checksums off, so `MANIFEST.JSON` is one too where there is
    no `manifest.json`.
    """
    with contextlib.suppress(FileNotFoundError):
        (root / MANIFEST_NAME).lstat()
        return root / MANIFEST_NAME
    with os.scandir(root) as entries:
        named = sorted(entry.name for entry in entries if entry.name.lower() == MANIFEST_NAME)
    if len(named) > 1:
        raise UsageError(
            f"{str(root)!r} holds {' and '.join(map(repr, named))}, and only one of them can be its manifest",
            hint=f"name the right one {MANIFEST_NAME}",
        )
    return root / named[0] if named else None


def _sent(place: Path, root: Path, tenant_id: str, batch_id: str | None, config: TenantConfig) -> Drop:
    raw = _read_manifest(place, root)
    try:
        manifest = manifests.parse(raw, tenant_id=tenant_id, max_batch_size=config.max_batch_size)
    except ManifestInvalid as refusal:
        if refusal.hint is None:
            refusal.hint = f"judged was {str(place)!r}; without that file the folder is ingested as it is"
        raise
    if batch_id is not None and batch_id != manifest.batch_id:
        raise UsageError(
            f"batch id {batch_id!r} was asked for, but the drop's manifest says {manifest.batch_id!r}",
            hint="leave the batch id out; a drop with a manifest brings its own",
        )
    files = {entry.file_id: _place(root, entry.filename) for entry in manifest.files}
    beside = _beside(root, {place, *files.values()}, config.max_batch_size)
    return Drop(
        manifest=manifest,
        manifest_sha256=sha256_hex(raw),
        files=files,
        source=str(root),
        root=root,
        made=False,
        unlisted=len(beside.found),
        hidden=beside.hidden,
        unseen=beside.unseen,
    )


def _read_manifest(place: Path, root: Path) -> bytes:
    try:
        with Source(place, root).open() as (descriptor, _):
            raw = b""
            while len(raw) <= manifests.MAX_BYTES and (block := os.pread(descriptor, _BLOCK, len(raw))):
                raw += block
            return raw
    except SourceRefused as refusal:
        raise UsageError(f"cannot read {str(place)!r}: {refusal.what}") from refusal
    except OSError as error:
        raise UsageError(f"cannot read {str(place)!r}: {_why(error)}") from error


def _place(root: Path, filename: str) -> Path | None:
    """Where the manifest's name leads inside the drop, or None where it leads out of it.

    A name that is not there as written is tried with Windows' separators turned and in the two Unicode forms that systems
    write names in, since sender and stick need not agree on those. What is opened is still judged by its digest.
    """
    first: Path | None = None
    for name in dict.fromkeys(
        form
        for spelled in (filename, filename.replace("\\", "/"))
        for form in (spelled, unicodedata.normalize("NFC", spelled), unicodedata.normalize("NFD", spelled))
    ):
        parts = [part for part in name.split("/") if part != "."]
        if not parts or any(part in ("", "..") or "\0" in part for part in parts):
            continue
        place = root.joinpath(*parts)
        first = first or place
        if os.path.lexists(place):
            return place
    return first


def _beside(root: Path, named: Collection[Path | None], most: int) -> _Listing:
    """What lies in the folder besides what is `named`. One folder that nobody can list hides nothing of the others."""
    listing = _Listing()
    for place in _walk(root, listing, limit=10 * most + 1, everything=True):
        if place in named:
            continue
        if any(part.startswith(".") for part in place.relative_to(root).parts):
            listing.hidden += 1
        else:
            listing.found.append(place)
    return listing


# --- a manifest that is made ---------------------------------------------------------------------------------------------


def _made(
    places: list[Path],
    root: Path,
    source: str,
    tenant_id: str,
    batch_id: str | None,
    config: TenantConfig,
    progress: Progress | None,
    *,
    hidden: int = 0,
) -> Drop:
    limit = int(config.max_file_size_mb * MEGABYTE)
    entries: list[ManifestFile] = []
    files: dict[str, Path | None] = {}
    for number, place in enumerate(places):
        if progress is not None:
            progress(number, len(places))
        entry = describe(place, root, limit)
        entries.append(entry)
        files[entry.file_id] = place
    if progress is not None:
        progress(len(places), len(places))
    named = batch_id or "batch_" + sha256_hex(canonical_json([[entry.file_id, entry.sha256] for entry in entries]))[:16]
    # Judged like any other: a name the rules refuse (say, a batch id with a newline) is refused here too.
    raw = canonical_json(
        {
            "batch_id": named,
            "tenant_id": tenant_id,
            "file_count": len(entries),
            "files": [entry.to_json() for entry in entries],
            "submitted_at": None,
            "submitter": None,
        }
    )
    manifest = manifests.parse(raw, tenant_id=tenant_id, max_batch_size=config.max_batch_size)
    return Drop(
        manifest=manifest, manifest_sha256=sha256_hex(raw), files=files, source=source, root=root, made=True, hidden=hidden
    )


def describe(place: Path, root: Path, limit: int) -> ManifestFile:
    """The entry that the file at `place` below `root` gets in a made manifest; past `limit` bytes it is not read to its end."""
    # Names are bytes on disk; those that are not UTF-8 are shown with replacement characters, the path keeps the bytes.
    relative = os.fsencode(place.relative_to(root))
    name = relative.decode("utf-8", "replace")
    sha256, size = _digest(Source(place, root), limit)
    identity = hashlib.sha256(relative + b"\0" + sha256.encode("ascii") + b"\0" + str(size).encode("ascii")).hexdigest()
    return ManifestFile(
        file_id=f"{_NOT_IN_FILE_ID.sub('_', name)[:200]}-{identity[:12]}",
        filename=name,
        mime_type=MIME_BY_EXTENSION.get(mime.extension(name), "application/octet-stream"),
        size_bytes=size,
        sha256=sha256,
    )


def _digest(source: Source, limit: int) -> tuple[str, int]:
    """The file's digest and size in bytes; no digest for what cannot be read or is past `limit`, which is refused anyway."""
    size = 0
    try:
        with source.open() as (descriptor, size):
            digest, position = hashlib.sha256(), 0
            while position <= limit and size <= limit and (block := os.pread(descriptor, _BLOCK, position)):
                digest.update(block)
                position += len(block)
            return (digest.hexdigest(), position) if max(position, size) <= limit else (_UNKNOWN, max(position, size))
    except (SourceRefused, OSError):
        return _UNKNOWN, size


# --- listing -------------------------------------------------------------------------------------------------------------


def _list(root: Path, most: int) -> _Listing:
    listing = _Listing()
    for place in _walk(root, listing, limit=most + 1):
        listing.found.append(place)
    if len(listing.found) > most:
        raise ManifestInvalid(
            f"the folder holds more than {most} files, all this tenant takes at a time",
            hint="ingest its sub-folders one by one, or raise max_batch_size in the tenant's configuration",
            details=[{"field": "file_count", "constraint": f"at most {most}"}],
        )
    listing.found.sort(key=lambda place: os.fsencode(place.relative_to(root)))
    return listing


def _walk(root: Path, listing: _Listing, *, limit: int, everything: bool = False) -> Iterator[Path]:
    """Everything below `root` that is no folder, links and pipes too (admission names what they are), at most `limit`.

    Names that start with a dot are counted and passed over, and a folder that cannot be listed is an error, for a manifest made
    of the rest would look whole. With `everything`, hidden ones are given too and such folders counted.
    """
    folders, given = [(root, 0)], 0
    while folders:
        folder, depth = folders.pop()
        try:
            if depth > _MAX_DEPTH:
                raise UsageError(f"folders below {str(root)!r} are nested deeper than {_MAX_DEPTH}")
            for entry in _entries(folder):
                if entry.name.startswith(".") and not everything:
                    listing.hidden += 1
                elif entry.is_dir(follow_symlinks=False):
                    folders.append((Path(entry.path), depth + 1))
                else:
                    yield Path(entry.path)
                    given += 1
                    if given >= limit:
                        return
        except UsageError:
            if not everything:
                raise
            listing.unseen += 1


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError as error:
        raise UsageError(f"cannot list the folder {str(folder)!r}: {_why(error)}") from error


def _why(error: Exception) -> str:
    return (error.strerror or "input/output error").lower() if isinstance(error, OSError) else "not a path"
