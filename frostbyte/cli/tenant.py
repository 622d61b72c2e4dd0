"""`frostbyte tenant`: create, list, show, config."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from frostbyte.cli.options import Cli, common
from frostbyte.cli.terminal import json_text, visible
from frostbyte.errors import EXIT_DAMAGED, EXIT_OK, UsageError


@click.group()
def tenant() -> None:
    """Create, list, show and configure tenants."""


@tenant.command()
@click.argument("name")
@click.option("--id", "tenant_id", metavar="ID", help="Tenant id; made from the name when absent.")
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="JSON file with configuration fields.")
@click.option("--contact-email", metavar="ADDRESS", help="Who answers for this tenant.")
@click.option("--tier", type=click.Choice(["standard", "premium", "enterprise"]), help="Service tier of the contract.")
@common
def create(cli: Cli, name: str, tenant_id: str | None, config_file: Path | None, contact_email: str | None, tier: Any) -> None:
    """Create a tenant: its keys, its sealed vault, its audit chain."""
    from frostbyte import appliance, tenants

    config = _read_config(config_file) if config_file else {}
    record = tenants.create(
        appliance.load(cli.settings), name, tenant_id=tenant_id, config=config, contact_email=contact_email, tier=tier
    )
    cli.emit(record.to_json(), lambda: click.echo(f"tenant {record.tenant_id} is {record.state}"))


@tenant.command("list")
@common
def list_(cli: Cli) -> int:
    """List the tenants of this home. Exit status 4 when the vault of one is gone."""
    from frostbyte import appliance

    home = appliance.load(cli.settings)
    records, lost = home.registry().values(), home.lost_vaults()

    def human() -> None:
        for record in records:
            click.echo(f"{record.tenant_id:<24} {record.state:<14} {visible(record.tenant_name)}")

    cli.emit({"tenants": [record.to_json() for record in records]}, human)
    for tenant_id, what in lost.items():
        cli.say(f"tenant {tenant_id!r}: {what}")
    return EXIT_DAMAGED if lost else EXIT_OK


@tenant.command()
@click.argument("tenant_id", metavar="ID")
@common
def show(cli: Cli, tenant_id: str) -> None:
    """Show a tenant: state, configuration, usage."""
    from frostbyte import appliance, tenants

    _emit(cli, tenants.show(appliance.load(cli.settings), tenant_id).to_json())


@tenant.command()
@click.argument("tenant_id", metavar="ID")
@click.option(
    "--set", "assignments", multiple=True, metavar="FIELD=JSON", help="Change a field, e.g. --set 'pii_policy=\"block\"'."
)
@click.option("--file", "config_file", type=click.Path(path_type=Path), help="JSON file with the fields to change.")
@common
def config(cli: Cli, tenant_id: str, assignments: tuple[str, ...], config_file: Path | None) -> None:
    """Show a tenant's configuration, or change fields of it; changes apply to documents taken in afterwards."""
    from frostbyte import appliance, tenants

    patch = _read_config(config_file) if config_file else {}
    for assignment in assignments:
        field, equals, value = assignment.partition("=")
        if not equals:
            raise UsageError(f"--set {assignment!r} is not FIELD=JSON")
        try:
            patch[field] = json.loads(value)
        except ValueError:
            patch[field] = value  # a bare word is a string: pii_policy=block
    home = appliance.load(cli.settings)
    record = tenants.update_config(home, tenant_id, patch) if patch else tenants.show(home, tenant_id)
    _emit(cli, record.to_json() if patch else {"config": record.to_json()["config"], "config_version": record.config_version})


def _emit(cli: Cli, data: dict[str, Any]) -> None:
    cli.emit(data, lambda: click.echo(json_text(data, indent=2)))


def _read_config(path: Path) -> dict[str, Any]:
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read configuration {str(path)!r}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"configuration {str(path)!r} is not JSON") from error
    if not isinstance(loaded, dict):
        raise UsageError(f"configuration {str(path)!r} is not a JSON object")
    return loaded


COMMANDS = {"tenant": tenant}
