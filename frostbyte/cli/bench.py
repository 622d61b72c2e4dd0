"""`frostbyte bench`."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import click

from frostbyte.cli.options import Cli, local, require_engines


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--output", type=click.Path(path_type=Path), help="Also write the figures to this file as JSON.")
@click.option("--size", "sizes", type=click.IntRange(100), multiple=True, help="Chunks in the scale benchmark; may be repeated.")
@local
def bench(cli: Cli, names: tuple[str, ...], output: Path | None, sizes: tuple[int, ...]) -> None:
    """Measure this machine; ratios within one run.

    NAME is ingest, embed, gates, commit, scale or program; all of them when absent. With FROSTBYTE_BENCH_PYTHON naming an
    interpreter that has sentence-transformers, embedding is compared with it; with FROSTBYTE_BENCH_BINARY naming the program
    as one file, its size and its starts are measured beside this installation's.
    """
    from frostbyte.benchmark import Bench, run
    from frostbyte.cli.packs import lazy_embedder
    from frostbyte.parse.worker import Worker
    from frostbyte.vault import RamPolicy

    require_engines()
    peer, one_file = os.environ.get("FROSTBYTE_BENCH_PYTHON"), os.environ.get("FROSTBYTE_BENCH_BINARY")
    # $TMPDIR moves into RAM once a vault opens; what is measured at rest must be on a disk, so the place is chosen now.
    work = Path(tempfile.mkdtemp(prefix="frostbyte-bench-", dir=Path.cwd()))
    try:
        data = run(
            names,
            Bench(
                ram=RamPolicy(root=cli.settings.ram_root, swap=cli.settings.swap),
                work=work,
                embedder=lazy_embedder(cli.settings),
                say=cli.say,
                worker=Worker,
                peer_python=Path(peer) if peer else None,
                one_file=Path(one_file).resolve() if one_file else None,
                sizes=sizes or (1_000, 10_000, 100_000),
            ),
        )
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    cli.emit(data, lambda: _show(data))


def _show(value: Any, indent: int = 0, name: str = "") -> None:
    pad = "  " * indent
    if isinstance(value, dict) and "bar" in value:
        click.echo(f"{pad}{name:<34} {value['figure']:<10} bar {value['bar']:<8} {'met' if value['met'] else 'NOT MET'}")
    elif isinstance(value, dict):
        if name:
            click.echo(f"{pad}{name}")
        for key, inner in value.items():
            _show(inner, indent + (1 if name else 0), key)
    else:
        click.echo(f"{pad}{name:<34} {value}")


COMMANDS = {"bench": bench}
