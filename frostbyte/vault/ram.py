"""The private RAM directory: the only place where a tenant's data lies in clear, and only while its vault is open.

One directory per user under /dev/shm (mode 0700), in it one per open vault and one per process for temporary files. Each is
claimed by a flock, so what a killed process left behind is seen to be nobody's and is wiped by the next one.
RAM can still reach a disk in two ways, and both are closed here: swap in clear is refused, core dumps are switched off.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import logging
import os
import resource
import shutil
import stat
import tempfile
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from frostbyte.errors import HostRefused, StorageFailed

logger = logging.getLogger(__name__)

_CLAIM = ".claim"
_PR_SET_DUMPABLE = 4


@dataclass(frozen=True)
class RamPolicy:
    """Where vaults may lie open, and what unencrypted swap means: `refuse`, or `warn` and go on at the operator's risk."""

    root: Path | None = None
    """A directory on a tmpfs or ramfs; None for /dev/shm/frostbyte-ram-<uid>. It is made when absent."""
    swap: Literal["refuse", "warn"] = "refuse"


class RamDirectory:
    """One claimed directory in RAM. `remove` wipes it; it also goes when the process ends in an orderly way.

    While there is one, this process's temporary files go to RAM too.
    """

    def __init__(self, policy: RamPolicy, name: str) -> None:
        """Claim `name` under the policy's root, wiping what a dead process left there and beside it. Raises HostRefused."""
        root = _root(policy)
        _temporary.hold(root)
        try:
            self.path, claim = _claimed(root, name)
        except HostRefused:
            _temporary.release()
            raise
        self._finalizer = weakref.finalize(self, _wipe, self.path, claim, os.getpid())

    def remove(self) -> None:
        """Wipe the directory and give up the claim. May be called twice."""
        self._finalizer()

    def clear(self) -> None:
        """Wipe what is in the directory and keep it."""
        for path in self.path.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != _CLAIM:
                path.unlink()


class _TemporaryFiles:
    """$TMPDIR and `tempfile` of this process, pointed into RAM while any directory here is in use: Lance builds indexes there.

    The first directory decides where. Afterwards both are put back, so that nothing points at a directory that is gone.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._users = 0
        self._before: tuple[str | None, str | None] = (None, None)
        self._path = Path()
        self._claim = -1

    def hold(self, root: Path) -> None:
        with self._guard:
            if not self._users:
                self._path, self._claim = _claimed(root, f"tmp-{os.getpid()}")
                self._before = (os.environ.get("TMPDIR"), tempfile.tempdir)
                os.environ["TMPDIR"] = tempfile.tempdir = str(self._path)
            self._users += 1

    def release(self) -> None:
        with self._guard:
            self._users -= 1
            if not self._users:
                variable, tempfile.tempdir = self._before
                os.environ.pop("TMPDIR", None)
                if variable is not None:
                    os.environ["TMPDIR"] = variable
                try:
                    _remove(self._path)
                finally:
                    os.close(self._claim)


_temporary = _TemporaryFiles()


@contextlib.contextmanager
def scratch(policy: RamPolicy) -> Iterator[Path]:
    """A directory in RAM for work that belongs to no vault, under the same promises; wiped at the end. Raises HostRefused."""
    prepare_host(policy)
    directory = RamDirectory(policy, f"scratch-{os.getpid()}-{os.urandom(4).hex()}")
    try:
        yield directory.path
    finally:
        directory.remove()


def prepare_host(policy: RamPolicy) -> None:
    """What must hold before any tenant data is in RAM. Raises HostRefused."""
    check_swap(policy)
    forbid_core_dumps()


def forbid_core_dumps() -> None:
    """No core file and no ptrace by others: a crash must not write RAM to a disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def check_swap(policy: RamPolicy, *, proc: Path = Path("/proc"), sys: Path = Path("/sys")) -> list[str]:
    """Names of swap areas that could write RAM in clear; raises HostRefused unless the policy only warns.

    Swap on dm-crypt (directly, or under LVM) and zram without a backing device are safe, and so is any swap when the RAM
    directory's own mount has `noswap` (Linux 6.4).
    """
    _, options = _mount_of(policy.root or Path("/dev/shm"), proc)
    areas = [] if "noswap" in options else [area for area in _swap_areas(proc) if not _keeps_secrets(area, sys)]
    if areas:
        names = ", ".join(areas)
        if policy.swap == "refuse":
            raise HostRefused(
                f"swap is active and not encrypted: {names}",
                hint="switch it off (swapoff -a), put it on dm-crypt or zram, or set the swap policy to warn",
            )
        logger.warning("swap is active and not encrypted: %s; tenant data may be written to it in clear", names)
    return areas


def check_room(path: Path, needed: int) -> None:
    """Raises HostRefused when `needed` bytes have no room in RAM: filling it would get this or another process killed."""
    free = shutil.disk_usage(path).free
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            free = min(free, int(line.split()[1]) * 1024)
    if needed > free:
        raise HostRefused(
            f"the vault needs {needed >> 20} MiB of RAM and {free >> 20} MiB are free",
            hint="close other vaults, give the RAM directory's mount more room, or use a machine with more memory",
        )


