"""`frostbyte parse`: what would be extracted from a file."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frostbyte.cli.options import Cli, local, require_engines
from frostbyte.cli.terminal import visible
from frostbyte.errors import ParseFailed, UsageError

if TYPE_CHECKING:
    from frostbyte.contract.config import TenantConfig
    from frostbyte.contract.documents import CanonicalDocument
    from frostbyte.contract.receipts import ManifestFile

_WIDTH_OF_A_PIPE = 120
_NARROWEST = 60


@dataclass(frozen=True)
class Extracted:
    """A file as intake and parser found it."""

    path: Path
    entry: ManifestFile
    mime_type: str
    document: CanonicalDocument


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", help="How to print it.")
@click.option("--boxes", is_flag=True, help="With text: say where on its page each element stands.")
@local
def parse(cli: Cli, file: Path, form: str, boxes: bool) -> None:
    """Show what would be extracted from a file; nothing is stored.

    Text shows page by page the kind of each element, how it begins, tables, what is hidden, what was left out with its place and
    reason, what is warned of, and what to do. Markdown shows the text whole. JSON is the canonical document of the contract, for
    a tenant named `preview`; what was left out, warned of and hidden stands explained in its `lineage.preview`.
    """
    from frostbyte.cli.parse_text import lines, preview
    from frostbyte.contract.config import TenantConfig
    from frostbyte.parse.markdown import render

    require_engines()
    found = extract(cli, file, TenantConfig())
    document = found.document
    if cli.json or form == "json":
        data = document.to_json()
        data["lineage"]["preview"] = {"filename": found.entry.filename, "mime_type": found.mime_type, **preview(document)}
        cli.emit(data)
    elif form == "text":
        click.echo(f"{visible(found.entry.filename)}  {found.mime_type}  {found.entry.size_bytes:,} bytes")
        click.echo(f"sha256 {found.entry.sha256}")
        for line in lines(document, preview(document), width=_width(), boxes=boxes):
            click.echo(line)
    else:
        click.echo("\n".join(visible(line.expandtabs(4)) for line in render(document).split("\n")))


def extract(cli: Cli, file: Path, config: TenantConfig, *, tenant_id: str = "preview", file_id: str | None = None) -> Extracted:
    """Admit and parse a file as `ingest` would. Raises UsageError for one that would be rejected, ParseFailed."""
    from frostbyte.intake import admit
    from frostbyte.intake.admit import MEGABYTE
    from frostbyte.intake.drop import describe
    from frostbyte.intake.source import Source, SourceRefused
    from frostbyte.parse import ParseJob
    from frostbyte.parse.worker import Worker
    from frostbyte.pipeline.remedies import remediation

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
                file_id=file_id or entry.file_id, tenant_id=tenant_id, mime_type=admission.mime_type, sha256=entry.sha256
            )
            with Worker() as worker:
                document = worker.parse(descriptor, job, cli.settings.parse_timeout_s)
    except SourceRefused as refusal:
        raise UsageError(f"cannot read {str(file)!r}: {refusal.what}") from refusal
    except ParseFailed as failure:
        _explain(failure, file)
        raise
    return Extracted(file, entry, admission.mime_type, document)


def _width() -> int:
    """Columns to print in: the terminal's, or as many as a line of a file may well have."""
    return max(shutil.get_terminal_size((_WIDTH_OF_A_PIPE, 24)).columns, _NARROWEST) if sys.stdout.isatty() else _WIDTH_OF_A_PIPE


def _explain(failure: ParseFailed, file: Path) -> None:
    """Say which file it was, why, and what to do, as an acceptance report does."""
    from frostbyte.pipeline.remedies import message, remediation

    detail = failure.detail or failure.reason
    known = detail if message(detail) != message("") else failure.reason
    failure.message = f"cannot parse {str(file)!r}: {detail}, {message(known)}"
    failure.hint = remediation(known)


COMMANDS = {"parse": parse}
