"""Disks that fail on purpose: at a step they stop the process, lose power, or report an error."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from frostbyte.vault import RamPolicy, Vault
from frostbyte.vault.disk import Disk


class Stopped(BaseException):
    """Stands for the end of the process: nothing may catch it, and nothing may touch the disk after it."""


class Counting(Disk):
    """Does everything right and remembers the steps."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def reached(self, step: str) -> None:
        self.steps.append(step)


class Stopping(Disk):
    """The process ends at step `at` (1, 2, ...); a write that it ends in has written half."""

    def __init__(self, at: int) -> None:
        self.at, self.count, self.where = at, 0, ""

    def reached(self, step: str) -> None:
        self.count += 1
        if self.count >= self.at:
            self.where = self.where or step
            raise Stopped(step)

    def write(self, fd: int, data: bytes, path: Path) -> None:
        try:
            super().write(fd, data, path)
        except Stopped:
            if self.count == self.at:
                os.write(fd, data[: len(data) // 2])
            raise


class Killing(Stopping):
    """Like Stopping, with a real SIGKILL: for a process of its own."""

    def reached(self, step: str) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class LosingPower(Stopping):
    """Like Stopping, and what was not synced is lost: half of a file's bytes, and every change of names in a directory."""

    def __init__(self, at: int, keep: Path) -> None:
        super().__init__(at)
        self.keep = keep
        self.unsynced: dict[int, Path] = {}
        self.names: list[tuple[str, Path, Path]] = []

    def create(self, path: Path) -> int:
        fd = super().create(path)
        self.unsynced[fd] = path
        self.names.append(("create", path, path))
        return fd

    def sync(self, fd: int, path: Path) -> None:
        super().sync(fd, path)
        self.unsynced.pop(fd, None)

    def rename(self, source: Path, target: Path) -> None:
        kept = self._set_aside(target)
        super().rename(source, target)
        self.names += [("replace", target, kept)] if kept else []
        self.names.append(("rename", source, target))

    def remove(self, path: Path) -> None:
        kept = self._set_aside(path)
        super().remove(path)
        if kept:
            self.names.append(("replace", path, kept))

    def sync_directory(self, path: Path) -> None:
        super().sync_directory(path)
        self.names = [entry for entry in self.names if path not in (entry[1].parent, entry[2].parent)]

    def lose(self, *, but_the_last: bool = False) -> None:
        """What a disk may look like when power comes back; `but_the_last` has kept the newest name, out of turn."""
        for path in self.unsynced.values():
            if path.exists():
                os.truncate(path, path.stat().st_size // 2)
        renamed = [(one, other) for kind, one, other in self.names if kind == "rename"]
        kept = renamed[-1] if renamed and but_the_last else ()
        for kind, one, other in reversed(self.names):
            if one in kept or other in kept:
                continue
            if kind == "create":
                one.unlink(missing_ok=True)
            elif kind == "rename":
                other.rename(one)
            else:
                shutil.copy(other, one)

    def _set_aside(self, path: Path) -> Path | None:
        if not path.exists():
            return None
        kept = self.keep / f"{len(self.names)}-{path.name}"
        shutil.copy(path, kept)
        return kept


class Failing(Disk):
    """Reports an error of the disk at step `at`, and with `broken` at every step after it too. Steps in RAM do not fail."""

    def __init__(self, at: int, number: int = errno.ENOSPC, *, broken: bool = False) -> None:
        self.at, self.number, self.broken = at, number, broken
        self.count, self.where = 0, ""

    def reached(self, step: str) -> None:
        if step.startswith(("commit:", "base:", "acknowledge")):
            return
        self.count += 1
        if self.count == self.at or (self.broken and self.count > self.at > 0):
            self.where = self.where or step
            raise OSError(self.number, os.strerror(self.number))


def stop_at(place: Path, identity: str, ram: RamPolicy, at: int, act: Callable[[Vault], object]) -> None:
    """Open the vault at `place` and `act` on it, ended at step `at` of both together."""
    vault = None
    try:
        vault = Vault.open(place, identity=identity, ram=ram, disk=Stopping(at))
        act(vault)
    except Stopped:
        pass
    finally:
        if vault is not None:
            vault.close()


def abandon(vault: Vault) -> None:
    """Leave a vault as its process's end would: lock and RAM claim given up, nothing cleaned."""
    vault._stop_engines()
    os.close(vault._lock_fd)
    vault._lock_fd = -1
    _, _, arguments, _ = vault._ram._finalizer.detach()  # type: ignore[misc]
    os.close(arguments[1])
    from frostbyte.vault import ram

    ram._temporary.release()
