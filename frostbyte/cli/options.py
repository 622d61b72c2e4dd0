"""The options every command takes, and how a command prints."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from frostbyte.cli.terminal import json_text, visible_lines
from frostbyte.errors import FrostbyteError
from frostbyte.settings import Settings, resolve

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Cli:
    """What a command was told: settings, and whether data goes out as JSON."""

    settings: Settings
    json: bool

    def emit(self, data: Any, human: Callable[[], None] | None = None) -> None:
        """Print `data` as one JSON value on stdout, or call `human` to print it for people."""
        if self.json or human is None:
            click.echo(json_text(data, indent=None if self.json else 1))
        else:
            human()

    def say(self, message: str) -> None:
        """Talk to the person, on stderr."""
        click.echo(visible_lines(message), err=True)


def common(function: Function) -> Function:
    """Add --json, --home and --identity; the command gets a `Cli` as its first argument. For commands that open a vault."""

    @functools.wraps(function)
    def command(json: bool, home: str | None, identity: Path | None, **rest: Any) -> Any:
        settings = resolve(home)
        if identity is not None:
            settings = replace(settings, identity=identity.absolute())
        require_engines()
        return function(Cli(settings, json), **rest)

    for option in (
        click.option(
            "--identity", type=click.Path(path_type=Path), help="File with the operator's age identity (or FROSTBYTE_IDENTITY)."
        ),
        click.option("--home", metavar="DIR", help="Appliance home (or FROSTBYTE_HOME)."),
        click.option("--json", is_flag=True, help="Data as JSON on stdout."),
    ):
        command = option(command)
    return command  # type: ignore[return-value]


def local(function: Function) -> Function:
    """Like `common`, for commands that touch no vault: no --identity."""

    @functools.wraps(function)
    def command(json: bool, home: str | None, **rest: Any) -> Any:
        return function(Cli(resolve(home), json), **rest)

    command = click.option("--home", metavar="DIR", help="Appliance home (or FROSTBYTE_HOME).")(command)
    return click.option("--json", is_flag=True, help="Data as JSON on stdout.")(command)  # type: ignore[return-value]


def _complete_tenant(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Tenants of the home, by their folders: pressing a key opens no vault."""
    with contextlib.suppress(OSError, FrostbyteError):
        folders = (resolve(context.params.get("home")).home / "tenants").iterdir()
        return sorted(
            folder.name for folder in folders if folder.name.startswith(incomplete) and (folder / "vault.json").is_file()
        )
    return []


tenant_option = click.option(
    "--tenant",
    "tenant_id",
    metavar="ID",
    required=True,
    help="The tenant whose vault is used.",
    shell_complete=_complete_tenant,
)


def tenant_for(option: str) -> Callable[[Function], Function]:
    """--tenant for a command that opens a vault only with another option."""
    text = f"With {option}: the tenant whose vault is used."
    return click.option("--tenant", "tenant_id", metavar="ID", help=text, shell_complete=_complete_tenant)


def require_engines() -> None:
    """Refuse on a processor that would kill an engine. Raises HostRefused. Every command that uses one comes by here."""
    from frostbyte.host.processor import require_engines as require

    require()


def on_terminal() -> bool:
    """True where a progress line makes sense."""
    return sys.stderr.isatty()
