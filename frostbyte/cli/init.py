"""`frostbyte init`."""

from __future__ import annotations

from pathlib import Path

import click

from frostbyte.cli.options import Cli, local


@click.command()
@click.option(
    "--recovery-recipient", "recovery", multiple=True, metavar="AGE1...", help="A second age recipient that can open every vault."
)
@click.option(
    "--identity-out", type=click.Path(path_type=Path), help="Write the identity here (a USB token) and not into the home."
)
@local
def init(cli: Cli, recovery: tuple[str, ...], identity_out: Path | None) -> None:
    """Make an appliance home with its operator identity and signing key.

    With FROSTBYTE_PASSPHRASE_FILE set, the identity is kept in the home sealed by that passphrase.
    """
    from frostbyte.appliance import initialise

    data = initialise(cli.settings, recovery_recipients=recovery, identity_out=identity_out)
    if data["identity_protection"] == "file permissions only":
        cli.say(
            f"warning: the operator identity {data['identity']} lies beside the data it opens; "
            "whoever copies the whole home can read it\n"
            "hint: keep it on removable media (--identity-out) or seal it (FROSTBYTE_PASSPHRASE_FILE)"
        )
    cli.emit(data, lambda: click.echo(f"appliance {data['appliance_id']} in {data['home']}\nidentity  {data['identity']}"))


COMMANDS = {"init": init}
