"""Writes the second half of docs/cli.md from the program's own help: `python docs/make_cli.py`. tests/test_docs.py compares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from frostbyte.cli.main import root

MARK = "<!-- What follows is written by docs/make_cli.py. -->\n"
PAGE = Path(__file__).with_name("cli.md")
WIDTH = 100


def commands(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """(full name, help text) of a command and of every command below it."""
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from commands(child, _context(child, name, context))


def page() -> str:
    """The whole page: what people wrote above the mark, and the help of every command below it."""
    written = PAGE.read_text(encoding="utf-8").split(MARK)[0]
    sections = [f"### {name}\n\n```text\n{text}\n```\n" for name, text in commands(root, _context(root, "frostbyte", None))]
    return written + MARK + "\n" + "\n".join(sections)


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    return click.Context(
        command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH, **command.context_settings
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