def engine_failure(engine: str, what: str, error: Exception) -> StorageFailed:
    """An engine's error as ours. The engine's own text may quote a row, so it is only asked whether RAM is full."""
    if "No space left" in str(error):
        return StorageFailed(
            f"the RAM directory is full: the {engine} could not {what}",
            hint="give its mount more room (see `frostbyte doctor`), or name another tmpfs with FROSTBYTE_RAM_DIR",
        )
    return StorageFailed(f"the {engine} failed to {what}: {type(error).__name__}")


def _root(policy: RamPolicy) -> Path:
    root = policy.root or Path(f"/dev/shm/frostbyte-ram-{os.getuid()}")
    _refuse_disk(root, next(folder for folder in (root, *root.absolute().parents) if folder.exists()))  # before anything is made
    try:
        root.mkdir(mode=0o700, parents=policy.root is not None, exist_ok=True)
        status = root.lstat()
    except OSError as error:
        raise HostRefused(f'cannot use "{root}" as RAM directory: {error.strerror}') from error
    # Somebody else may have made it first, in a world-writable /dev/shm: then they could read or replace what lies in it.
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise HostRefused(f'"{root}" is not a directory of this user alone (mode 0700)', hint="remove it, or name another")
    _refuse_disk(root, root)
    return root


def _refuse_disk(root: Path, there: Path) -> None:
    kind, _ = _mount_of(there, Path("/proc"))
    if kind not in ("tmpfs", "ramfs"):
        raise HostRefused(f'"{root}" lies on {kind or "an unknown file system"}, not in RAM', hint="name a directory on a tmpfs")


def _claimed(root: Path, name: str) -> tuple[Path, int]:
    """Make a directory and hold its claim, after wiping every directory that nobody holds."""
    path = root / name
    with _locked(root / ".lock"):
        _sweep(root)
        try:
            path.mkdir(mode=0o700)
        except FileExistsError as error:
            raise HostRefused(f'the RAM directory "{path}" is in use by another process') from error
        except OSError as error:
            raise HostRefused(f'cannot make the RAM directory "{path}": {error.strerror}') from error
        claim = os.open(path / _CLAIM, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return path, claim


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _sweep(root: Path) -> None:
    """Wipe every directory whose claim nobody holds. The caller holds the root's lock, so none is being made right now."""
    for directory in root.iterdir():
        if not directory.is_dir() or directory.is_symlink():
            continue
        try:
            fd = os.open(directory / _CLAIM, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            shutil.rmtree(directory, ignore_errors=True)
            continue
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            logger.info("wiped a stale RAM copy: %s", directory.name)
            shutil.rmtree(directory, ignore_errors=True)
        finally:
            os.close(fd)


def _wipe(path: Path, claim: int, process: int) -> None:
    if os.getpid() == process:  # a forked child inherits this finalizer, but not the directory
        try:
            _remove(path)
        finally:
            os.close(claim)
            _temporary.release()


def _remove(path: Path) -> None:
    """Remove a directory to its end: a signal that comes meanwhile waits, or the rest would lie there in clear."""
    interrupt: KeyboardInterrupt | None = None
    while path.exists():
        try:
            shutil.rmtree(path, ignore_errors=True)
            break
        except KeyboardInterrupt as late:
            interrupt = late
    if interrupt is not None:
        raise interrupt


def _mount_of(path: Path, proc: Path) -> tuple[str | None, set[str]]:
    """File system type and options of the mount a path lies on."""
    target = Path(os.path.realpath(path))
    best: tuple[int, str | None, set[str]] = (-1, None, set())
    for line in (proc / "self" / "mountinfo").read_text("utf-8", "surrogateescape").splitlines():
        before, _, after = line.partition(" - ")
        point = Path(before.split()[4].encode("utf-8", "surrogateescape").decode("unicode_escape"))
        kind, _, options = after.split(None, 2)
        if target.is_relative_to(point) and len(point.parts) >= best[0]:
            best = (len(point.parts), kind, set(options.split(",")))
    return best[1], best[2]


def _swap_areas(proc: Path) -> list[str]:
    try:
        lines = (proc / "swaps").read_text().splitlines()[1:]
    except FileNotFoundError:  # a kernel without swap
        return []
    return [line.split()[0] for line in lines if line.strip()]


def _keeps_secrets(area: str, sys: Path) -> bool:
    block = sys / "class" / "block" / Path(os.path.realpath(area)).name
    if block.name.startswith("zram"):
        try:
            return (block / "backing_dev").read_text().strip() == "none"
        except FileNotFoundError:  # built without write-back: it has nowhere to write
            return True
    return _encrypted(block)


def _encrypted(block: Path) -> bool:
    try:
        if (block / "dm" / "uuid").read_text().startswith("CRYPT-"):
            return True
        below = list((block / "slaves").iterdir())
    except OSError:
        return False
    return bool(below) and all(_encrypted(block.parent / slave.name) for slave in below)
