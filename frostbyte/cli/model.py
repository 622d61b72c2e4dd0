"""`frostbyte model`: packs verified by hash."""

from __future__ import annotations

from pathlib import Path

import click

from frostbyte.cli.options import Cli, local


@click.group()
def model() -> None:
    """Verify and install embedding model packs."""


@model.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@local
def verify(cli: Cli, directory: Path | None) -> None:
    """Recompute the SHA-256 of every file of a pack; the pack in use when none is given. Exit status 4 when a byte is wrong."""
    from frostbyte.cli.packs import describe, find_pack
    from frostbyte.embed import pack

    found = directory or find_pack(cli.settings)
    pack.verify(found)
    data = describe(found)
    cli.emit(data, lambda: click.echo(f"{data['name']} {data['version']}: every file matches, digest {data['digest']}"))


@model.command()
@click.argument("directory", type=click.Path(path_type=Path))
@local
def install(cli: Cli, directory: Path) -> None:
    """Verify a pack and copy it into the home. Choose it with FROSTBYTE_MODEL; an index never mixes two models."""
    from frostbyte import appliance
    from frostbyte.cli.packs import describe
    from frostbyte.embed import pack

    home = appliance.load(cli.settings).settings.home
    placed = pack.install(directory, home / "models")
    data = describe(placed)
    cli.emit({**data, "directory": str(placed)}, lambda: click.echo(f"installed {data['name']} {data['version']} in {placed}"))


COMMANDS = {"model": model}
