"""`frostbyte parity`: the server stack's contracts, run through the product's own code."""

from __future__ import annotations

from pathlib import Path

import click

from frostbyte.cli.options import Cli, local
from frostbyte.cli.terminal import json_text
from frostbyte.errors import EXIT_DAMAGED, EXIT_OK, UsageError


@click.group()
def parity() -> None:
    """Run and compare the server stack's contracts."""


@parity.command()
@click.argument("kind", type=click.Choice(["ids", "injection", "classification", "manifest", "mime", "chunking"]))
@click.argument("inputs", metavar="INPUTS.jsonl", type=click.Path(path_type=Path))
@local
def run(cli: Cli, kind: str, inputs: Path) -> None:
    """Run contract inputs of KIND. Prints a JSON line a row: its id and the result fields of the vectors."""
    from frostbyte import parity as rows

    for result in rows.run(kind, rows.read_rows(inputs), base=inputs.parent):
        click.echo(json_text(result))


@parity.command()
@click.argument("expected", type=click.Path(path_type=Path))
@click.argument("actual", type=click.Path(path_type=Path))
@local
def compare(cli: Cli, expected: Path, actual: Path) -> int:
    """Compare two JSON Lines files row by row, field by field. Exit status 4 on any difference."""
    from frostbyte import parity as rows

    for path in (expected, actual):
        if not path.is_file():
            raise UsageError(f"no file {str(path)!r}")
    data = rows.compare(rows.read_rows(expected), rows.read_rows(actual))
    cli.emit(data, lambda: click.echo(json_text(data, indent=2)))
    return EXIT_OK if data["equal"] else EXIT_DAMAGED


COMMANDS = {"parity": parity}
