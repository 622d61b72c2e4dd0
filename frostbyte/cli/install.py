"""`frostbyte install`, `uninstall` and `verify-install`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from frostbyte import __version__
from frostbyte.cli.options import Cli, local
from frostbyte.errors import EXIT_DAMAGED, EXIT_OK, EXIT_PARTIAL, UsageError

LAUNCHER = "FROSTBYTE_LAUNCHER"
"""Set by the single-file program's launcher: the path of that file."""

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
@click.option(
    "--checksums", type=click.Path(path_type=Path), help="The SHA256SUMS of the release; the single file must be in it."
)
@local
def verify_install(cli: Cli, checksums: Path | None) -> int:
    """Check the program's own files: the unpacked tree, and the single file it came from.

    Every file is hashed and compared with the manifest inside. Exit status 4 when one is changed, missing or extra.
    """
    from frostbyte.installation.tree import check_tree, is_listed, sha256

    if not getattr(sys, "frozen", False):
        raise UsageError(
            f"this is frostbyte {__version__} from a source checkout, in {str(Path(__file__).parents[2])!r}: it has no manifest "
            "to be checked against",
            hint="only the program that `./run build` makes can be verified",
        )
    tree = Path(sys.executable).parent
    report = check_tree(tree)
    program = _single_file()
    digest = sha256(program) if program is not None else None
    if checksums is not None and (program is None or digest is None):
        raise UsageError("the single file is not known: the program was started from its unpacked tree", hint="start the file")
    listed = is_listed(checksums, program.name, digest) if checksums and program and digest else None
    sound = not report.problems and listed is not False
    data = {
        "valid": sound,
        "version": __version__,
        "tree": {
            "path": str(tree),
            "files": report.files,
            "bytes": report.size,
            "problems": [{"path": problem.path, "what": problem.what} for problem in report.problems],
        },
        "program": None if program is None else {"path": str(program), "sha256": digest, "listed": listed},
    }

    def human() -> None:
        click.echo(f"{tree}: {report.files} files, {report.size / 1e6:.0f} MB, {'whole' if not report.problems else 'NOT WHOLE'}")
        for problem in report.problems:
            click.echo(f"  {problem.path} {problem.what}")
        if program is not None:
            said = {True: "in the list", False: "NOT IN THE LIST", None: "compare it with SHA256SUMS of the release"}[listed]
            click.echo(f"{digest}  {program}: {said}")

    cli.emit(data, human)
    return EXIT_OK if sound else EXIT_DAMAGED


def _single_file() -> Path | None:
    """The single-file program this process was started from; None in a checkout, or from the unpacked tree itself."""
    said = os.environ.get(LAUNCHER)
    if not getattr(sys, "frozen", False) or not said:
        return None
    path = Path(said)
    return path if path.is_absolute() and path.is_file() else None


COMMANDS = {"install": install, "uninstall": uninstall, "verify-install": verify_install}
