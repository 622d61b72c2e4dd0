"""`frostbyte ingest`."""

from __future__ import annotations

from pathlib import Path

import click

from frostbyte.cli.options import Cli, common, on_terminal, tenant_option
from frostbyte.cli.terminal import visible
from frostbyte.errors import EXIT_OK, EXIT_PARTIAL
from frostbyte.settings import MOST_WORKERS


class _Line:
    """One progress line on a terminal; a line a file elsewhere would drown a log, so there is silence."""

    def __init__(self) -> None:
        self._total = 0
        self._done = 0
        self._line = ""

    def start(self, total: int) -> None:
        self._total = total

    def stage(self, file_id: str, filename: str, stage: str) -> None:
        width = 24
        filled = width * self._done // max(self._total, 1)
        name = filename if len(filename) <= 40 else filename[:37] + "..."
        self._line = f"[{'#' * filled}{'.' * (width - filled)}] {self._done}/{self._total} {stage:<7} {visible(name)}"
        click.echo(f"\r\x1b[2K{self._line}", err=True, nl=False)

    def within(self, done: int, total: int) -> None:
        click.echo(f"\r\x1b[2K{self._line} {100 * done // max(total, 1)} %", err=True, nl=False)

    def finished(self, file_id: str, filename: str, outcome: str) -> None:
        self._done += 1
        if self._done >= self._total:
            click.echo("\r\x1b[2K", err=True, nl=False)

    def waiting(self, seconds: float, files: int) -> None:
        click.echo(f"\r\x1b[2Ktrying again in {seconds:.0f} s", err=True, nl=False)


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@tenant_option
@click.option("--batch-id", metavar="X", help="Use this batch id where a manifest has to be made.")
@click.option(
    "--workers",
    type=click.IntRange(1, MOST_WORKERS),
    metavar="N",
    help="Parse so many files at once (or FROSTBYTE_WORKERS); else one for each processor.",
)
@common
def ingest(cli: Cli, path: Path, tenant_id: str, batch_id: str | None, workers: int | None) -> int:
    """Take in a drop: a folder with a manifest, any folder, or one file.

    The same command again finishes a batch that was interrupted, and changes nothing when it was complete.
    Files that were rejected, held or failed are tried again under a new batch id.
    Exit status 3 when some files were rejected, quarantined or failed.
    """
    from frostbyte import appliance, tenants
    from frostbyte.cli.malware import malware_scan
    from frostbyte.cli.packs import lazy_embedder
    from frostbyte.cli.report import show_report
    from frostbyte.host import capacity
    from frostbyte.intake.drop import load as load_drop
    from frostbyte.parse.workers import Workers
    from frostbyte.pipeline import Silent
    from frostbyte.pipeline import ingest as run

    home = appliance.load(cli.settings)
    with home.open_vault(tenant_id) as vault:
        tenants.require_active(vault)
        drop = load_drop(path, tenant_id=tenant_id, batch_id=batch_id, config=vault.config())
        with Workers(workers or cli.settings.workers or capacity.parsers()) as parsers, malware_scan(cli.settings) as scan:
            result = run(
                vault,
                drop,
                worker=parsers,
                parsers=parsers.count,
                embedder=lazy_embedder(cli.settings),
                scan=scan,
                progress=_Line() if on_terminal() else Silent(),
                parse_timeout_s=cli.settings.parse_timeout_s,
                model_name=cli.settings.model,
            )
    for sentence in drop.left_out():
        cli.say(f"warning: {sentence}")
    if result.repeated:
        cli.say(f"batch {visible(result.receipt.batch_id)} was taken in before: nothing was stored or indexed again")
        if not result.complete:
            how = "--batch-id and an id of your choice" if drop.made else "a new batch_id in its manifest"
            cli.say(f"hint: not every file of it is indexed; once put right, take the drop in with {how}")
    cli.emit({"batch": result.receipt.to_json(), "report": result.report.to_json()}, lambda: show_report(result.report))
    return EXIT_OK if result.complete else EXIT_PARTIAL


COMMANDS = {"ingest": ingest}
