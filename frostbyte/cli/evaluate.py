"""`frostbyte eval`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from frostbyte.cli.options import Cli, local, require_engines


@click.command("eval")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--mode", type=click.Choice(["hybrid", "vector", "text"]), default="hybrid", show_default=True, help="How to rank.")
@local
def evaluate(cli: Cli, directory: Path, mode: Any) -> None:
    """Measure retrieval quality on a collection.

    DIR holds corpus.jsonl, queries.jsonl and qrels.tsv. The index is made in RAM; nothing is stored.
    """
    from frostbyte.cli.packs import lazy_embedder
    from frostbyte.retrieve import evaluation
    from frostbyte.vault import RamPolicy
    from frostbyte.vault.ram import scratch

    require_engines()
    collection = evaluation.load(directory)
    with scratch(RamPolicy(root=cli.settings.ram_root, swap=cli.settings.swap)) as place:
        data = evaluation.evaluate(collection, lazy_embedder(cli.settings), place / "collection", mode)
    cli.emit(data, lambda: click.echo("\n".join(f"{name:<14} {value}" for name, value in data.items())))


COMMANDS = {"eval": evaluate}
