"""Places on this machine: the RAM directory, swap, the home and its disk, and where the program itself is unpacked."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from frostbyte.errors import HostRefused
from frostbyte.host.found import Found, fail, ok, size, warn
from frostbyte.vault.ram import RamPolicy, check_swap, scratch

_LEAST_RAM = 16_000_000  # the trial of `selftest` passes in 4 MB; a vault of a few hundred passages wants more
_GOOD_RAM = 512_000_000
_LEAST_DISK = 100_000_000
_GOOD_DISK = 2_000_000_000
_LEAST_INODES = 1000
UNPACKED_BYTES = 730_000_000
"""What the unpacked program takes on a disk."""


def ram_directory(policy: RamPolicy) -> Found:
    """The directory where vaults lie open. It is really made and wiped again, by the code that every command uses."""
    where = policy.root or Path(f"/dev/shm/frostbyte-ram-{os.getuid()}")
    try:
        with scratch(RamPolicy(root=policy.root, swap="warn")) as place:
            room = os.statvfs(place)
    except HostRefused as error:
        return fail(error.message, error.hint or "name a directory on a tmpfs with FROSTBYTE_RAM_DIR")
    total, free = room.f_blocks * room.f_frsize, room.f_bavail * room.f_frsize
    text = f"{where}: {size(free)} free of {size(total)}"
    advice = "enlarge it (mount -o remount,size=2G /dev/shm), or name another tmpfs with FROSTBYTE_RAM_DIR"
    if free < _LEAST_RAM:
        return fail(text, advice)
    if free < _GOOD_RAM:
        return warn(text, f"enough for about {free // 4096 // 1000 * 1000} passages; {advice}")
    return ok(text)


def swap(policy: RamPolicy, proc: Path, sys: Path) -> Found:
    """Swap areas that could write the RAM directory to a disk in clear."""
    areas = check_swap(RamPolicy(root=policy.root, swap="warn"), proc=proc, sys=sys)
    if not areas:
        return ok("none, or none that is in clear")
    text = f"in clear: {', '.join(areas)}"
    advice = "switch it off (swapoff -a), put it on dm-crypt or zram, or mount the RAM directory with noswap"
    return fail(text, advice) if policy.swap == "refuse" else warn(f"{text}; the setting lets it pass", advice)


def disk(home: Path) -> Found:
    """Room for the home: where it is, or on the disk where it would be made."""
    place = _nearest(home)
    room = os.statvfs(place)
    free = room.f_bavail * room.f_frsize
    text = f"{place}: {size(free)} free"
    if room.f_flag & os.ST_RDONLY:
        return fail(f"{place} is mounted read-only", "mount it writable, or name another home with --home")
    if free < _LEAST_DISK or (room.f_files and room.f_favail < _LEAST_INODES):
        return fail(f"{text}, {room.f_favail} inodes", "make room, or name a home on another disk with --home")
    if free < _GOOD_DISK:
        return warn(text, "a vault holds every original: make room for the documents, and as much again")
    return ok(text)


def home(home: Path, identity: Path | None = None) -> Found:
    """Owner and mode of the home, its keys and its tenants' folders: nobody else may read or change any of it."""
    if not home.exists():
        place = _nearest(home)
        if not os.access(place, os.W_OK | os.X_OK):
            return fail(f"{home} does not exist and cannot be made in {place}", "name another home with --home")
        return ok(f"{home} does not exist yet, and can be made")
    wrong = [what for path, forbidden in _private(home, identity) if (what := _exposed(path, forbidden))]
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        return fail("; ".join(wrong[:3]) + more, "chown them to the user who runs frostbyte, and chmod -R go= the home")
    if not os.access(home, os.W_OK | os.X_OK):
        return fail(f"{home} cannot be written", "run frostbyte as the user who owns the home")
    return ok(f"{home}: this user's alone")


def unpacking(candidates: Sequence[Path], unpacked: Path | None = None) -> Found:
    """Where the single-file program can unpack itself and run. `unpacked` is where it did; None in a source checkout."""
    usable, refused = [], []
    for path in candidates:
        why = _cannot_run_in(path)
        (refused.append(f"{path} ({why})") if why else usable.append(path))
    if unpacked is not None:
        return ok(f"runs from {unpacked}; {'not in ' + ', '.join(refused) if refused else 'every other place would do too'}")
    text = f"usable: {', '.join(map(str, usable)) or 'none'}{'; not: ' + ', '.join(refused) if refused else ''}"
    if not usable:
        advice = f"give the single-file program {size(UNPACKED_BYTES)} where files may be executed, with FROSTBYTE_RUNTIME_DIR"
        return warn(text, advice)
    return ok(text)


def temporary(place: Path) -> Found:
    """The system's temporary directory. Nothing is written to it; it is looked at because hardened systems restrict it."""
    try:
        flags = os.statvfs(place).f_flag
    except OSError as error:
        return ok(f"{place}: {error.strerror}; not needed")
    noted = [name for bit, name in ((os.ST_NOEXEC, "noexec"), (os.ST_RDONLY, "read-only")) if flags & bit]
    return ok(f"{place}{': ' + ', '.join(noted) if noted else ''}; not needed")


def _nearest(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    return next(place for place in (path, *path.parents) if place.exists())


def _private(home: Path, identity: Path | None) -> Iterator[tuple[Path, int]]:
    """What belongs to the home, each with the mode bits that others may not have on it. What is public may still be read."""
    yield home, 0o077
    for name in ("keys", "tenants", "registry.age", "settings.toml"):
        yield home / name, 0o077
    yield home / "appliance.json", 0o022
    for folder in (home / "keys", home / "tenants"):
        if folder.is_dir() and os.access(folder, os.R_OK | os.X_OK):
            for path in sorted(folder.iterdir()):
                yield path, 0o022 if path.suffix == ".pub" else 0o077
    if identity is not None:
        yield identity, 0o077


def _exposed(path: Path, forbidden: int) -> str | None:
    """What is wrong with one file's owner or mode; None for one that is not there."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"{path}: {error.strerror}"
    if status.st_uid != os.getuid():
        return f"{path} belongs to uid {status.st_uid}"
    if not stat.S_ISLNK(status.st_mode) and status.st_mode & forbidden:
        return f"{path} has mode {stat.S_IMODE(status.st_mode):04o}"
    return None


def _cannot_run_in(path: Path) -> str | None:
    place = _nearest(path)
    try:
        room = os.statvfs(place)
        status = place.stat()
    except OSError as error:
        return error.strerror
    if room.f_flag & os.ST_NOEXEC:
        return "noexec"
    if room.f_flag & os.ST_RDONLY:
        return "read-only"
    if not os.access(place, os.W_OK | os.X_OK):
        return "not writable"
    if place == path and (status.st_uid != os.getuid() or status.st_mode & 0o022):
        return "writable by others"
    if room.f_bavail * room.f_frsize < UNPACKED_BYTES:
        return f"{size(room.f_bavail * room.f_frsize)} free"
    return None
