"""`frostbyte parse`: what would be extracted from a file."""

from __future__ import annotations

import os
from pathlib import Path

import click

from frostbyte.cli.options import Cli, local, require_engines
from frostbyte.errors import UsageError


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
    from frostbyte.contract.receipts import ManifestFile
    from frostbyte.intake import admit
    from frostbyte.parse import ParseJob
    from frostbyte.parse.markdown import render
    from frostbyte.parse.worker import Worker

    require_engines()
    entry = _describe(file)
    admission = admit(ManifestFile.from_json(entry), file, TenantConfig())
    if admission.status != "accepted" or admission.mime_type is None:
        raise UsageError(f"{str(file)!r} would be rejected: {admission.reason}, {admission.message}")
    job = ParseJob(file_id=str(entry["file_id"]), tenant_id="preview", mime_type=admission.mime_type, sha256=str(entry["sha256"]))
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        with Worker() as worker:
            document = worker.parse(descriptor, job, cli.settings.parse_timeout_s)
    finally:
        os.close(descriptor)
    if cli.json or form == "json":
        cli.emit(document.to_json())
    else:
        click.echo(render(document))


def _describe(file: Path) -> dict[str, str | int]:
    """The manifest entry this file would have."""
    import hashlib

    from frostbyte.contract.formats import MIME_BY_EXTENSION

    digest = hashlib.sha256()
    try:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
            size = stream.tell()
    except OSError as error:
        raise UsageError(f"cannot read {str(file)!r}: {error.strerror}") from error
    mime = MIME_BY_EXTENSION.get(file.suffix.lower(), "application/octet-stream")
    return {"file_id": file.name, "filename": file.name, "mime_type": mime, "size_bytes": size, "sha256": digest.hexdigest()}


COMMANDS = {"parse": parse}
