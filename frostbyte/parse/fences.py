"""The kernel's fences around the parser child, put up before it reads the first byte of a document.

Three, each holding alone: namespaces (no network to reach, no privilege to use), Landlock (no file but the program's own) and
seccomp (no system call that leads out). Which hold depends on the kernel and on what surrounds the process (containers often
forbid namespaces), so each says whether it does, and the parent says so in every document where neither of the last two does.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import struct
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

from frostbyte.parse import landlock, seccomp

UNFENCED = "WORKER_UNFENCED"
"""Code of the warning on a document that was parsed with neither Landlock nor seccomp."""

NAMES = ("namespaces", "landlock", "seccomp")
REPORT_BYTES = 4096

_PR_SET_NO_NEW_PRIVS = 38
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_CAPABILITIES_3 = 0x20080522


@dataclass(frozen=True)
class Fence:
    """One fence: whether it holds in the child, and what it does or why it could not be put up. Never text of a document."""

    name: str
    holds: bool
    why: str


def install() -> tuple[Fence, ...]:
    """Fence this process in, for good; to be called while it has a single thread. Returns every fence in the order of NAMES.

    Raises OSError where privileges cannot be given up: then nothing may be parsed.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "could not give up privileges")
    program = landlock.program_paths()
    installers: tuple[Callable[[], str], ...] = (
        lambda: _leave_namespaces(libc, program),
        lambda: landlock.install(program),
        seccomp.install,
    )
    return tuple(_tried(name, installer) for name, installer in zip(NAMES, installers, strict=True))


def confined(fences: Iterable[Fence]) -> bool:
    """Whether a parser that was taken over is kept in by the kernel: seccomp or Landlock holds."""
    return any(fence.holds and fence.name in ("landlock", "seccomp") for fence in fences)


def told(fences: Iterable[Fence]) -> bytes:
    """The fences as the child tells them to the parent."""
    return json.dumps([astuple(fence) for fence in fences]).encode("utf-8")


def heard(payload: bytes) -> tuple[Fence, ...]:
    """The fences as the parent hears them; what is not one of NAMES or not well formed is left out."""
    try:
        fences = [
            Fence(name, holds is True, "".join(c for c in str(why) if c.isprintable())[:200])
            for name, holds, why in json.loads(payload)
        ]
    except (ValueError, TypeError, RecursionError):
        return ()
    return tuple(fence for fence in fences if fence.name in NAMES)


def _tried(name: str, install_it: Callable[[], str]) -> Fence:
    try:
        return Fence(name, True, install_it())
    except OSError as error:
        return Fence(name, False, f"{error.strerror} ({errno.errorcode.get(error.errno or 0, 'no code')})")


def _leave_namespaces(libc: ctypes.CDLL, program: Iterable[Path]) -> str:
    """Enter a user namespace without users and a network namespace without a network, and drop the capabilities had there."""
    if os.geteuid() == 0 and not all(_readable_by_owner_or_all(path) for path in program if path.exists()):
        # Root in a namespace without users is nobody in particular, and could then not import its own readers.
        raise OSError(errno.EACCES, "the program lies where only the privileges of root can read")
    if libc.unshare(_NEW_USER | _NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "namespaces are not allowed here")
    if libc.capset(struct.pack("=II", _CAPABILITIES_3, 0), bytes(24)) != 0:
        raise OSError(ctypes.get_errno(), "capabilities could not be dropped")
    return "no network, no capabilities"


def _readable_by_owner_or_all(path: Path) -> bool:
    """Whether the path can be reached and read by this user's ordinary rights, without a capability."""
    user, groups = os.geteuid(), {os.getegid(), *os.getgroups()}
    for place in (path, *path.resolve().parents):
        status = place.stat()
        shift = 6 if status.st_uid == user else 3 if status.st_gid in groups else 0
        wanted = 0o1 if place != path else 0o5 if place.is_dir() else 0o4
        if status.st_mode >> shift & wanted != wanted:
            return False
    return True
