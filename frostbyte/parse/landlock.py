"""The files this process may see: read-only, the program and its libraries, nothing of the operator's (Landlock, Linux 5.13).

Readers are imported when the first document of their kind comes, so the program's own tree stays readable; everything else,
the home, the vaults and the identity included, does not exist for the process. No file may be written, made or executed.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every machine
_ASK_VERSION = 1
_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""Every right over files known since that version (linux/landlock.h): all are taken away, two given back in places."""

SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",  # shared libraries
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/fs/cgroup",  # how much there is to work with
    "/etc/localtime", "/etc/os-release", "/etc/ssl/openssl.cnf", "/usr/share/locale", "/usr/share/zoneinfo",
    "/usr/share/fonts", "/usr/local/share/fonts",  # for PDFs that name a font without embedding it
    "/dev/urandom",
)  # fmt: skip
"""What of the system may be read. Measured with strace over every format; none of it is anyone's data."""


def version() -> int:
    """The version of the kernel's Landlock; below 1 there is none."""
    asked = (None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    return int(ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(_CREATE_RULESET), *asked))


def program_paths() -> list[Path]:
    """Where this program's code and libraries lie: the unpacked bundle, or the package, the interpreter and its libraries."""
    if getattr(sys, "frozen", False):
        return [Path(str(getattr(sys, "_MEIPASS", sys.executable))), Path(sys.executable)]
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    paths = [Path(__file__).resolve().parent.parent, *(Path(sysconfig.get_path(name)) for name in names)]
    library = sysconfig.get_config_var("LIBDIR")  # of a shared libpython; the folder itself may be a home's, so only its file
    name = sysconfig.get_config_var("INSTSONAME")
    return [*paths, *([Path(library) / name] if library and name else [])]


def install(readable: Iterable[Path] = ()) -> str:
    """Restrict this thread, and all it starts, for good. Returns what holds in a few words; raises OSError where nothing does.

    `readable` is what may be read besides SYSTEM, files or folders; what does not exist is passed over. Needs
    PR_SET_NO_NEW_PRIVS.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    found = version()
    if found < 1:
        raise OSError(ctypes.get_errno(), "Landlock is not in this kernel")
    rights = _FILE_RIGHTS[max(known for known in _FILE_RIGHTS if known <= found)]
    network = 0b11 if found >= 4 else 0  # binding and connecting TCP
    scopes = 0b11 if found >= 6 else 0  # abstract sockets and signals out of the fence
    attributes = struct.pack("=QQQ", rights, network, scopes)[: 24 if found >= 6 else 16 if found >= 4 else 8]
    ruleset = _called(libc, _CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    try:
        for path in [*map(Path, SYSTEM), *readable]:
            _allow(libc, ruleset, path, _READ_FILE | _READ_DIR)
        _allow(libc, ruleset, Path(os.devnull), _READ_FILE | _WRITE_FILE)
        _called(libc, _RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return f"version {found}: files read-only, of the program alone{'; no TCP' if network else ''}"


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # not on this machine
        return
    try:
        if not path.is_dir():
            rights &= ~_READ_DIR
        rule = struct.pack("=Qi", rights, place)
        _called(libc, _ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(place)


def _called(libc: ctypes.CDLL, number: int, *arguments: object) -> int:
    result = int(libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused")
    return result
