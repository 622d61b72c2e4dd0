"""`frostbyte doctor`: is this machine fit?"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from frostbyte.cli.options import Cli, local
from frostbyte.errors import EXIT_FAILED, EXIT_OK


@click.command()
@local
def doctor(cli: Cli) -> int:
    """Check this machine before work, and say what to do.

    Processor, memory, RAM directory, swap, disk, permissions, noexec, clock, locale, kernel, C library, fences, libmagic, malware
    scan, model pack, models of the gates. Exit status 1 when something must be changed; a warning changes nothing.
    """
    from frostbyte.cli.packs import find_pack
    from frostbyte.host.examination import Host, examine
    from frostbyte.vault import RamPolicy

    frozen = bool(getattr(sys, "frozen", False))
    checks = examine(
        Host(
            home=cli.settings.home,
            ram=RamPolicy(root=cli.settings.ram_root, swap=cli.settings.swap),
            pack=find_pack(cli.settings),
            environment=os.environ,
            runtime_directories=runtime_directories(os.environ),
            temporary=Path(os.environ.get("TMPDIR") or "/tmp"),
            identity=cli.settings.identity,
            malware_scan=cli.settings.malware_scan,
            clamd=cli.settings.clamd,
            unpacked=Path(sys.executable).parent if frozen else None,
        )
    )
    failed = [check for check in checks if check.status == "fail"]

    def human() -> None:
        for check in checks:
            click.echo(f"{check.status:<5} {check.name:<20} {check.found}")
            if check.advice:
                click.echo(f"      {'':<20} do: {check.advice}")
        warned = sum(check.status == "warn" for check in checks)
        click.echo(f"{len(checks)} checks, {warned} warnings, {len(failed)} to be changed")

    cli.emit({"fit": not failed, "checks": [check.to_json() for check in checks]}, human)
    return EXIT_FAILED if failed else EXIT_OK


def runtime_directories(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Where the single-file program's launcher looks for a place to unpack, in its order."""
    cache = environment.get("XDG_CACHE_HOME") or ""
    home = environment.get("HOME") or ""
    user = f"frostbyte-{os.geteuid()}"
    return tuple(
        path
        for path in (
            Path(environment["FROSTBYTE_RUNTIME_DIR"]) if environment.get("FROSTBYTE_RUNTIME_DIR") else None,
            Path(cache) / "frostbyte" if cache.startswith("/") else None,
            Path(home) / ".cache" / "frostbyte" if home.startswith("/") and not cache else None,
            Path("/var/tmp") / user,
            Path("/dev/shm") / user,
        )
        if path is not None
    )


COMMANDS = {"doctor": doctor}
