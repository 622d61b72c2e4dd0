"""Completion scripts for the shells, and where each shell looks for them.

The scripts are click's own, made at installation: they ask the program itself what fits, so they never fall behind it. That
answer needs no command's engine and no network.
"""

from __future__ import annotations

from click.shell_completion import ShellComplete, get_completion_class

from frostbyte.cli.main import root

PROGRAM = "frostbyte"
VARIABLE = "_FROSTBYTE_COMPLETE"
PLACES = {
    "bash": "share/bash-completion/completions/frostbyte",
    "zsh": "share/zsh/site-functions/_frostbyte",
    "fish": "share/fish/vendor_completions.d/frostbyte.fish",
}
"""Under a prefix: where the shells' packages look by themselves when the prefix is a system's or ~/.local."""


def script(shell: str) -> str:
    """The completion script of bash, zsh or fish."""
    kind = get_completion_class(shell)
    assert kind is not None
    # Not kind.source: for bash it starts one to ask its version, and this machine's need not be the one that will complete.
    return ShellComplete.source(kind(root, {}, PROGRAM, VARIABLE))
