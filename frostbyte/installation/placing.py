"""Placing files under a prefix and removing them, by a record that says exactly which.

The record, `lib/frostbyte/installed.json`, is written before the first file, so an installation that was killed can be removed or
done again. A file is replaced or removed only while its content is what the record says: what somebody changed or put there is
theirs. The record is not kept under `share/frostbyte`, which is where a user's appliance home may be.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from frostbyte.errors import AlreadyExists, Damaged, HostRefused, NotFound, StorageFailed

RECORD = "lib/frostbyte/installed.json"
FORMAT = 1
_PIECE = 1 << 20


@dataclass(frozen=True)
class Item:
    """One thing to place at `path` under the prefix: given bytes, a copy of a file, or a link to one (`mode` is a file's)."""

    path: str
    content: bytes | Path
    mode: int = 0o644
    link: bool = False

    def identity(self) -> str:
        """What its content will be: `sha256:` and hex, or `link:` and where it leads."""
        if isinstance(self.content, bytes):
            return "sha256:" + hashlib.sha256(self.content).hexdigest()
        return f"link:{self.content}" if self.link else identity(self.content) or "nothing"


@dataclass(frozen=True)
class Placed:
    """What an installation did: paths under the prefix that were written, were right already, or were taken away."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class Removed:
    """What an uninstallation did. `kept` are files that were changed since: they stay, and so does the record of them."""

    removed: tuple[str, ...]
    kept: tuple[str, ...]


def install(prefix: Path, items: Sequence[Item], version: str) -> Placed:
    """Place the items, replacing those of an earlier installation under this prefix; what that one had more is removed.

    Raises AlreadyExists, before anything is touched, when a file is in the way that no installation placed or that was changed
    since; HostRefused on a file system that runs no program; StorageFailed.
    """
    known = _known(prefix)
    wanted = {item.path: item.identity() for item in items}
    unchanged = []
    for path, content in wanted.items():
        found = identity(prefix / path)
        if found == content and path in known:
            unchanged.append(path)
        elif found is not None and found not in known.get(path, ()):
            whose = "was changed since it was installed" if path in known else "is not of an earlier installation"
            raise AlreadyExists(
                f"{str(prefix / path)!r} is in the way: it {whose}",
                code="ALREADY_EXISTS",
                hint="move it away, then install again",
            )
    if any(item.mode & 0o100 for item in items):
        _refuse_noexec(prefix)
    with _storing(prefix):
        absent = _absent_folders(prefix, [*wanted, RECORD])
        folders = sorted({*_known_folders(prefix), *absent})
        pending = {
            path: sorted({*known.get(path, ()), *([wanted[path]] if path in wanted else [])}) for path in {*known, *wanted}
        }
        _make_folders(prefix, [folder for folder in absent if PurePosixPath(folder) in PurePosixPath(RECORD).parents])
        _write_record(prefix, version, pending, folders)
        _make_folders(prefix, absent)
        written = [item.path for item in items if item.path not in unchanged]
        for item in items:
            if item.path in written:
                _place(prefix / item.path, item)
        removed, kept = _remove(prefix, {path: held for path, held in known.items() if path not in wanted})
        final = {**{path: [content] for path, content in wanted.items()}, **{path: list(known[path]) for path in kept}}
        _write_record(prefix, version, final, folders)
    return Placed(tuple(written), tuple(unchanged), removed)


def uninstall(prefix: Path) -> Removed:
    """Remove what was installed under this prefix and the folders made for it. Raises NotFound when nothing was."""
    record = _read_record(prefix)
    if record is None:
        raise NotFound(f"nothing is installed under {str(prefix)!r}: it has no {RECORD}", hint="give the prefix of `install`")
    known, folders = _files(record), _folders(record)
    with _storing(prefix):
        removed, kept = _remove(prefix, known)
        if kept:
            _write_record(prefix, record.get("version", ""), {path: list(known[path]) for path in kept}, folders)
        else:
            _temporary(prefix / RECORD).unlink(missing_ok=True)
            (prefix / RECORD).unlink()
            for folder in sorted(folders, reverse=True):
                with contextlib.suppress(OSError):  # not empty: others use it too
                    (prefix / folder).rmdir()
    return Removed(removed, kept)


def identity(path: Path) -> str | None:
    """What a path holds, in the form of `Item.identity`; None when there is nothing, `other` for a folder or device."""
    try:
        if path.is_symlink():
            return f"link:{path.readlink()}"
        if not path.exists():
            return None
        if not path.is_file():
            return "other"
        digest = hashlib.sha256()
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
    except OSError as error:
        raise StorageFailed(f"cannot read {str(path)!r}: {error.strerror}") from error
    return "sha256:" + digest.hexdigest()


def _remove(prefix: Path, known: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    removed, kept = [], []
    for path, contents in sorted(known.items()):
        _temporary(prefix / path).unlink(missing_ok=True)
        found = identity(prefix / path)
        if found is not None and found not in contents:
            kept.append(path)
        elif found is not None:
            (prefix / path).unlink()
            removed.append(path)
    return tuple(removed), tuple(kept)


def _place(target: Path, item: Item) -> None:
    """Write beside the target, then rename: the old file or the new one is there, never a part of one."""
    temporary = _temporary(target)
    temporary.unlink(missing_ok=True)
    try:
        if item.link and isinstance(item.content, Path):
            temporary.symlink_to(item.content)
        else:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, item.mode)
            with os.fdopen(descriptor, "wb") as out:
                for piece in _pieces(item.content):
                    out.write(piece)
                out.flush()
                os.fchmod(descriptor, item.mode)  # whatever the umask
                os.fsync(descriptor)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _temporary(target: Path) -> Path:
    """The name a file has while it is written: always the same, so that what a kill left behind is found and removed."""
    return target.with_name(f".{target.name}.frostbyte-new")


def _pieces(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _absent_folders(prefix: Path, paths: Sequence[str]) -> list[str]:
    """The folders of these paths that are not there, outermost first, as paths under the prefix; the prefix itself is `.`."""
    folders = sorted({parent.as_posix() for path in paths for parent in PurePosixPath(path).parents})
    return [folder for folder in folders if not (prefix / folder).is_dir()]


def _make_folders(prefix: Path, folders: Sequence[str]) -> None:
    for folder in folders:
        (prefix / folder).mkdir(parents=folder == ".", exist_ok=True)
        (prefix / folder).chmod(0o755)  # whatever the umask


def _refuse_noexec(prefix: Path) -> None:
    place = next(folder for folder in (prefix, *prefix.parents) if folder.exists())
    if os.statvfs(place).f_flag & os.ST_NOEXEC:
        raise HostRefused(
            f"{str(place)!r} is mounted noexec: a program placed there could not run", hint="choose another --prefix"
        )


def _known(prefix: Path) -> dict[str, tuple[str, ...]]:
    record = _read_record(prefix)
    return {} if record is None else _files(record)


def _known_folders(prefix: Path) -> list[str]:
    record = _read_record(prefix)
    return [] if record is None else _folders(record)


def _read_record(prefix: Path) -> dict[str, Any] | None:
    path = prefix / RECORD
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StorageFailed(f"cannot read {str(path)!r}: {error.strerror}") from error
    except ValueError as error:
        raise Damaged(f"{str(path)!r} is not an installation's record") from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise Damaged(f"{str(path)!r} is not an installation's record of format {FORMAT}")
    return record


def _files(record: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    try:
        files = {str(entry["path"]): tuple(map(str, entry["is"])) for entry in record["files"]}
    except (KeyError, TypeError) as error:
        raise Damaged("the installation's record lacks its files") from error
    for path in files:
        _refuse_escape(path)
    return files


def _folders(record: Mapping[str, Any]) -> list[str]:
    listed = record.get("folders", [])
    if not isinstance(listed, list):
        raise Damaged("the installation's record lacks its folders")
    folders = [str(folder) for folder in listed]
    for folder in folders:
        _refuse_escape(folder)
    return folders


def _refuse_escape(path: str) -> None:
    """A record that was tampered with must not make `uninstall` remove anything outside the prefix."""
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or "\0" in path:
        raise Damaged(f"the installation's record names {path!r}, which is outside the prefix")


def _write_record(prefix: Path, version: str, files: Mapping[str, Sequence[str]], folders: Sequence[str]) -> None:
    entries = [{"path": path, "is": list(files[path])} for path in sorted(files)]
    record = {"format": FORMAT, "version": version, "files": entries, "folders": list(folders)}
    _place(prefix / RECORD, Item(RECORD, (json.dumps(record, indent=1) + "\n").encode()))


@contextlib.contextmanager
def _storing(prefix: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        raise StorageFailed(f"cannot change {str(prefix)!r}: {what}", hint="run it again when that is mended") from error
