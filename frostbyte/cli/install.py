"""`frostbyte install`, `uninstall`, `verify-install` and `prune-install`.

The single-file program answers the last two in its launcher, before anything unpacked runs: what could be damaged does not judge
itself. Here they are for help, for a source checkout, and for a tree that is started without its launcher.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from frostbyte import __version__
from frostbyte.cli.options import Cli, local
from frostbyte.errors import EXIT_DAMAGED, EXIT_OK, EXIT_PARTIAL, UsageError

EXECUTABLE = "FROSTBYTE_EXECUTABLE"
"""Set by the launcher: the path of the single-file program."""

_prefix = click.option(
    "--prefix", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Where to, such as ~/.local or /usr/local."
)


@click.command()
@_prefix
@click.option("--link", is_flag=True, help="Link to the program where it is, and do not copy it.")
@local
def install(cli: Cli, prefix: Path, link: bool) -> None:
    """Place the program, its man page and completion for bash, zsh and fish.

    From a source checkout everything but the program is placed. The same command again brings an installation up to date.
    """
    from frostbyte.cli import completion, manual
    from frostbyte.installation.placing import Item, install

    prefix = prefix.expanduser().absolute()
    items = [Item(completion.PLACES[shell], completion.script(shell).encode()) for shell in completion.PLACES]
    items.append(Item(manual.PLACE, manual.page().encode()))
    program = _single_file()
    if program is not None:
        items.insert(0, Item("bin/frostbyte", program, 0o755, link=link))
    elif link:
        raise UsageError("--link was given, but this is not the single-file program", hint="leave it out")
    done = install(prefix, items, __version__)
    data = {
        "prefix": str(prefix),
        "version": __version__,
        "written": list(done.written),
        "unchanged": list(done.unchanged),
        "removed": list(done.removed),
    }
    if program is None:
        cli.say("note: this is not the single-file program, so no program was placed")
    elif str(prefix / "bin") not in os.environ.get("PATH", "").split(":"):
        cli.say(f"hint: {prefix / 'bin'} is not on the PATH")

    def human() -> None:
        for what, paths in (("written", done.written), ("unchanged", done.unchanged), ("removed", done.removed)):
            for path in paths:
                click.echo(f"{what:<9} {prefix / path}")

    cli.emit(data, human)


@click.command()
@_prefix
@local
def uninstall(cli: Cli, prefix: Path) -> int:
    """Remove what `install` placed under a prefix, and nothing else.

    Homes, tenants and keys are left alone. Exit status 3 when a file was changed since and is therefore kept.
    """
    from frostbyte.installation.placing import uninstall

    prefix = prefix.expanduser().absolute()
    done = uninstall(prefix)

    def human() -> None:
        for path in done.removed:
            click.echo(f"removed   {prefix / path}")
        for path in done.kept:
            click.echo(f"kept      {prefix / path}: it was changed since it was installed")

    cli.emit({"prefix": str(prefix), "removed": list(done.removed), "kept": list(done.kept)}, human)
    return EXIT_PARTIAL if done.kept else EXIT_OK


@click.command("verify-install")
@local
def verify_install(cli: Cli) -> int:
    """Check the program's own files, the single file and what it was unpacked to.

    Every file is hashed and compared with the list inside. Exit status 4 when one is changed, missing or extra.
    """
    from frostbyte.installation.tree import check_tree

    tree = _unpacked("verified")
    report = check_tree(tree)
    data = {
        "problems": [{"where": f"unpacked:{problem.path}", "what": problem.what} for problem in report.problems],
        "files": report.files,
        "version": __version__,
        "executable": None,
        "unpacked": str(tree),
    }

    def human() -> None:
        for problem in report.problems:
            click.echo(f"unpacked: {problem.path}: {problem.what}")
        if not report.problems:
            click.echo(f"{tree}: all {report.files} files match; the single file was not looked at, since it was not started")

    cli.emit(data, human)
    return EXIT_DAMAGED if report.problems else EXIT_OK


@click.command("prune-install")
@local
def prune_install(cli: Cli) -> None:
    """Remove what other versions were unpacked to, but for those in use."""
    _unpacked("pruned")
    raise UsageError("the program was started from its unpacked tree", hint="start the single file: its launcher does this")


def _unpacked(done: str) -> Path:
    """The tree the frozen program runs from. Raises UsageError in a source checkout, saying what `done` cannot be."""
    if not getattr(sys, "frozen", False):
        raise UsageError(
            f"this is frostbyte {__version__} from a source checkout, in {str(Path(__file__).parents[2])!r}: it was not unpacked "
            f"and cannot be {done}",
            hint="only the program that `./run build` makes can be",
        )
    return Path(sys.executable).parent


def _single_file() -> Path | None:
    """The single-file program this process was started from; None in a checkout, or from the unpacked tree itself."""
    said = os.environ.get(EXECUTABLE)
    if not getattr(sys, "frozen", False) or not said:
        return None
    path = Path(said)
    return path if path.is_absolute() and path.is_file() else None


COMMANDS = {"install": install, "uninstall": uninstall, "verify-install": verify_install, "prune-install": prune_install}
