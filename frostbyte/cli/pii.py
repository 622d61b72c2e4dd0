"""`frostbyte pii`: the personal data that was taken out."""

from __future__ import annotations

import click

from frostbyte.cli.options import Cli, common, tenant_option
from frostbyte.cli.quarantine import operator, reason_option
from frostbyte.cli.terminal import visible


@click.group()
def pii() -> None:
    """Show personal data that was redacted, with a reason; recorded before it is shown."""


@pii.command()
@click.option("--chunk", "chunk_id", metavar="ID", required=True, help="The indexed chunk.")
@tenant_option
@reason_option
@common
def reveal(cli: Cli, chunk_id: str, tenant_id: str, reason: str) -> None:
    """Show what stood at the redacted spans of a chunk, to who holds the identity.

    The reveal is recorded in the audit chain, with the reason and without the values, before a value is shown.
    """
    from frostbyte import appliance, tenants
    from frostbyte.retrieve.reveal import reveal as run

    with appliance.load(cli.settings).open_vault(tenant_id) as vault:
        tenants.require_active(vault)
        found = run(vault, chunk_id, reason, operator=operator())

    def human() -> None:
        for span in found:
            click.echo(f"{span['type']:<18} {span['start']:>6}-{span['end']:<6} {visible(span['value'])}")
        if not found:
            click.echo("nothing was redacted in this chunk")

    cli.emit({"chunk_id": chunk_id, "redactions": found}, human)


COMMANDS = {"pii": pii}
