"""`frostbyte parse`: what would be extracted from a file."""

from __future__ import annotations

from pathlib import Path

import click

from frostbyte.cli.options import Cli, local, require_engines
from frostbyte.cli.terminal import visible
from frostbyte.errors import ParseFailed, UsageError


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["json", "markdown"]), default="markdown", show_default=True, help="How to print it."
)
@local
def parse(cli: Cli, file: Path, form: str) -> None:
    """Show what would be extracted from a file; nothing is stored.

    What was dropped and warned about is shown too. JSON is the canonical document of the contract, for a tenant named `preview`.
    """
    from frostbyte.contract.config import TenantConfig
    from frostbyte.intake import admit
    from frostbyte.intake.admit import MEGABYTE
    from frostbyte.intake.drop import describe
    from frostbyte.intake.source import Source, SourceRefused
    from frostbyte.parse import ParseJob
    from frostbyte.parse.markdown import render
    from frostbyte.parse.worker import Worker
    from frostbyte.pipeline.remedies import remediation

    require_engines()
    config = TenantConfig()
    try:
        with Source(file).open() as (descriptor, _):
            entry = describe(file, file.parent, int(config.max_file_size_mb * MEGABYTE))
            admission = admit(entry, file, config)
            if admission.status != "accepted" or admission.mime_type is None:
                raise UsageError(
                    f"{str(file)!r} would be rejected: {admission.reason}, {admission.message}",
                    code=admission.reason,
                    hint=remediation(admission.reason or ""),
                )
            job = ParseJob(
                file_id=entry.file_id, tenant_id="preview", mime_type=admission.mime_type, sha256=entry.sha256
            )
            with Worker() as worker:
                document = worker.parse(descriptor, job, cli.settings.parse_timeout_s)
    except SourceRefused as refusal:
        raise UsageError(f"cannot read {str(file)!r}: {refusal.what}") from refusal
    except ParseFailed as failure:
        _explain(failure, file)
        raise
    if cli.json or form == "json":
        cli.emit(document.to_json())
    else:
        click.echo("\n".join(visible(line.expandtabs(4)) for line in render(document).split("\n")))


def _explain(failure: ParseFailed, file: Path) -> None:
    """Say which file it was, why, and what to do, as an acceptance report does."""
    from frostbyte.pipeline.remedies import message, remediation

    detail = failure.detail or failure.reason
    known = detail if message(detail) != message("") else failure.reason
    failure.message = f"cannot parse {str(file)!r}: {detail}, {message(known)}"
    failure.hint = remediation(known)


COMMANDS = {"parse": parse}
