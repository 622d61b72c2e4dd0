"""All checks in their order, on one machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from frostbyte.embed.head import shipped_head_dir
from frostbyte.embed.tagger import default_tagger_dir
from frostbyte.host import fences, machine, parts, places, processor, scanner
from frostbyte.host.found import Found, Status, warn
from frostbyte.vault.ram import RamPolicy


@dataclass(frozen=True)
class Host:
    """Where to look. `unpacked` is the folder the frozen program runs from, None in a source checkout."""

    home: Path
    ram: RamPolicy
    pack: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    runtime_directories: tuple[Path, ...] = ()
    temporary: Path = Path("/tmp")
    identity: Path | None = None
    unpacked: Path | None = None
    malware_scan: bool = True
    clamd: Path | None = None
    package: Path = Path(__file__).parent.parent
    proc: Path = Path("/proc")
    sys: Path = Path("/sys")


@dataclass(frozen=True)
class Check:
    """One line of the examination."""

    name: str
    status: Status
    found: str
    advice: str | None

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "status": self.status, "found": self.found, "advice": self.advice}


CHECKS: dict[str, Callable[[Host], Found]] = {
    "cpu": lambda host: processor.check(host.proc),
    "memory": lambda host: machine.memory(host.proc),
    "ram_directory": lambda host: places.ram_directory(host.ram),
    "swap": lambda host: places.swap(host.ram, host.proc, host.sys),
    "disk": lambda host: places.disk(host.home),
    "home": lambda host: places.home(host.home, host.identity),
    "runtime_directory": lambda host: places.unpacking(host.runtime_directories, host.unpacked),
    "temporary_directory": lambda host: places.temporary(host.temporary),
    "clock": lambda host: machine.clock(datetime.now(UTC), machine.built(host.package), host.home),
    "locale": lambda host: machine.locale(host.environment),
    "kernel": lambda host: machine.kernel(machine.release()),
    "glibc": lambda host: machine.c_library(),
    "seccomp": lambda host: fences.seccomp(host.proc),
    "landlock": lambda host: fences.landlock(),
    "namespaces": lambda host: fences.namespaces(),
    "libmagic": lambda host: parts.magic(),
    "malware_scan": lambda host: scanner.check(host.home, host.malware_scan, host.clamd),
    "model": lambda host: parts.model(host.pack),
    "names_model": lambda host: parts.tagger(default_tagger_dir()),
    "classes_model": lambda host: parts.head(shipped_head_dir("classes-1")),
    "injection_model": lambda host: parts.head(shipped_head_dir("injection-1")),
}


def examine(host: Host) -> list[Check]:
    """Every check's answer, in the order of the table. What cannot be looked at is a warning that says so."""
    return [_ask(name, function, host) for name, function in CHECKS.items()]


def _ask(name: str, function: Callable[[Host], Found], host: Host) -> Check:
    try:
        found = function(host)
    except (OSError, KeyError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else type(error).__name__
        found = warn(f"cannot be looked at: {why}", "mount /proc and /sys, and run as the user who will run frostbyte")
    return Check(name, found.status, found.text, found.advice)
