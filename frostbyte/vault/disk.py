"""Every change at rest goes through here: one seam where a disk can be made to fail.

The vault promises that a failing write loses nothing it acknowledged. To prove that, each operation that changes the disk
is one method of `Disk`, and announces itself with `reached` before it happens; a test hands in a `Disk` of its own that
fails, stops or loses power there. The product uses `Disk()` as it is. OSErrors become `StorageFailed` here and only here.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from frostbyte.errors import StorageFailed

TEMPORARY = ".tmp"
"""Suffix of a file that is still being written. Nothing ever reads one back."""


class Disk:
    """The operations a vault needs from a file system. Raises StorageFailed; the message names the file, never its content."""

    def reached(self, step: str) -> None:
        """Announce the next step of a write or a commit. Does nothing; tests override it."""

    def create(self, path: Path) -> int:
        """Open a new file for writing (0600, must not exist); its descriptor."""
        with self._trying("create", path):
            return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)

    def write(self, fd: int, data: bytes, path: Path) -> None:
        """Write all of `data`."""
        with self._trying("write", path):
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]

    def sync(self, fd: int, path: Path) -> None:
        """fsync a file."""
        with self._trying("sync", path):
            os.fsync(fd)

    def sync_directory(self, path: Path) -> None:
        """fsync a directory, so that names in it survive a power cut."""
        with self._trying("sync directory", path):
            fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)

    def rename(self, source: Path, target: Path) -> None:
        """Rename within the file system, replacing `target`."""
        with self._trying("rename", target):
            source.replace(target)

    def remove(self, path: Path) -> None:
        """Unlink a file."""
        with self._trying("remove", path):
            path.unlink()

    def remove_tree(self, path: Path) -> None:
        """Take away a directory and what is in it, if it is there."""
        with self._trying("remove tree", path):
            if path.exists():
                shutil.rmtree(path)

    def make_directory(self, path: Path) -> None:
        """Make a directory (0700) unless it is there."""
        with self._trying("make directory", path):
            path.mkdir(mode=0o700, exist_ok=True)

    def write_file(self, path: Path, blocks: Iterable[bytes]) -> None:
        """Write a whole file under a temporary name, fsync it, and give it its name. The caller syncs the directory.

        When anything fails the temporary file is taken away again, as far as the disk still allows that.
        """
        temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}{TEMPORARY}")
        fd = self.create(temporary)
        named = False
        try:
            try:
                for block in blocks:
                    self.write(fd, block, path)
                self.sync(fd, path)
            finally:
                os.close(fd)
            self.rename(temporary, path)
            named = True
        finally:
            if not named:
                with suppress(StorageFailed):
                    self.remove(temporary)

    @contextmanager
    def _trying(self, what: str, path: Path) -> Iterator[None]:
        try:
            self.reached(f"{what} {path.name}")
            yield
        except OSError as error:
            raise storage_failed(what, path, error) from error


def storage_failed(what: str, path: Path, error: OSError) -> StorageFailed:
    """The error of a failed disk operation, with advice where there is some."""
    hints = {
        errno.ENOSPC: "free space on this volume, then try again",
        errno.EDQUOT: "the disk quota is used up; free space or raise it",
        errno.EROFS: "the volume is mounted read-only",
        errno.EACCES: "check the owner and mode of the appliance home",
        errno.EIO: "the disk reports an input/output error; check its health",
    }
    return StorageFailed(f'{what} "{path.name}" failed: {error.strerror or error}', hint=hints.get(error.errno or 0))
