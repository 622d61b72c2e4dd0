"""The man page says what the commands say, all of it, in sound roff."""

from __future__ import annotations

import re
from pathlib import Path

import click

from frostbyte import errors
from frostbyte.cli import manual
from frostbyte.cli.main import root

ROOT = Path(__file__).resolve().parent.parent.parent


def leaves(command: click.Command, context: click.Context) -> list[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        return [(context.command_path, command)]
    found = []
    for name in command.list_commands(context):
        child = command.get_command(context, name)
        assert child is not None
        found += leaves(child, click.Context(child, info_name=name, parent=context))
    return found


def plain(roff: str) -> str:
    """The text of the page, as a reader would see it, spaces made even."""
    text = re.sub(r"\\f[BIR]", "", re.sub(r"^\.\w+ ?", "", roff, flags=re.MULTILINE))
    return " ".join(text.replace(r"\&", "").replace(r"\-", "-").replace(r"\e", "\\").split())


def test_every_command_and_option_is_in_it_with_its_help() -> None:
    text = plain(manual.page())
    commands = leaves(root, click.Context(root, info_name="frostbyte"))
    assert len(commands) > 20
    for path, command in commands:
        assert path in text
        assert " ".join((command.help or "").split("\n")[0].split()) in text
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.opts[0] in text, f"{path} {option.opts[0]}"
                assert " ".join((option.help or "").split()) in text, f"{path} {option.opts[0]}"


def test_every_line_is_a_known_request_or_text() -> None:
    for line in manual.page().splitlines():
        assert line.strip(), "an empty line breaks a paragraph in an odd way"
        assert line.isascii()
        if line.startswith((".", "'")):
            assert re.match(r"\.(TH|SH|SS|TP|PP)( |$)", line), line
        for escape in re.findall(r"\\(.)", line):
            assert escape in "fe-&[", line


def test_lines_that_look_like_requests_and_odd_letters_are_escaped() -> None:
    assert manual._line(".so /etc/passwd") == r"\&.so /etc/passwd"
    assert manual._line("'br") == r"\&'br"
    assert manual._line(r"a\b — c") == r"a\eb \[u2014] c"


def test_statuses_and_variables_are_those_of_the_program_and_its_page() -> None:
    assert set(manual._STATUS) == {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(FROSTBYTE_\w+)`", page, re.MULTILINE)) == set(manual.ENVIRONMENT)
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "frostbyte").rglob("*.py"))
    assert set(manual.ENVIRONMENT) <= set(re.findall(r"FROSTBYTE_\w+", source))


def test_the_page_is_the_same_at_every_call() -> None:
    assert manual.page() == manual.page()
