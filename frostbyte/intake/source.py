"""Opening a file that someone else arranged: no link is followed, nothing is opened that could block, ring or rewind.

A drop comes from a stick or a share. A name in it may be a link to `/etc/shadow`, a pipe that never answers, a device; it may
be swapped between check and use. So every step from the drop's root down is opened by its own name under its own folder, and
what counts is the descriptor that came out, not the path that went in.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

_FILE_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC

Fault = Literal["missing", "irregular", "unreadable"]


class SourceRefused(Exception):
    """The file cannot be opened. `what` says so in words without naming the file."""

    def __init__(self, fault: Fault, what: str) -> None:
        super().__init__(what)
        self.fault: Fault = fault
        self.what = what


@dataclass(frozen=True)
class Source:
    """Where a file of a drop lies. With a `root` every folder below it is entered without following links."""

    path: Path
    root: Path | None = None

    @contextmanager
    def open(self) -> Iterator[tuple[int, int]]:
        """The descriptor of the regular file and its size in bytes, closed on leaving. Raises SourceRefused."""
        descriptor = self._descriptor()
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise SourceRefused("irregular", _kind(status.st_mode))
            yield descriptor, status.st_size
        finally:
            os.close(descriptor)

    def _descriptor(self) -> int:
        try:
            if self.root is None:
                return _open_file(os.fspath(self.path), None)
            parts = self.path.relative_to(self.root).parts
            if not parts or ".." in parts:
                raise SourceRefused("irregular", "not a file inside the drop")
            return _descend(self.root, parts)
        except ValueError as error:  # outside the root, or a NUL in the name
            raise SourceRefused("missing", "its name leads outside the drop") from error
        except OSError as error:
            raise _refusal(error) from error


def _descend(root: Path, parts: tuple[str, ...]) -> int:
    folder = os.open(root, _FOLDER_FLAGS & ~os.O_NOFOLLOW)
    try:
        for part in parts[:-1]:
            below = os.open(part, _FOLDER_FLAGS, dir_fd=folder)
            os.close(folder)
            folder = below
        return _open_file(parts[-1], folder)
    finally:
        os.close(folder)


def _open_file(name: str, folder: int | None) -> int:
    # Looked at before it is opened: opening a device can already do something. fstat on the descriptor closes the race.
    mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    if not stat.S_ISREG(mode):
        raise SourceRefused("irregular", _kind(mode))
    return os.open(name, _FILE_FLAGS, dir_fd=folder)


def _refusal(error: OSError) -> SourceRefused:
    if error.errno in (errno.ENOENT, errno.ENAMETOOLONG):
        return SourceRefused("missing", "file not found")
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return SourceRefused("irregular", "its name leads through a link or a file; links are not followed")
    return SourceRefused("unreadable", f"the file could not be read ({os.strerror(error.errno or errno.EIO).lower()})")


def _kind(mode: int) -> str:
    kinds = {
        stat.S_IFLNK: "a symbolic link; links are not followed",
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    return kinds.get(stat.S_IFMT(mode), "not a regular file")
