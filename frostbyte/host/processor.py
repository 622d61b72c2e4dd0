"""The processor: DuckDB and LanceDB are built for x86-64-v3 (AVX2 and its companions) and die of an illegal instruction on
anything older, without a word. So the instructions are asked for first, and a command that needs them is refused.

Measured under qemu with the locked wheels: importing duckdb or lancedb ends in SIGILL without AVX2, BMI1 or BMI2; onnxruntime,
numpy, pyarrow and OpenCV need AVX. Keys, audit exports, policy scans and this check run anywhere.
"""

from __future__ import annotations

import contextlib
import ctypes
import platform
from pathlib import Path

from frostbyte.errors import HostRefused
from frostbyte.host.found import Found, fail, ok, warn

# Name in /proc/cpuinfo -> (leaf of glibc's table, register, bit). Registers are eax, ebx, ecx, edx.
_NEEDED: dict[str, tuple[int, int, int]] = {
    "sse4_2": (0, 2, 20),
    "movbe": (0, 2, 22),
    "popcnt": (0, 2, 23),
    "fma": (0, 2, 12),
    "f16c": (0, 2, 29),
    "avx": (0, 2, 28),
    "avx2": (1, 1, 5),
    "bmi1": (1, 1, 3),
    "bmi2": (1, 1, 8),
    "abm": (2, 2, 5),
}
_ADVICE = "use a processor with AVX2 (Intel Haswell, AMD Excavator or newer); in a virtual machine pass the host's on"
_FIRST_BLOCK = 8192
"""Enough of /proc/cpuinfo for one processor; the rest would cost time on a machine with hundreds of them."""


class _Leaf(ctypes.Structure):
    _fields_ = (("cpuid", ctypes.c_uint * 4), ("active", ctypes.c_uint * 4))


def check(proc: Path) -> Found:
    """The instructions the engines need, and which wider ones they will find."""
    if platform.machine() != "x86_64":
        return fail(f"a {platform.machine()} processor", "use an x86-64 machine: the program's libraries are built for no other")
    lacking = missing(proc)
    flags = _flags(proc)
    if lacking:
        return fail(f"no {', '.join(lacking)}: the database engines would crash, so commands that need them are refused", _ADVICE)
    if flags is None and _usable() is None:
        return warn(
            "instructions unknown: no cpuinfo", "mount /proc: an old processor cannot be noticed before an engine crashes"
        )
    wider = "AVX-512" if flags and "avx512f" in flags else "AVX2"
    return ok(f"{wider}, all of x86-64-v3")


def missing(proc: Path = Path("/proc")) -> tuple[str, ...]:
    """Instructions the engines need and this machine lacks. Empty where neither the kernel nor glibc can be asked."""
    kernel, usable = _flags(proc), _usable()
    return tuple(
        name
        for name in sorted(_NEEDED)
        if (kernel is not None and name not in kernel) or (usable is not None and name not in usable)
    )


def require_engines() -> None:
    """Raises HostRefused where an engine would be killed by its first instruction. Costs well under a millisecond."""
    lacking = missing()
    if lacking:
        raise HostRefused(f"this processor lacks {', '.join(lacking)}, which the database engines need", hint=_ADVICE)


def _flags(proc: Path) -> frozenset[str] | None:
    """What the kernel lets programs use (a kernel can mask instructions); None without a cpuinfo of this architecture."""
    with contextlib.suppress(OSError), (proc / "cpuinfo").open(encoding="ascii", errors="replace") as stream:
        for line in stream.read(_FIRST_BLOCK).splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "flags":
                return frozenset(value.split())
    return None


def _usable() -> frozenset[str] | None:
    """What glibc (2.33 and newer) found usable by asking the processor; right even in emulators, where /proc is the host's."""
    try:
        leaf = ctypes.CDLL(None).__x86_get_cpuid_feature_leaf
    except (AttributeError, OSError):
        return None
    leaf.restype = ctypes.POINTER(_Leaf)
    leaf.argtypes = [ctypes.c_uint]
    return frozenset(name for name, (index, register, bit) in _NEEDED.items() if leaf(index).contents.active[register] >> bit & 1)
