"""`frostbyte policy`: the gates on text of your own, nothing stored."""

from __future__ import annotations

import json
from pathlib import Path

import click

from frostbyte.cli.options import Cli, local
from frostbyte.errors import UsageError


@click.group()
def policy() -> None:
    """Dry-run the policy gates; nothing is stored."""


@policy.command()
@click.argument("file", type=click.Path(path_type=Path))
@local
def scan(cli: Cli, file: Path) -> None:
    """Judge each line of FILE, JSON Lines of {"id", "text"[, "filename"]}. Prints a JSON line each; spans, never the text."""
    from frostbyte.policy import scan as judge

    try:
        stream = file.open(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot read {str(file)!r}: {error.strerror}") from error
    with stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                identity, text, filename = row["id"], row["text"], row.get("filename", "")
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise UsageError(f"{str(file)!r} line {number} is not an object with id and text") from error
            if not isinstance(text, str) or not isinstance(filename, str):
                raise UsageError(f"{str(file)!r} line {number}: text and filename are strings")
            click.echo(json.dumps({"id": identity, **judge(text, filename)}, ensure_ascii=False))


COMMANDS = {"policy": policy}
