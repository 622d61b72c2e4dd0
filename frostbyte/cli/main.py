"""The program's root command, its table of commands, and the mapping from errors to exit statuses.

Commands are imported when used: `--help` and `version` must answer within tens of milliseconds, and one import of LanceDB
costs more than a second.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import logging
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from frostbyte import __version__
from frostbyte.cli.signals import Ending
from frostbyte.cli.terminal import json_text, visible, visible_lines
from frostbyte.errors import EXIT_FAILED, EXIT_HUNG_UP, EXIT_INTERRUPTED, EXIT_TERMINATED, EXIT_USAGE, FrostbyteError

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("frostbyte.cli.init", "Make an appliance home with its operator identity and signing key."),
    "tenant": ("frostbyte.cli.tenant", "Create, list, show and configure tenants."),
    "ingest": ("frostbyte.cli.ingest", "Take in a drop: a folder with a manifest, any folder, or one file."),
    "report": ("frostbyte.cli.report", "Show the acceptance report of a batch."),
    "search": ("frostbyte.cli.search", "Find passages, each with its source, page, span and hash."),
    "document": ("frostbyte.cli.show", "Show a document's metadata and text."),
    "chunk": ("frostbyte.cli.show", "Show a chunk's text, lineage and places in the source."),
    "audit": ("frostbyte.cli.audit", "Read, export and verify the audit chain."),
    "verify": ("frostbyte.cli.verify", "Check the integrity of everything at rest."),
    "policy": ("frostbyte.cli.policy", "Dry-run the policy gates, explain what they said, and judge a batch again."),
    "quarantine": ("frostbyte.cli.quarantine", "List, inspect, release or erase what the gates hold."),
    "review": ("frostbyte.cli.review", "Look at documents whose class is in doubt; confirm it or give another."),
    "pii": ("frostbyte.cli.pii", "Show personal data that was redacted, with a reason; recorded before it is shown."),
    "parse": ("frostbyte.cli.parse", "Show what would be extracted from a file; nothing is stored."),
    "eval": ("frostbyte.cli.evaluate", "Measure retrieval quality on a collection."),
    "parity": ("frostbyte.cli.parity", "Run and compare the server stack's contracts."),
    "malware": ("frostbyte.cli.malware", "Scan files for malware, and replace the rules by signed ones."),
    "model": ("frostbyte.cli.model", "Verify and install embedding model packs."),
    "bench": ("frostbyte.cli.bench", "Measure this machine; ratios within one run."),
    "doctor": ("frostbyte.cli.doctor", "Check this machine before work, and say what to do."),
    "selftest": ("frostbyte.cli.selftest", "Try the whole program on this machine: create, ingest, search, verify, remove."),
    "install": ("frostbyte.cli.install", "Place the program, its man page and completion for bash, zsh and fish."),
    "uninstall": ("frostbyte.cli.install", "Remove what `install` placed under a prefix, and nothing else."),
    "verify-install": ("frostbyte.cli.install", "Check the program's own files, the single file and what it was unpacked to."),
    "prune-install": ("frostbyte.cli.install", "Remove what other versions were unpacked to, but for those in use."),
    "version": ("frostbyte.cli.version", "Show version, git revision and model pack."),
}

EPILOG = (
    "Exit status: 0 all done; 1 failed; 2 usage; 3 done in part; 4 checked and found wrong; 5 locked by another process; "
    "6 refused by state or permission; 130 interrupted (129 by SIGHUP, 143 by SIGTERM)."
)


class LazyGroup(click.Group):
    """A group that knows its commands' names and one-line help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command = module.COMMANDS[cmd_name]
        assert isinstance(command, click.Command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        mine = [CompletionItem(name, help=text) for name, (_, text) in COMMANDS.items() if name.startswith(incomplete)]
        return [*mine, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="frostbyte %(version)s")
def root() -> None:
    """Documents enter through a gate, are kept sealed in a tenant's vault, and come out as cited passages with proof.

    Every command takes --json (data on stdout, talk on stderr) and --home DIR (or FROSTBYTE_HOME).
    """


def run(arguments: Sequence[str], *, last: bool = False) -> int:
    """Run one command line and return its exit status; the only place where an exception becomes one.

    `last`: the process ends with it.
    """
    logging.getLogger("frostbyte").addHandler(logging.NullHandler())
    as_json = "--json" in arguments
    with Ending(last=last) as ending:
        try:
            result = root.main(args=list(arguments), prog_name="frostbyte", standalone_mode=False)
            sys.stdout.flush()
            return result if isinstance(result, int) else 0
        except (Exception, KeyboardInterrupt) as error:
            # An engine that a signal stopped may say so in an error of its own.
            if ending.received or isinstance(error, KeyboardInterrupt | click.Abort):
                return _interrupted(ending.received or signal.SIGINT, as_json)
            return _failed(error, as_json)


def _interrupted(by: signal.Signals, as_json: bool) -> int:
    message = "interrupted" if by is signal.SIGINT else f"ended by {by.name}"
    status = {signal.SIGHUP: EXIT_HUNG_UP, signal.SIGTERM: EXIT_TERMINATED}.get(by, EXIT_INTERRUPTED)
    with contextlib.suppress(OSError):  # after SIGHUP there may be no terminal to say it on
        _report("INTERRUPTED", message, status, as_json, "run the same command again to finish what is left")
    return status


def _failed(error: BaseException, as_json: bool) -> int:
    match error:
        case FrostbyteError():
            return _report(error.contract_code, error.message, error.exit_code, as_json, error.hint, error.details)
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.ctx.get_help() if error.ctx else "")
            return EXIT_USAGE
        case click.UsageError():
            if not as_json and error.ctx is not None:
                click.echo(error.ctx.get_usage(), err=True)
            return _report("VALIDATION_ERROR", _plain(error.format_message()), EXIT_USAGE, as_json)
        case OSError(errno=number) if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the interpreter's last flush would fail as this one did
            message = f"cannot write the answer: {os.strerror(number)}"
            return _report("SERVICE_UNAVAILABLE", message, EXIT_FAILED, False, "free space there, then try again")
        case click.ClickException():
            return _report("INTERNAL_ERROR", _plain(error.format_message()), EXIT_FAILED, as_json)
        case BrokenPipeError():
            # The reader of our output left. Point stdout elsewhere so that the interpreter's last flush does not complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return EXIT_FAILED
    # A bug: its text may quote a document, so only the kind and place are shown.
    if os.environ.get("FROSTBYTE_DEBUG"):
        traceback.print_exception(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(last.filename)}:{last.lineno}"  # noqa: PTH119
    message = f"internal error: {type(error).__name__} at {place}"
    return _report("INTERNAL_ERROR", message, EXIT_FAILED, as_json, "set FROSTBYTE_DEBUG=1 to see the trace")


def _plain(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".")


def _report(
    code: str, message: str, status: int, as_json: bool, hint: str | None = None, details: Sequence[dict[str, Any]] = ()
) -> int:
    if as_json:
        from frostbyte.contract.ids import uuid7

        body: dict[str, Any] = {"code": code, "message": message, "request_id": uuid7()}
        if details:
            body["details"] = list(details)
        click.echo(json_text({"success": False, "error": body}))
    click.echo(visible_lines(f"frostbyte: {message}"), err=True)
    for entry in () if as_json else details:
        note = entry.get("constraint") or ""
        click.echo(visible(f"  {entry['field']}: {note}".rstrip(": ")), err=True)
    if hint:
        click.echo(visible_lines(f"hint: {hint}"), err=True)
    return status
