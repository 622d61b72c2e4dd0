"""`frostbyte quarantine`: what the gates hold, and its ways out."""

from __future__ import annotations

import os
from pathlib import Path

import click

from frostbyte.cli.options import Cli, common, tenant_option
from frostbyte.cli.terminal import amount, json_text, visible
from frostbyte.errors import EXIT_OK, EXIT_PARTIAL

reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why; it is written in the audit chain.")


@click.group()
def quarantine() -> None:
    """List, inspect, release or erase what the gates hold."""


@quarantine.command("list")
@tenant_option
@common
def list_held(cli: Cli, tenant_id: str) -> None:
    """List documents that are held whole and documents of which chunks are held, with the reason."""
    from frostbyte import appliance
    from frostbyte.pipeline.quarantine import held

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        data = [entry.to_json() for entry in held(vault)]

    def human() -> None:
        for entry in data:
            what = "whole" if entry["held"] == "document" else amount(len(entry["chunk_ids"]), "chunk")
            click.echo(f"{entry['doc_id']}  {what:<10} {entry['reason']:<22} {visible(entry['original_filename'])}")
        click.echo(f"{amount(len(data), 'document')} held")

    cli.emit({"held": data}, human)


@quarantine.command("show")
@click.argument("resource", metavar="ID")
@tenant_option
@common
def show_held(cli: Cli, resource: str, tenant_id: str) -> None:
    """Show what is held under a doc_id, file_id or chunk_id: the beginnings of its chunks, escaped.

    What stands there may be an attack on whoever or whatever reads it. Give it to no language model.
    """
    from frostbyte import appliance
    from frostbyte.pipeline.quarantine import find, show

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        data = show(find(vault, resource))
    cli.emit(data, lambda: click.echo(json_text(data, indent=2)))


@quarantine.command()
@click.argument("resource", metavar="ID")
@tenant_option
@reason_option
@common
def release(cli: Cli, resource: str, tenant_id: str, reason: str) -> int:
    """Take what is held under a doc_id, file_id or chunk_id through embedding and into the index.

    A document held for its personal data is released with that redacted. Exit status 3 when another gate then holds it.
    The same command again finishes a release that was interrupted.
    """
    from frostbyte import appliance, tenants
    from frostbyte.cli.packs import lazy_embedder
    from frostbyte.pipeline import quarantine as held

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        tenants.require_active(vault)
        work = held.work_of(vault, lazy_embedder(cli.settings), model_name=cli.settings.model)
        row = held.release(work, resource, reason, operator())
    said = "released and indexed" if row.outcome == "indexed" else f"still held: {row.reason}"
    cli.emit({"doc_id": row.doc_id, "outcome": row.outcome, "reason": row.reason}, lambda: click.echo(f"{row.doc_id} {said}"))
    return EXIT_OK if row.outcome == "indexed" else EXIT_PARTIAL


@quarantine.command()
@click.argument("resource", metavar="ID")
@tenant_option
@reason_option
@common
def erase(cli: Cli, resource: str, tenant_id: str, reason: str) -> None:
    """Remove a held document for good, by doc_id or file_id: its original, its text, and what of it is indexed.

    Its row and its audit events stay. There is no way back but the vendor's own copy.
    """
    from frostbyte import appliance, tenants
    from frostbyte.cli.packs import lazy_embedder
    from frostbyte.pipeline import quarantine as held

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        tenants.require_active(vault)
        now = held.erase(held.work_of(vault, lazy_embedder(cli.settings)), resource, reason, operator())
    said = "erased" if now else "was erased before"
    cli.emit({"id": resource, "erased_now": now}, lambda: click.echo(f"{visible(resource)} {said}"))


def operator(accounts: Path = Path("/etc/passwd")) -> str:
    """Who sits at the keyboard, as this machine knows them: the identity opens the vault, this names the person.

    The file is read, and `getpwuid` is not asked: that may ask a daemon, and the daemon a directory server over the network.
    """
    uid = str(os.getuid())
    try:
        rows = [line.split(":") for line in accounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        rows = []
    return next((row[0] for row in rows if len(row) > 2 and row[2] == uid and row[0]), f"uid {uid}")


COMMANDS = {"quarantine": quarantine}
