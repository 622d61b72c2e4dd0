"""`frostbyte version`."""

from __future__ import annotations

import click

from frostbyte import __version__
from frostbyte.cli.options import Cli, local


@click.command()
@local
def version(cli: Cli) -> None:
    """Show version, git revision and model pack."""
    from frostbyte.cli.packs import describe, find_pack
    from frostbyte.program import revision

    pack = describe(find_pack(cli.settings))
    data = {"version": __version__, "revision": revision(), "model": pack}
    cli.emit(
        data,
        lambda: click.echo(
            f"frostbyte {__version__} ({data['revision']})\nmodel {pack['name']} {pack['version']} {pack['digest']}"
        ),
    )


COMMANDS = {"version": version}
