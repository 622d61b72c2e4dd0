"""`frostbyte policy`: the gates on text of your own, nothing stored."""

from __future__ import annotations

from pathlib import Path

import click

from frostbyte.cli.options import Cli, local
from frostbyte.cli.terminal import json_text
from frostbyte.errors import UsageError


@click.group()
def policy() -> None:
    """Dry-run the policy gates; nothing is stored."""


@policy.command()
@click.argument("file", type=click.Path(path_type=Path))
@local
def scan(cli: Cli, file: Path) -> None:
    """Judge each line of FILE, JSON Lines of {"id", "text"[, "filename"]}. Prints a JSON line each; spans, never the text."""
    from frostbyte.embed import Heads, shipped_encoder, shipped_encoder_digest, shipped_tagger
    from frostbyte.intake import jsonlines
    from frostbyte.policy import scan as judge

    heads = Heads(lambda texts: shipped_encoder().embed_documents(list(texts)).vectors, shipped_encoder_digest())
    for number, row in jsonlines.read(file):
        if "id" not in row or "text" not in row:
            raise UsageError(f"{str(file)!r} line {number} is not an object with id and text")
        text, filename = row["text"], row.get("filename", "")
        if not isinstance(text, str) or not isinstance(filename, str):
            raise UsageError(f"{str(file)!r} line {number}: text and filename are strings")
        click.echo(json_text({"id": row["id"], **judge(text, filename, shipped_tagger(), heads)}))


COMMANDS = {"policy": policy}
