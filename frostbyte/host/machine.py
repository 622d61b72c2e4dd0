"""Memory, kernel, C library, clock and locale."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from frostbyte.host.found import Found, fail, ok, size, warn

# An ingest of the example drop peaks at 0.53 GB in its larger process; the parser child may take 1.5 GB for one hostile
# document, and an open vault lies in RAM besides.
_LEAST_MEMORY = 1_000_000_000
_GOOD_MEMORY = 4_000_000_000
_FREE_MEMORY = 2_000_000_000
_LEAST_KERNEL = (3, 17)  # memfd_create: how a document is given to the parser child
_GOOD_KERNEL = (5, 13)  # Landlock
_LEAST_GLIBC = (2, 28)  # the wheels' floor
_SKEW = timedelta(minutes=10)
_YEARS_OF_USE = timedelta(days=365 * 20)


def memory(proc: Path) -> Found:
    """Size of memory, and how much of it can be had now without swapping."""
    values = {
        name: int(value.split()[0]) * 1024
        for name, _, value in (line.partition(":") for line in (proc / "meminfo").read_text("ascii").splitlines())
        if value.split()[:1] and value.split()[0].isdigit()
    }
    total, free = values["MemTotal"], values.get("MemAvailable", values.get("MemFree", 0))
    text = f"{size(total)}, {size(free)} available"
    if total < _LEAST_MEMORY:
        return fail(text, f"use a machine with at least {size(_LEAST_MEMORY)}; {size(_GOOD_MEMORY)} is comfortable")
    if total < _GOOD_MEMORY or free < _FREE_MEMORY:
        return warn(text, f"large scans and large vaults may not fit: {size(_FREE_MEMORY)} available is comfortable")
    return ok(text)


def kernel(release: str) -> Found:
    """The kernel by its release, such as `5.10.0-28-amd64`."""
    found = re.match(r"(\d+)\.(\d+)", release)
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    if version < _LEAST_KERNEL:
        return fail(f"Linux {release}", f"use Linux {_GOOD_KERNEL[0]}.{_GOOD_KERNEL[1]} or newer: this one has no memfd_create")
    if version < _GOOD_KERNEL:
        return warn(f"Linux {release}", "Linux 5.13 or newer can fence the parser child in with Landlock")
    return ok(f"Linux {release}")


def c_library() -> Found:
    """The C library this process runs on."""
    try:
        name = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (ValueError, OSError):
        name = ""
    return glibc(name)


def glibc(name: str) -> Found:
    """A C library by the name it gives itself, such as `glibc 2.36`; other libraries give none."""
    found = re.fullmatch(r"glibc (\d+)\.(\d+)", name)
    needed = f"{_LEAST_GLIBC[0]}.{_LEAST_GLIBC[1]}"
    if not found:
        return fail("not the GNU C library", f"use a system with glibc {needed} or newer (Debian 11, RHEL 8, Ubuntu 20.04)")
    if (int(found[1]), int(found[2])) < _LEAST_GLIBC:
        return fail(name, f"use a system with glibc {needed} or newer (Debian 11, RHEL 8, Ubuntu 20.04)")
    return ok(name)


def clock(now: datetime, built: datetime, home: Path) -> Found:
    """The time of day: not before this program was built, nor before this home was last written, nor absurdly late.

    Receipts and audit events carry this clock's time. Without a network nobody sets it but the operator.
    """
    text = now.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    advice = "set the clock (date -s, hwclock --systohc) before anything is recorded"
    if now < built - _SKEW:
        return fail(f"{text}, before this program was built ({built:%Y-%m-%d})", advice)
    written = _last_written(home)
    if written is not None and now < written - _SKEW:
        return fail(f"{text}, before the home was last written ({written:%Y-%m-%d %H:%M} UTC)", advice)
    if now > built + _YEARS_OF_USE:
        return warn(f"{text}, more than twenty years after this program was built", "check the clock; use a newer program")
    return ok(text)


def built(package: Path, fallback: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> datetime:
    """When the program was built: the stamp `BUILT` (an ISO date) that a build leaves in the package, else a date in its past."""
    with contextlib.suppress(OSError, ValueError):
        moment = datetime.fromisoformat((package / "BUILT").read_text("ascii").strip())
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return fallback


def locale(environment: Mapping[str, str], encoding: str | None = None) -> Found:
    """How file names become text. Python takes UTF-8 where no locale is set; another locale's encoding loses names."""
    chosen = next((environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), "none set")
    used = encoding or sys.getfilesystemencoding()
    if used.lower().replace("-", "") != "utf8":
        return fail(f"{chosen}, file names in {used}", "set LC_ALL=C.UTF-8, or leave it unset")
    return ok(f"{chosen}, file names in UTF-8")


def release() -> str:
    return platform.release()


def _last_written(home: Path) -> datetime | None:
    """When the home was made or last changed, by its own word and by its files' times."""
    moments = []
    for name in ("appliance.json", "registry.age"):
        with contextlib.suppress(OSError):
            moments.append(datetime.fromtimestamp((home / name).stat().st_mtime, UTC))
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        made = datetime.fromisoformat(json.loads((home / "appliance.json").read_text("utf-8"))["created_at"])
        moments.append(made if made.tzinfo else made.replace(tzinfo=UTC))
    return max(moments, default=None)
