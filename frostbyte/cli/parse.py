"""`frostbyte parse`: what would be extracted from a file, and how two extractions differ."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frostbyte.cli.options import Cli, common, tenant_for
from frostbyte.cli.terminal import amount, visible
from frostbyte.errors import EXIT_DAMAGED, EXIT_OK, NotFound, ParseFailed, UsageError

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
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text", help="How to print it.")
@click.option("--boxes", is_flag=True, help="With text: say where on its page each element stands.")
@click.option("--diff", "other", metavar="OTHER", type=click.Path(path_type=Path), help="Compare FILE with OTHER, the later one.")
@click.option("--against", metavar="DOC", help="Compare what is stored of DOC (doc_id or file_id) with FILE.")
@tenant_for("--against")
@common
def parse(
    cli: Cli, file: Path | None, form: str, boxes: bool, other: Path | None, against: str | None, tenant_id: str | None
) -> int:
    """Show what would be extracted from a file; nothing is stored.

    Text shows page by page the kind of each element, how it begins, tables, what is hidden, what was left out with its place and
    reason, what is warned of, and what to do. Markdown shows the text whole. JSON is the canonical document of the contract, for
    a tenant named `preview`; what was left out, warned of and hidden stands explained in its `lineage.preview`.

    --diff and --against show how two extractions differ instead: elements that were added, removed, changed or moved, and what is
    left out, hidden or warned of on one side only. --against without FILE reads the sealed original again. Exit status 4 when
    they differ.
    """
    if other is not None and against is not None:
        raise UsageError("--diff and --against exclude each other")
    if (against is None) is not (tenant_id is None):
        raise UsageError("--against and --tenant go together: a document is a tenant's")
    if file is None and against is None:
        raise UsageError("a FILE is needed; only --against goes without one")
    compared = other is not None or against is not None
    if cli.json and form == "markdown":
        raise UsageError("--json and --format markdown exclude each other")
    if compared and (form == "markdown" or boxes):
        raise UsageError("a comparison is shown as text or JSON, without boxes")
    if boxes and (cli.json or form != "text"):
        raise UsageError("--boxes adds to the text; JSON has them anyway")
    as_json = cli.json or form == "json"
    if against is not None and tenant_id is not None:
        return _compare(cli, *_then_and_now(cli, file, against, tenant_id), as_json=as_json)
    assert file is not None
    if other is None:
        _show(cli, file, "json" if as_json else form, boxes=boxes)
        return EXIT_OK
    from frostbyte.contract.config import TenantConfig

    return _compare(cli, *(_file(extract(cli, one, TenantConfig())) for one in (file, other)), as_json=as_json)


@dataclass(frozen=True)
class _Side:
    """One side of a comparison: an extraction, and what to call it."""

    document: CanonicalDocument
    about: dict[str, Any]


def _file(found: Extracted) -> _Side:
    return _Side(found.document, {"filename": str(found.path), "sha256": found.entry.sha256})


def _show(cli: Cli, file: Path, form: str, *, boxes: bool) -> None:
    from frostbyte.cli.parse_text import lines, preview
    from frostbyte.contract.config import TenantConfig
    from frostbyte.parse.markdown import render

    found = extract(cli, file, TenantConfig())
    document = found.document
    if form == "json":
        data = document.to_json()
        data["lineage"]["preview"] = {"filename": found.entry.filename, "mime_type": found.mime_type, **preview(document)}
        cli.emit(data)
    elif form == "text":
        click.echo(visible(found.entry.filename))
        click.echo(f"{found.mime_type}, {amount(found.entry.size_bytes, 'byte')}, sha256 {found.entry.sha256}")
        for line in lines(document, preview(document), width=_width(), boxes=boxes):
            click.echo(line)
    else:
        click.echo("\n".join(visible(line.expandtabs(4)) for line in render(document).split("\n")))


def _compare(cli: Cli, before: _Side, after: _Side, *, as_json: bool) -> int:
    from frostbyte.cli import parse_diff
    from frostbyte.parse.comparison import compare

    found = compare(before.document, after.document)
    sides = [
        {
            **side.about,
            "reader": side.document.lineage.stage1_parser_version,
            "parser": side.document.lineage.stage2_parser_version,
        }
        for side in (before, after)
    ]
    if as_json:
        cli.emit(parse_diff.as_json(found, *sides))
    else:
        for line in parse_diff.lines(found, *sides, width=_width()):
            click.echo(line)
    return EXIT_OK if found.same else EXIT_DAMAGED


def _then_and_now(cli: Cli, file: Path | None, document_id: str, tenant_id: str) -> tuple[_Side, _Side]:
    """A document as it was extracted when it was taken in, and as `file` or its sealed original gives it now. Raises NotFound."""
    from frostbyte import appliance
    from frostbyte.parse import ParseJob
    from frostbyte.parse.worker import Worker
    from frostbyte.pipeline.stages import canonical, original

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        row = vault.catalog.document(document_id) or vault.catalog.document_by_file(document_id)
        if row is None:
            raise NotFound(f"no document {document_id!r} in tenant {tenant_id!r}")
        if row.canonical_sha256 is None:
            raise NotFound(f"nothing is extracted of document {document_id!r}: it is {row.state}")
        before = _Side(canonical(vault, row), {"filename": row.filename, "doc_id": row.doc_id, "sha256": row.sha256})
        config = vault.config()
        descriptor = original(vault, row.sha256) if file is None else None
    if descriptor is None:
        assert file is not None
        now = extract(cli, file, config, tenant_id=tenant_id, file_id=row.file_id)
        if now.entry.sha256 != row.sha256:
            cli.say(f"note: {str(file)!r} is not the file that {row.doc_id} was made from")
        return before, _file(now)
    try:
        job = ParseJob(row.file_id, tenant_id, row.mime_type, row.sha256)
        with Worker() as worker:
            document = worker.parse(descriptor, job, cli.settings.parse_timeout_s)
    except ParseFailed as failure:
        _explain(failure, row.filename)
        raise
    finally:
        os.close(descriptor)
    return before, _Side(document, {"filename": row.filename, "doc_id": row.doc_id, "sha256": row.sha256})


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
        _explain(failure, str(file))
        raise
    return Extracted(file, entry, admission.mime_type, document)


def _width() -> int:
    """Columns to print in: the terminal's, or as many as a line of a file may well have."""
    return max(shutil.get_terminal_size((_WIDTH_OF_A_PIPE, 24)).columns, _NARROWEST) if sys.stdout.isatty() else _WIDTH_OF_A_PIPE


def _explain(failure: ParseFailed, file: str) -> None:
    """Say which file it was, why, and what to do, as an acceptance report does."""
    from frostbyte.pipeline.remedies import message, remediation

    detail = failure.detail or failure.reason
    known = detail if message(detail) != message("") else failure.reason
    failure.message = f"cannot parse {file!r}: {detail}, {message(known)}"
    failure.hint = remediation(known)


COMMANDS = {"parse": parse}
