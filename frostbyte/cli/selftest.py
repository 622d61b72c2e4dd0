"""`frostbyte selftest`: the whole program, tried on this machine."""

from __future__ import annotations

import click

from frostbyte.cli.options import Cli, local, require_engines
from frostbyte.errors import EXIT_DAMAGED, EXIT_OK


@click.command()
@local
def selftest(cli: Cli) -> int:
    """Try the whole program on this machine: create, ingest, search, verify, remove.

    Everything happens in a temporary home in the RAM directory; your own home is not touched. Exit status 4 when a step fails.
    """
    require_engines()
    from frostbyte.cli.packs import lazy_embedder
    from frostbyte.selftest import Step, Trial, run
    from frostbyte.vault import RamPolicy

    trial = Trial(
        ram=RamPolicy(root=cli.settings.ram_root, swap=cli.settings.swap),
        embedder=lazy_embedder(cli.settings),
        model=cli.settings.model,
        parse_timeout_s=cli.settings.parse_timeout_s,
    )
    steps: list[Step] = []
    for step in run(trial):
        steps.append(step)
        if not cli.json:
            click.echo(f"{'ok' if step.ok else 'FAIL':<5} {step.name:<7} {step.seconds:>7.2f} s  {step.detail}")
            if step.hint:
                click.echo(f"      do: {step.hint}")
    passed = all(step.ok for step in steps)
    cli.emit(
        {"passed": passed, "steps": [step.to_json() for step in steps]}, lambda: click.echo("passed" if passed else "FAILED")
    )
    return EXIT_OK if passed else EXIT_DAMAGED


COMMANDS = {"selftest": selftest}
