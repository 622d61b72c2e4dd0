"""`frostbyte verify`: the integrity of everything at rest."""

from __future__ import annotations

from typing import Any

import click

from frostbyte.cli.options import Cli, common
from frostbyte.cli.terminal import visible
from frostbyte.errors import EXIT_DAMAGED, EXIT_OK, Damaged


@click.command()
@click.option("--tenant", "tenant_id", metavar="ID", help="Only this tenant; all of them when absent.")
@click.option("--deep", is_flag=True, help="Also decrypt every sealed object and recompute its hash.")
@common
def verify(cli: Cli, tenant_id: str | None, deep: bool) -> int:
    """Check the integrity of everything at rest.

    Segments, objects, catalog, vectors and audit chain of one vault or of all, and that no tenant's vault is gone. Exit status 4
    when damage is found.
    """
    from frostbyte import appliance

    home = appliance.load(cli.settings)
    lost = home.lost_vaults()
    results = []
    for chosen in [tenant_id] if tenant_id else home.tenant_ids():
        results.append(_damaged(chosen, lost[chosen]) if chosen in lost else _check(home, chosen, deep))
    sound = all(entry["valid"] for entry in results)

    def human() -> None:
        for entry in results:
            click.echo(f"{entry['tenant_id']}: {entry['checked']} files checked, {'sound' if entry['valid'] else 'DAMAGED'}")
            for problem in entry["problems"]:
                click.echo(visible(f"  {problem['where']}: {problem['what']}"))
            for gap in entry["audit"]["breaks"] if entry["audit"] else ():
                click.echo(visible(f"  audit chain at {gap['position']}: {gap['what']}"))

    cli.emit({"valid": sound, "deep": deep, "tenants": results}, human)
    return EXIT_OK if sound else EXIT_DAMAGED


def _damaged(tenant_id: str, what: str) -> dict[str, Any]:
    """The result for a vault that does not open."""
    problems = [{"where": "vault", "what": what}]
    return {"tenant_id": tenant_id, "valid": False, "checked": 0, "audit": None, "problems": problems}


def _check(home: Any, tenant_id: str, deep: bool) -> dict[str, Any]:
    try:
        with home.open_vault(tenant_id) as vault:
            report, chain = vault.verify(deep=deep), vault.verify_audit()
    except Damaged as error:
        return _damaged(tenant_id, error.message)
    problems = [dict(problem) for problem in report.problems]
    return {
        "tenant_id": tenant_id,
        "valid": not problems and chain.valid,
        "checked": report.checked,
        "audit": chain.to_json(),
        "problems": problems,
    }


COMMANDS = {"verify": verify}
