"""The man page, written from the commands themselves: what it says of a command is what the command says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from frostbyte import __version__
from frostbyte.cli.main import COMMANDS, root

PLACE = "share/man/man1/frostbyte.1"

ENVIRONMENT = {
    "FROSTBYTE_HOME": "The appliance's home; else $XDG_DATA_HOME/frostbyte, else ~/.local/share/frostbyte.",
    "FROSTBYTE_IDENTITY": "File with the operator's age identity, when it is not kept in the home.",
    "FROSTBYTE_PASSPHRASE_FILE": "File whose first line opens (or, at init, seals) the identity.",
    "FROSTBYTE_PASSPHRASE": "The same as a value; a file is better.",
    "FROSTBYTE_RAM_DIR": "A folder on a tmpfs where open vaults lie; else one for each user under /dev/shm.",
    "FROSTBYTE_SWAP": "refuse (the default) or warn when the machine swaps in clear.",
    "FROSTBYTE_MODEL": "The model pack.",
    "FROSTBYTE_PARSE_TIMEOUT_S": "Seconds one document may take to parse, 300 by default.",
    "FROSTBYTE_WORKERS": "Documents parsed at once; else one for each processor, fewer where memory is short.",
    "FROSTBYTE_MALWARE_SCAN": "on (the default) or off: files are then taken in unscanned, and said to be.",
    "FROSTBYTE_CLAMD": "The Unix socket of a ClamAV daemon, asked besides the program's own rules.",
    "FROSTBYTE_RUNTIME_DIR": "Where the single-file program unpacks itself.",
    "FROSTBYTE_DEBUG": "Set to show the trace of an internal error.",
}
_STATUS = {
    0: "all done",
    1: "failed",
    2: "usage: the command line, a configuration or a setting makes no sense",
    3: "done in part: some files were rejected, quarantined or failed",
    4: "checked and found wrong: damage, a mismatch, a bad signature",
    5: "locked by another process",
    6: "refused by state or permission",
    129: "ended by SIGHUP, in order: nothing is left open in RAM, and the same command goes on",
    130: "interrupted (Ctrl-C), likewise",
    143: "ended by SIGTERM, likewise",
}


def page() -> str:
    """The page in roff, for the macros of man(7)."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    # No date: the same program gives the same page.
    yield f'.TH FROSTBYTE 1 "" "frostbyte {_text(__version__)}" "Frostbyte"'
    yield ".SH NAME"
    yield r"frostbyte \- sealed documents in, cited passages with proof out, no network"
    yield ".SH SYNOPSIS"
    yield r"\fBfrostbyte\fR [\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGS\fR]..."
    yield ".SH DESCRIPTION"
    yield from _paragraphs(root.help or "")
    yield ".SH COMMANDS"
    for name in COMMANDS:
        command = root.get_command(_context(root, "frostbyte", None), name)
        if command is not None and not command.hidden:
            yield from _command(command, name, _context(root, "frostbyte", None))
    yield ".SH EXIT STATUS"
    for status, meaning in _STATUS.items():
        yield from (".TP", rf"\fB{status}\fR", _line(meaning))
    yield ".SH ENVIRONMENT"
    for variable, meaning in ENVIRONMENT.items():
        yield from (".TP", rf"\fB{_text(variable)}\fR", _line(meaning))
    yield ".SH FILES"
    yield from (".TP", r"\fI~/.local/share/frostbyte\fR", "The home: keys, tenants, installed model packs.")
    yield from (".TP", r"\fIsettings.toml\fR", "In the home; a flag beats the environment, the environment beats this file.")


def _command(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    context = _context(command, name, parent)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            child = command.get_command(context, below)
            if child is not None and not child.hidden:
                yield from _command(child, below, context)
        return
    yield f".SS {_text(context.command_path)}"
    yield rf"\fB{_text(context.command_path)}\fR {_text(' '.join(command.collect_usage_pieces(context)))}"
    yield ".PP"
    yield from _paragraphs(command.help or "")
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if isinstance(parameter, click.Option) and record is not None and "--help" not in record[0]:
            yield from (".TP", rf"\fB{_text(record[0])}\fR", _line(record[1]))


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    return click.Context(command, info_name=name, parent=parent, **command.context_settings)


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text.replace("\b", "").strip())):
        if number:
            yield ".PP"
        yield _line(" ".join(paragraph.split()))


def _line(text: str) -> str:
    """A line of running text: one that began with a dot or a quote would be taken for a request."""
    made = _text(text)
    return r"\&" + made if made.startswith((".", "'")) else made


def _text(text: str) -> str:
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    return "".join(c if c.isascii() else f"\\[u{ord(c):04X}]" for c in plain)
