"""What the kernel offers to fence a process in: seccomp, Landlock, namespaces. The parser child is the one to be fenced.

None of them is a must: without any, the child still holds no key and no path, may write no file and gain no privilege.
"""

from __future__ import annotations

import ctypes
import os
import signal
import warnings
from collections.abc import Callable
from pathlib import Path

from frostbyte.host.found import Found, ok, warn

_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_VERSION = 1
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def seccomp(proc: Path) -> Found:
    """Whether a process can have its system calls filtered."""
    try:
        actions = (proc / "sys" / "kernel" / "seccomp" / "actions_avail").read_text("ascii").split()
    except OSError:
        actions = []
    status = dict(line.split(":", 1) for line in (proc / "self" / "status").read_text("ascii").splitlines() if ":" in line)
    if "Seccomp" not in status:
        return warn("not in this kernel", "use a kernel with CONFIG_SECCOMP_FILTER to have the parser child fenced in")
    already = {"0": "", "1": ", strict now", "2": ", filtered now"}.get(status["Seccomp"].strip(), "")
    return ok(f"filters{', ends a process' if 'kill_process' in actions else ''}{already}")


def landlock(ask: Callable[[], int] | None = None) -> Found:
    """The version of Landlock's interface; below 1 there is none."""
    version = (ask or _landlock_version)()
    if version < 1:
        return warn("none", "use Linux 5.13 or newer with Landlock among its modules (lsm=landlock,...)")
    return ok(f"version {version}")


def namespaces(ask: Callable[[], int] | None = None) -> Found:
    """Whether this user can make a namespace without a network. Really tried, in a child that ends at once."""
    error = (ask or _try_namespaces)()
    if error:
        why = os.strerror(error)
        return warn(f"refused: {why}", "allow user namespaces (sysctl user.max_user_namespaces)")
    return ok("user and network")


def _landlock_version() -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return int(libc.syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_LANDLOCK_VERSION)))


def _try_namespaces() -> int:
    """0, or the error number of unshare in a child."""
    libc = ctypes.CDLL(None, use_errno=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads: this child makes one call and ends
        child = os.fork()
    if child == 0:
        failed = libc.unshare(_NEW_USER | _NEW_NETWORK) != 0
        os._exit(ctypes.get_errno() & 0x7F if failed else 0)
    _, status = os.waitpid(child, 0)
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else signal.SIGKILL
